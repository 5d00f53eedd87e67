"""hpa-selector-ambiguous"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import HorizontalPodAutoscaler, condition, pattern_of

_NAMES = pattern_of(r"multiple HPAs: \[(?P<names>[^\]]*)\]")


@rule(
    filter="HorizontalPodAutoscaler",
    on=HorizontalPodAutoscaler,
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_SCALE,
    produces=(Effect.CANNOT_SCALE,),
    added="0.1",
)
def hpa_selector_ambiguous(autoscaler: HorizontalPodAutoscaler, inventory: Inventory) -> Iterator[Outcome]:
    """Several autoscalers control the same pods, so none of them scales.

    ## What it means
    Two autoscalers name the same target, or targets whose selectors overlap. The controller refuses to act on any of them.

    ## When it is not reported
    When the controller has not refused.

    ## How to fix it
    Delete all but one of the autoscalers. When their targets are different workloads, make the selectors of these differ.
    """
    active = condition(autoscaler, "ScalingActive")
    if active is None or active.reason != "AmbiguousSelector" or autoscaler.metadata.deletion_timestamp is not None:
        return
    match = _NAMES.search(active.message)
    named = {name.rpartition("/")[2] for name in match["names"].split()} if match else set()
    target = autoscaler.spec.scale_target_ref
    same = {
        one.name
        for one in inventory.list(HorizontalPodAutoscaler, autoscaler.namespace)
        if (one.spec.scale_target_ref.kind, one.spec.scale_target_ref.name) == (target.kind, target.name)
    }
    everybody = sorted(named | same | {autoscaler.name})
    others = [name for name in everybody if name != autoscaler.name]
    # The youngest is the one that came on top: all of them point at it, so that they meet in one incident.
    youngest = max(
        (one for one in inventory.list(HorizontalPodAutoscaler, autoscaler.namespace) if one.name in everybody),
        key=lambda one: (one.metadata.creation_timestamp.isoformat() if one.metadata.creation_timestamp else "", one.name),
    )
    yield Hit(
        message=f"autoscalers {' and '.join(everybody)} control the same pods, of {target.kind} {target.name}: none of them scales",
        evidence=(
            field(autoscaler, "status.conditions[ScalingActive].message", active.message),
            field(autoscaler, "spec.scaleTargetRef", f"{target.kind}/{target.name}"),
        ),
        cause=youngest.ref if youngest.ref != autoscaler.ref else None,
        since=active.last_transition_time,
        values={"others": ", ".join(others), "other": others[0] if others else "", "target": target.name},
    )
