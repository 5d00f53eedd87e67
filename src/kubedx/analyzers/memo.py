"""What rules make of the whole inventory, made once instead of once an object."""

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from kubedx.inventory import Inventory

P = ParamSpec("P")
T = TypeVar("T")


def once_per_inventory(build: Callable[Concatenate[Inventory, P], T]) -> Callable[Concatenate[Inventory, P], T]:
    """Remember what a pure function makes of an inventory for as long as that lives; every rule's view of it shares the answer.

    What else it is given must be hashable: it answers once for each.
    """

    @functools.wraps(build)
    def remembered(inventory: Inventory, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return inventory.once((build, args, tuple(kwargs.items())), lambda each: build(each, *args, **kwargs))

    return remembered
