"""Conditions of OLM v1, which tries again and again and says so under Progressing.

https://operator-framework.github.io/operator-controller/api-reference/olmv1-api-reference/
"""

from kubedx.analyzers.custom_status import is_fresh
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.rule import Hit
from kubedx.inventory import Inventory
from kubedx.kube import Condition, RawObject, condition

STUCK = frozenset({"Retrying", "Blocked"})


def stuck_hit(resource: RawObject, inventory: Inventory, goal: str, words: str) -> Hit | None:
    """What is said of a resource that is not at its goal (a condition type), or cannot go on from there; None when neither."""
    reached, progressing = condition(resource, goal), condition(resource, "Progressing")
    stuck = progressing if progressing is not None and progressing.reason in STUCK else None
    missed = reached if reached is not None and reached.status == "False" and reached.reason != "UserSpecifiedUnavailable" else None
    first: Condition | None = stuck or missed
    if first is None or is_fresh(first, inventory.now) or (missed and not stuck and progressing and progressing.reason == "Succeeded"):
        return None
    why = quoted(first.message)
    return Hit(
        message=f"{words if missed else 'it cannot be brought up to date'}, {first.type} says {first.reason}" + (f": {why}" if why else ""),
        evidence=tuple(
            field(resource, f"status.conditions[{one.type}]", f"{one.status} {one.reason} {one.message}".strip())
            for one in (stuck, missed)
            if one
        ),
        since=first.last_transition_time,
        values={"reason": first.reason, "why": why},
    )
