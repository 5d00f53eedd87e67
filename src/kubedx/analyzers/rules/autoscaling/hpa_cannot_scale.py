"""hpa-cannot-scale"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field, quoted
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import HorizontalPodAutoscaler, condition

PATIENCE = timedelta(minutes=2)
ABSENT = "not found"


@rule(
    filter="HorizontalPodAutoscaler",
    on=HorizontalPodAutoscaler,
    severity=Severity.WARNING,
    suffers=Effect.CANNOT_SCALE,
    added="0.1",
)
def hpa_cannot_scale(autoscaler: HorizontalPodAutoscaler, inventory: Inventory) -> Iterator[Outcome]:
    """An autoscaler cannot read or change the number of replicas of its target.

    ## What it means
    Its condition `AbleToScale` is False: the API server refuses to tell or to set the scale of the target, for lack of rights, because a
    webhook rejects it, or because the kind of the target has no scale. The workload keeps its present size, however high the load.

    ## When it is not reported
    In the first two minutes, while it waits between two changes on purpose, and when the target does not exist, which another rule says.

    ## How to fix it
    Act on the quoted words.
    """
    able = condition(autoscaler, "AbleToScale")
    if able is None or able.status != "False" or autoscaler.metadata.deletion_timestamp is not None:
        return
    since = able.last_transition_time
    # The reasons that begin so are of an autoscaler that holds still on purpose.
    if ABSENT in able.message or able.reason.startswith("Backoff") or (since is not None and inventory.now - since < PATIENCE):
        return
    target = autoscaler.spec.scale_target_ref
    why = quoted(able.message) or able.reason or "no reason is given"
    yield Hit(
        message=f"cannot scale {target.kind} {target.name}: {why}",
        evidence=(
            field(autoscaler, "status.conditions[AbleToScale].reason", able.reason),
            *((field(autoscaler, "status.conditions[AbleToScale].message", able.message),) if able.message else ()),
        ),
        since=since,
        values={"target": target.name, "target_kind": target.kind.lower(), "why": why},
    )
