"""webhook-without-endpoints"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.admission._webhooks import (
    BLOCKED,
    CONFIGURATIONS,
    Configuration,
    consequence,
    has_ready_pods,
    judges_own_pods,
    pods_behind,
    served_webhooks,
    severity_of,
)
from kubedx.findings import Effect, Severity
from kubedx.inventory import Found, Inventory
from kubedx.kube import Namespace, Pod, Service


@rule(
    on=CONFIGURATIONS,
    reads=(Service, Pod),
    consults=(Namespace,),
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_CONNECT,
    produces=BLOCKED,
    added="0.1",
)
def webhook_without_endpoints(configuration: Configuration, inventory: Inventory) -> Iterator[Outcome]:
    """An admission webhook is answered by a Service that has no ready pod.

    ## What it means
    The API server cannot call the webhook. With the failure policy `Fail` everything that the webhook should judge is rejected, with
    `Ignore` it passes without being judged. Why the pods are not ready is told by a finding on them, to which this one is attached.

    ## When it is not reported
    While the pods start, for Services without a selector, and when one pod is ready.

    ## How to fix it
    Repair the pods that answer the webhook. If the webhook blocks these very pods, set its failure policy to `Ignore` for the time
    being, or exempt their namespace.
    """
    for webhook, wanted in served_webhooks(configuration):
        found = inventory.get(Service, wanted.namespace, wanted.name)
        if not isinstance(found, Found) or has_ready_pods(webhook, inventory) is not False:
            continue
        pods = pods_behind(found.object, inventory)
        locked = webhook.failure_policy != "Ignore" and judges_own_pods(webhook, wanted, inventory)
        number = f"none of its {len(pods)} pods is ready" if len(pods) > 1 else "its only pod is not ready" if pods else "it has no pods"
        yield Hit(
            message=(
                f'webhook "{webhook.name}" is answered by service {wanted.namespace}/{wanted.name}, and {number}: '
                f"{consequence(webhook)} (failure policy {webhook.failure_policy})"
                + ("; it judges its own pods too, so they cannot be created either" if locked else "")
            ),
            evidence=(
                field(configuration, f"webhooks[{webhook.name}].clientConfig.service", f"{wanted.namespace}/{wanted.name}:{wanted.port}"),
                field(configuration, f"webhooks[{webhook.name}].failurePolicy", webhook.failure_policy),
                *(field(pod, "status.phase", pod.status.phase) for pod in pods[:3]),
            ),
            part=f"webhook {webhook.name}",
            severity=severity_of(webhook),
            values={
                "webhook": webhook.name,
                "service": wanted.name,
                "service_namespace": wanted.namespace,
                "locked": wanted.namespace if locked else "",
            },
        )
