"""scaled-object-not-ready"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.custom_fault import hit_of
from kubedx.analyzers.custom_status import is_suspended
from kubedx.analyzers.evidence import event, quoted
from kubedx.findings import Confidence, Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import GroupKind, RawObject, last_seen

SCALED_OBJECT = GroupKind("keda.sh", "ScaledObject")
NOW = timedelta(minutes=10)


@rule(
    filter="ScaledObject",
    on=RawObject,
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_SCALE,
    produces=(Effect.UNAVAILABLE,),
    added="0.1",
)
def scaled_object_not_ready(scaled: RawObject, inventory: Inventory) -> Iterator[Outcome]:
    """KEDA cannot scale by a ScaledObject.

    ## What it means
    Its condition `Ready` is False, its scaler fell back to a fixed number of replicas (`Fallback` is True), or KEDA warns, now, that a
    trigger cannot be asked: its source is unreachable, or its credentials are wrong. Until then the workload keeps its size.
    https://keda.sh/docs/latest/troubleshooting/

    ## When it is not reported
    When it is only not `Active`, since there is nothing to do; when it is paused; in the first two minutes of a condition; and for
    warnings of more than ten minutes ago.

    ## How to fix it
    Act on the quoted message: correct the trigger's metadata or its TriggerAuthentication. The log of keda-operator tells more.
    """
    if scaled.kind.group_kind != SCALED_OBJECT or scaled.metadata.deletion_timestamp is not None or is_suspended(scaled):
        return
    hit = hit_of(scaled, inventory)
    if hit is not None:
        yield hit
        return
    warnings = [one for one in inventory.events(scaled, type="Warning") if (seen := last_seen(one)) and inventory.now - seen < NOW]
    if warnings:
        newest = warnings[-1]
        why = quoted(newest.message)
        yield Hit(
            message=f"KEDA warns, reason {newest.reason}: {why}",
            evidence=(event(newest),),
            severity=Severity.WARNING,
            confidence=Confidence.LIKELY,
            since=last_seen(newest),
            values={"condition": "event", "reason": newest.reason, "why": why},
        )
