"""webhook-call-fails"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.rules.workload._rejection import CREATORS, WEBHOOK_FAILS, Creator, rejections
from kubedx.findings import Effect, Evidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import MutatingWebhookConfiguration, Ref, ValidatingWebhookConfiguration


@rule(
    on=CREATORS,
    consults=(ValidatingWebhookConfiguration, MutatingWebhookConfiguration),
    severity=Severity.ERROR,
    events=("SuccessfulCreate",),
    suffers=Effect.CANNOT_BE_CREATED,
    produces=WITHOUT_PODS,
    added="0.1",
)
def webhook_call_fails(workload: Creator, inventory: Inventory) -> Iterator[Outcome]:
    """The API server cannot reach an admission webhook, and therefore rejects the pods of a workload.

    ## What it means
    A webhook whose `failurePolicy` is `Fail` must answer before a pod is created. Its Service is gone, has nothing ready behind it, or
    its certificate is not trusted, so every pod that it should judge is rejected.

    ## When it is not reported
    When the webhook's failure policy is `Ignore`, when the workload has all its pods, or when a pod could be created since the
    rejection.

    ## How to fix it
    Bring the webhook's server back. When it is gone for good, delete the webhook configuration; in an emergency set its failure policy
    to `Ignore`.
    """
    for rejection in rejections(workload, inventory):
        match = WEBHOOK_FAILS.search(rejection.message)
        if match is None:
            continue
        why = quoted(match["why"])
        configuration, extra = _configuration(inventory, match["webhook"])
        of = f" of {configuration.kind} {configuration.name}" if configuration else ""
        yield Hit(
            message=f'pods are rejected: admission webhook "{match["webhook"]}"{of} cannot be called: {why}',
            evidence=(*rejection.evidence, *extra),
            cause=configuration,
            severity=rejection.severity,
            since=rejection.since,
            values={"webhook": match["webhook"], "why": why},
        )


def _configuration(inventory: Inventory, webhook: str) -> tuple[Ref | None, tuple[Evidence, ...]]:
    """The configuration that holds a webhook of that name, and its failure policy as evidence."""
    configurations: tuple[ValidatingWebhookConfiguration | MutatingWebhookConfiguration, ...] = (
        *inventory.list(ValidatingWebhookConfiguration),
        *inventory.list(MutatingWebhookConfiguration),
    )
    for configuration in configurations:
        for entry in configuration.webhooks:
            if entry.name == webhook:
                return configuration.ref, (field(configuration, f"webhooks[{webhook}].failurePolicy", entry.failure_policy),)
    return None, ()
