"""The workload that manages a kind of custom resources, as far as its rights or its name tell."""

from collections.abc import Iterator

from kubedx.analyzers.memo import once_per_inventory
from kubedx.inventory import Found, Inventory
from kubedx.kube import (
    ClusterRole,
    ClusterRoleBinding,
    Deployment,
    KubeObject,
    PolicyRule,
    RawObject,
    Role,
    RoleBinding,
    StatefulSet,
    pod_spec,
)

CONSULTED: tuple[type[KubeObject], ...] = (Deployment, StatefulSet, Role, ClusterRole, RoleBinding, ClusterRoleBinding)
"""The kinds that tell; a rule that asks here declares them."""

WRITES = frozenset({"update", "patch", "*"})
OPERATOR_WORDS = frozenset({"operator", "controller", "manager"})


def replicas(workload: KubeObject) -> int:
    """How many pods a controller is to have."""
    return workload.spec.replicas if isinstance(workload, Deployment | StatefulSet) else 0


def is_up(workload: KubeObject) -> bool:
    """Whether a controller has a ready pod."""
    return isinstance(workload, Deployment | StatefulSet) and workload.spec.replicas > 0 and workload.status.ready_replicas > 0


def state_of(workload: KubeObject) -> str:
    """How a controller that is not up is, as the end of a sentence."""
    return "is scaled to 0 replicas" if replicas(workload) == 0 else "has no ready pod"


def controller_of(resource: RawObject, inventory: Inventory) -> KubeObject | None:
    """The workload whose ServiceAccount may write resources of this kind, or the operator in its namespace; rather one that is down."""
    accounts = _writers(inventory)
    group, plural = resource.kind.group, resource.kind.plural or f"{resource.kind.kind.lower()}s"
    allowed = accounts.get((group, plural), frozenset()) | accounts.get((group, "*"), frozenset())
    candidates = [one for one in _workloads(inventory) if (one.namespace, _account(one)) in allowed]
    candidates = candidates or [one for one in _workloads(inventory) if one.namespace == resource.namespace and _is_operator(one)]
    return next((one for one in candidates if not is_up(one)), candidates[0] if candidates else None)


def _is_operator(workload: KubeObject) -> bool:
    """Whether a workload is one by its name, as nearly all of them are."""
    return any(word in OPERATOR_WORDS for word in workload.name.split("-"))


def _account(workload: KubeObject) -> str:
    spec = pod_spec(workload)
    return (spec.service_account_name if spec is not None else "") or "default"


def _workloads(inventory: Inventory) -> tuple[KubeObject, ...]:
    return (*inventory.list(Deployment), *inventory.list(StatefulSet))


@once_per_inventory
def _writers(inventory: Inventory) -> dict[tuple[str, str], frozenset[tuple[str, str]]]:
    """The ServiceAccounts (namespace and name) that may write resources, by API group and plural. Rules for every group say nothing."""
    found: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for binding in (*inventory.list(RoleBinding), *inventory.list(ClusterRoleBinding)):
        kind: type[KubeObject] = Role if binding.role_ref.kind == "Role" else ClusterRole
        role = inventory.get(kind, binding.namespace, binding.role_ref.name)
        rules = role.object.rules if isinstance(role, Found) and isinstance(role.object, Role | ClusterRole) else ()
        accounts = {(one.namespace or binding.namespace, one.name) for one in binding.subjects if one.kind == "ServiceAccount"}
        for granted in rules:
            for key in _written(granted):
                found.setdefault(key, set()).update(accounts)
    return {key: frozenset(accounts) for key, accounts in found.items()}


def _written(granted: PolicyRule) -> Iterator[tuple[str, str]]:
    if WRITES.isdisjoint(granted.verbs):
        return
    for group in granted.api_groups:
        if "." in group:
            for resource in granted.resources:
                yield group, resource.partition("/")[0]
