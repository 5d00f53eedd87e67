"""scaled-object-target-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.custom_status import is_suspended, text
from kubedx.analyzers.evidence import field
from kubedx.analyzers.near_miss import describe_nearest, nearest_objects, only
from kubedx.findings import Effect, Severity
from kubedx.inventory import Absent, Inventory
from kubedx.kube import Deployment, GroupKind, RawObject, StatefulSet, group_of

SCALED_OBJECT = GroupKind("keda.sh", "ScaledObject")
TARGETS: dict[str, type[Deployment] | type[StatefulSet]] = {"": Deployment, "Deployment": Deployment, "StatefulSet": StatefulSet}


@rule(
    filter="ScaledObject",
    on=RawObject,
    consults=(Deployment, StatefulSet),
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_SCALE,
    added="0.1",
)
def scaled_object_target_absent(scaled: RawObject, inventory: Inventory) -> Iterator[Outcome]:
    """A ScaledObject names a workload that does not exist.

    ## What it means
    `spec.scaleTargetRef` names a Deployment (where it names no kind) or StatefulSet that is not in its namespace, so nothing is scaled.
    https://keda.sh/docs/latest/reference/scaledobject-spec/#scaletargetref

    ## When it is not reported
    For targets of other kinds, such as Argo Rollouts, which KEDA scales as well; when it is paused or being deleted; and when the
    workloads could not be listed.

    ## How to fix it
    Correct the name, or delete the ScaledObject that was left behind.
    """
    if scaled.kind.group_kind != SCALED_OBJECT or scaled.metadata.deletion_timestamp is not None or is_suspended(scaled):
        return
    target = ("spec", "scaleTargetRef")
    kind, name = TARGETS.get(text(scaled.data, *target, "kind")), text(scaled.data, *target, "name")
    if kind is None or not name or group_of(text(scaled.data, *target, "apiVersion") or "apps/v1") != "apps":
        return
    if isinstance(inventory.get(kind, scaled.namespace, name), Absent):
        absent = kind.KIND.ref(scaled.namespace, name)
        near = nearest_objects(inventory, kind, scaled.namespace, name)
        meant = only(near)
        yield Hit(
            message=f'it scales {absent.kind} "{name}", which does not exist{describe_nearest(near, scaled.namespace)}',
            evidence=(field(scaled, "spec.scaleTargetRef.name", name),),
            cause=absent,
            absent=absent,
            values={"target": name, "target_kind": absent.kind.lower(), "meant": meant.name if meant else ""},
        )
