"""default-service-account-used"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.rules.security._system import is_of_the_system
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import ClusterRoleBinding, Pod, Ref, RoleBinding, ServiceAccount

MAX_NAMED = 3
FINISHED = frozenset({"Succeeded", "Failed"})


@rule(
    filter="Security",
    on=ServiceAccount,
    reads=(Pod,),
    consults=(RoleBinding, ClusterRoleBinding),
    severity=Severity.INFO,
    added="0.1",
)
def default_service_account_used(account: ServiceAccount, inventory: Inventory) -> Iterator[Outcome]:
    """Pods run with the token of the namespace's default ServiceAccount.

    ## What it means
    They did not name a ServiceAccount, and its token is mounted into them. Whatever is once granted to `default` is granted to all of
    them, and to every pod that will forget to name one. What it was granted already is named.
    https://kubernetes.io/docs/concepts/security/rbac-good-practices/

    ## When it is not reported
    In the namespaces of the cluster itself; for pods into which no token is mounted (`automountServiceAccountToken: false`, on the pod or
    on the account); and for pods that have finished.

    ## How to fix it
    Give each workload a ServiceAccount of its own, or mount no token where the program does not call the API server.
    """
    if account.name != "default" or is_of_the_system(account):
        return
    holders = [pod for pod in inventory.list(Pod, account.namespace) if _holds_token(pod, account)]
    if not holders:
        return
    workloads = sorted({str(inventory.top_owner(pod)) for pod in holders})
    granted = _granted(inventory).get(account.namespace, ())
    named = ", ".join(workloads[:MAX_NAMED]) + (f" and {len(workloads) - MAX_NAMED} more" if len(workloads) > MAX_NAMED else "")
    yield Hit(
        message=f"default service account is used by {named}"
        + (f", and is granted rights by {', '.join(map(str, granted[:MAX_NAMED]))}" if granted else ""),
        evidence=tuple(field(pod, "spec.serviceAccountName", pod.spec.service_account_name) for pod in holders[:MAX_NAMED]),
        values={"workloads": named, "grants": ", ".join(map(str, granted[:MAX_NAMED]))},
    )


def _holds_token(pod: Pod, account: ServiceAccount) -> bool:
    if pod.spec.service_account_name not in {"", "default"} or pod.status.phase in FINISHED or pod.metadata.deletion_timestamp is not None:
        return False
    own = pod.spec.automount_service_account_token
    return own if own is not None else account.automount_service_account_token is not False


@once_per_inventory
def _granted(inventory: Inventory) -> dict[str, list[Ref]]:
    """The bindings that grant something to default ServiceAccounts, by the namespace of the account."""
    found: dict[str, list[Ref]] = {}
    for binding in (*inventory.list(RoleBinding), *inventory.list(ClusterRoleBinding)):
        for one in binding.subjects:
            if (one.kind, one.name) == ("ServiceAccount", "default"):
                found.setdefault(one.namespace or binding.namespace, []).append(binding.ref)
    return found
