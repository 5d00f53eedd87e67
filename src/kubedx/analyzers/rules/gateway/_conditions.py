"""Conditions of the Gateway API. https://gateway-api.sigs.k8s.io/reference/spec/#condition"""

from collections.abc import Iterable
from datetime import timedelta

from kubedx.inventory import Inventory
from kubedx.kube import Condition

PATIENCE = timedelta(minutes=2)


def is_settled(one: Condition, inventory: Inventory) -> bool:
    """Whether a condition has lasted so long that no controller is still at work on it."""
    return one.last_transition_time is None or inventory.now - one.last_transition_time >= PATIENCE


def first_wrong(conditions: Iterable[Condition], good: tuple[str, ...], inventory: Inventory) -> Condition | None:
    """The first of the conditions of these types, in their order, that is False for long."""
    by_type = {one.type: one for one in conditions}
    for name in good:
        one = by_type.get(name)
        if one is not None and one.status == "False" and is_settled(one, inventory):
            return one
    return None
