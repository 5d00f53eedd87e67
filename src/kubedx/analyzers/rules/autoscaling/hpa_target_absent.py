"""hpa-target-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.near_miss import describe_nearest, nearest_objects, only
from kubedx.findings import Effect, Severity
from kubedx.inventory import Absent, Inventory
from kubedx.kube import (
    Deployment,
    HorizontalPodAutoscaler,
    KubeObject,
    Ref,
    ReplicaSet,
    ReplicationController,
    StatefulSet,
    condition,
    spec_changed_at,
)

TARGETS: dict[str, type[KubeObject]] = {kind.KIND.kind: kind for kind in (Deployment, StatefulSet, ReplicaSet, ReplicationController)}


@rule(
    filter="HorizontalPodAutoscaler",
    on=HorizontalPodAutoscaler,
    consults=(Deployment, StatefulSet, ReplicaSet, ReplicationController),
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_SCALE,
    own_reason=True,
    added="0.1",
)
def hpa_target_absent(autoscaler: HorizontalPodAutoscaler, inventory: Inventory) -> Iterator[Outcome]:
    """An autoscaler's target does not exist.

    ## What it means
    `spec.scaleTargetRef` names a workload that is not in the namespace, so nothing is scaled.

    ## When it is not reported
    When the target is of a kind that is not read here (an Argo Rollout, say), unless the autoscaler itself reports that it was not
    found.

    ## How to fix it
    Correct `spec.scaleTargetRef`.
    """
    target = autoscaler.spec.scale_target_ref
    kind = TARGETS.get(target.kind)
    able = condition(autoscaler, "AbleToScale")
    said = able is not None and able.status == "False" and "not found" in able.message
    absent = isinstance(inventory.get(kind, autoscaler.namespace, target.name), Absent) if kind is not None else said
    if not absent or autoscaler.metadata.deletion_timestamp is not None:
        return
    near = nearest_objects(inventory, kind, autoscaler.namespace, target.name) if kind is not None else ()
    meant = only(near)
    ref = Ref(target.api_version or "apps/v1", target.kind, autoscaler.namespace, target.name)
    yield Hit(
        message=f'target {target.kind} "{target.name}" does not exist{describe_nearest(near, autoscaler.namespace)}',
        evidence=(
            field(autoscaler, "spec.scaleTargetRef", f"{target.kind}/{target.name}"),
            *((field(autoscaler, "status.conditions[AbleToScale].message", able.message),) if able is not None and said else ()),
        ),
        absent=ref if kind is not None else None,
        since=able.last_transition_time if able is not None and said else spec_changed_at(autoscaler),
        values={
            "target": target.name,
            "target_kind": target.kind,
            "meant": meant.name if meant and meant.namespace == autoscaler.namespace else "",
        },
    )
