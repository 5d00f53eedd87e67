"""Indexes that a rule makes of the whole inventory once, instead of once an object."""

import functools
from collections.abc import Callable
from typing import TypeVar
from weakref import WeakKeyDictionary

from kubedx.inventory import Inventory

T = TypeVar("T")


def once_per_inventory(build: Callable[[Inventory], T]) -> Callable[[Inventory], T]:
    """Remember what a pure function makes of an inventory (or of a rule's view of one) for as long as that lives."""
    made: WeakKeyDictionary[Inventory, T] = WeakKeyDictionary()

    @functools.wraps(build)
    def remembered(inventory: Inventory) -> T:
        if inventory not in made:
            made[inventory] = build(inventory)
        return made[inventory]

    return remembered
