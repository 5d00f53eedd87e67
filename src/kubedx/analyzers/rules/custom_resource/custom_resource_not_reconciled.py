"""custom-resource-not-reconciled"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.rules.custom_resource._status import PATIENCE, is_custom, is_suspended, observed_generation
from kubedx.findings import Confidence, Effect, Severity
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

WRITES = frozenset({"update", "patch", "*"})
OPERATOR_WORDS = frozenset({"operator", "controller", "manager"})


@rule(
    filter="CustomResource",
    on=RawObject,
    consults=(Deployment, StatefulSet, Role, ClusterRole, RoleBinding, ClusterRoleBinding),
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    suffers=Effect.FAILS,
    produces=(Effect.FAILS,),
    added="0.1",
)
def custom_resource_not_reconciled(resource: RawObject, inventory: Inventory) -> Iterator[Outcome]:
    """Nobody acts on the newest change of a custom resource.

    ## What it means
    The resource was changed (`metadata.generation`), and its controller has not seen it (`status.observedGeneration` is behind). The
    workload that has the rights to write resources of this kind is named when it has no pods: then that is the cause.

    ## When it is not reported
    In the first two minutes of a change, as far as its time is known, when the resource is suspended, and for kinds that do not say
    what they observed.

    ## How to fix it
    Bring the controller back: scale it up, or repair its pods.
    """
    seen, generation = observed_generation(resource), resource.metadata.generation
    if not is_custom(resource) or seen is None or seen >= generation or is_suspended(resource) or resource.metadata.deletion_timestamp:
        return
    changed = max((one.time for one in resource.metadata.managed_fields if one.time is not None), default=None)
    if changed is not None and inventory.now - changed < PATIENCE:
        return
    controller = _controller(resource, inventory)
    down = controller is not None and not _ready(controller)
    off = (
        f"; its controller, {controller.kind.kind} {controller.namespace}/{controller.name}, {_state(controller)}"
        if controller and down
        else ""
    )
    yield Hit(
        message=(
            f"change of {resource.kind.kind} {resource.name} is not reconciled: generation {generation}, observedGeneration {seen}{off}"
        ),
        evidence=(
            field(resource, "metadata.generation", generation),
            field(resource, "status.observedGeneration", seen),
            *((field(controller, "spec.replicas", _replicas(controller)),) if controller and down else ()),
        ),
        cause=controller.ref if controller is not None and down else None,
        severity=Severity.ERROR if down else Severity.WARNING,
        confidence=Confidence.LIKELY if down or changed is not None else Confidence.POSSIBLE,
        since=changed,
        values={
            "controller": controller.name if controller else "",
            "controller_namespace": controller.namespace if controller else "",
            "controller_kind": controller.kind.kind.lower() if controller else "",
            "generation": str(generation),
            "observed": str(seen),
        },
    )


def _replicas(workload: KubeObject) -> int:
    return workload.spec.replicas if isinstance(workload, Deployment | StatefulSet) else 0


def _ready(workload: KubeObject) -> bool:
    return isinstance(workload, Deployment | StatefulSet) and workload.spec.replicas > 0 and workload.status.ready_replicas > 0


def _state(workload: KubeObject) -> str:
    return "is scaled to 0 replicas" if _replicas(workload) == 0 else "has no ready pod"


def _controller(resource: RawObject, inventory: Inventory) -> KubeObject | None:
    """The workload whose ServiceAccount may write resources of this kind, or the operator in its namespace; rather one that is down."""
    accounts = _writers(inventory)
    group, plural = resource.kind.group, resource.kind.plural or f"{resource.kind.kind.lower()}s"
    allowed = accounts.get((group, plural), frozenset()) | accounts.get((group, "*"), frozenset())
    candidates = [one for one in _workloads(inventory) if (one.namespace, _account(one)) in allowed]
    candidates = candidates or [one for one in _workloads(inventory) if one.namespace == resource.namespace and _is_operator(one)]
    return next((one for one in candidates if not _ready(one)), candidates[0] if candidates else None)


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
