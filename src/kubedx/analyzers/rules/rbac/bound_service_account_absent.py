"""bound-service-account-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.near_miss import describe_nearest, nearest_objects, only
from kubedx.findings import Severity
from kubedx.inventory import Absent, Inventory
from kubedx.kube import ClusterRoleBinding, RoleBinding, ServiceAccount


@rule(on=(RoleBinding, ClusterRoleBinding), also=("RBAC",), reads=(ServiceAccount,), severity=Severity.INFO, added="0.1")
def bound_service_account_absent(binding: RoleBinding | ClusterRoleBinding, inventory: Inventory) -> Iterator[Outcome]:
    """A binding grants rights to a ServiceAccount that does not exist.

    ## What it means
    Either something was removed and its binding left behind, or the name is wrong and the account that was meant lacks the rights.
    Whoever can create an account of that name gets them. A warning where another account has nearly the name, else for information.

    ## When it is not reported
    For users and groups, which are not objects of the cluster, and for bindings of the system.

    ## How to fix it
    Correct the name in the binding, or delete the binding.
    """
    if binding.name.startswith("system:") or binding.metadata.labels.get("kubernetes.io/bootstrapping") == "rbac-defaults":
        return
    for number, subject in enumerate(binding.subjects):
        namespace = subject.namespace or binding.namespace
        if subject.kind != "ServiceAccount" or not namespace:
            continue
        if not isinstance(inventory.get(ServiceAccount, namespace, subject.name), Absent):
            continue
        near = nearest_objects(inventory, ServiceAccount, namespace, subject.name)
        meant = only(near)
        is_here = meant is not None and meant.namespace == namespace
        yield Hit(
            message=f"grants rights to ServiceAccount {namespace}/{subject.name}, which does not exist{describe_nearest(near, namespace)}",
            evidence=(field(binding, f"subjects[{number}].name", f"{namespace}/{subject.name}"),),
            part=f"{namespace}/{subject.name}",
            absent=ServiceAccount.KIND.ref(namespace, subject.name),
            severity=Severity.WARNING if is_here else Severity.INFO,
            values={"account": subject.name, "account_namespace": namespace, "meant": meant.name if meant and is_here else ""},
        )
