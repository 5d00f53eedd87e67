"""service-account-token-absent"""

from collections.abc import Iterator

from kubedx.analyzers import AskLog, Outcome, rule
from kubedx.analyzers.container_state import is_well
from kubedx.analyzers.crashes import TOKEN_PATH, Kind, crashes
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field
from kubedx.findings import Effect, Evidence, Severity
from kubedx.inventory import Found, Inventory
from kubedx.kube import CronJob, Job, Pod, Ref, ServiceAccount


@rule(
    filter="Pod",
    on=Pod,
    consults=(ServiceAccount, Job, CronJob),
    severity=Severity.ERROR,
    suffers=Effect.CRASHES,
    produces=WITHOUT_PODS,
    unless=is_well,
    added="0.1",
)
def service_account_token_absent(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A program wants the token of its ServiceAccount, and none is mounted.

    ## What it means
    Clients of the Kubernetes API read their token under `/var/run/secrets/kubernetes.io/serviceaccount`. The pod or its ServiceAccount sets
    `automountServiceAccountToken: false`, so that there is nothing.

    ## When it is not reported
    When the token is mounted, and when no log complains of it.

    ## How to fix it
    Set `automountServiceAccountToken: true` in the pod template (it wins over the ServiceAccount's), or mount a projected token.
    """
    for crash in crashes(pod, inventory, Kind.TOKEN):
        if isinstance(crash, AskLog):
            yield crash
            continue
        why, cause, evidence = _why(pod, inventory)
        yield crash.hit(
            f"{crash.words}{crash.log_words}; no service account token is mounted: {why}",
            cause=cause,
            evidence=evidence,
            error_class="token-absent",
            values={"account": pod.spec.service_account_name or "default", "path": TOKEN_PATH},
        )


def _why(pod: Pod, inventory: Inventory) -> tuple[str, Ref | None, tuple[Evidence, ...]]:
    """Who switched it off: the pod, or else its ServiceAccount."""
    name = pod.spec.service_account_name or "default"
    if pod.spec.automount_service_account_token is False:
        return "automountServiceAccountToken is false in the pod", None, (field(pod, "spec.automountServiceAccountToken", "false"),)
    match inventory.get(ServiceAccount, pod.namespace, name):
        case Found(object=account) if account.automount_service_account_token is False:
            words = f'automountServiceAccountToken is false in ServiceAccount "{name}"'
            return words, account.ref, (field(account, "automountServiceAccountToken", "false"),)
        case _:
            return f'ServiceAccount "{name}" is used', None, (field(pod, "spec.serviceAccountName", name),)
