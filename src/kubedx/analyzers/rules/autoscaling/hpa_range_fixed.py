"""hpa-range-fixed"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import HorizontalPodAutoscaler

MANAGED_BY = ("ScaledObject",)


@rule(filter="HorizontalPodAutoscaler", on=HorizontalPodAutoscaler, severity=Severity.INFO, added="0.1")
def hpa_range_fixed(autoscaler: HorizontalPodAutoscaler, inventory: Inventory) -> Iterator[Outcome]:  # noqa: ARG001  # a rule's form
    """The minimum of an autoscaler is its maximum, so it can never scale.

    ## What it means
    The workload always has the same number of replicas, whatever the load. Some hold a workload so on purpose for a time: for information.

    ## When it is not reported
    When the minimum is below the maximum, and for autoscalers that something else keeps.

    ## How to fix it
    Raise `spec.maxReplicas` or lower `spec.minReplicas`, or delete the autoscaler and set the replicas in the workload.
    """
    spec, owner = autoscaler.spec, autoscaler.metadata.controller
    if spec.min_replicas != spec.max_replicas or autoscaler.metadata.deletion_timestamp is not None:
        return
    if owner is not None and owner.kind in MANAGED_BY:
        return
    target = spec.scale_target_ref
    yield Hit(
        message=f"its minimum is its maximum, {spec.max_replicas}: it can never scale {target.kind} {target.name}",
        evidence=(field(autoscaler, "spec.minReplicas", spec.min_replicas), field(autoscaler, "spec.maxReplicas", spec.max_replicas)),
        values={"max": str(spec.max_replicas), "target": target.name},
    )
