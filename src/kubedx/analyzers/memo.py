"""What rules make of the whole inventory, made once instead of once an object."""

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from kubedx.inventory import Inventory

P = ParamSpec("P")
T = TypeVar("T")


def once_per_inventory(build: Callable[Concatenate[Inventory, P], T]) -> Callable[Concatenate[Inventory, P], T]:
    """Remember what a pure function makes of an inventory for as long as that lives; every rule's view of it shares the answer.

    What else it is given must be hashable: it answers once for each.
    """
    made: WeakKeyDictionary[object, dict[tuple[object, ...], T]] = WeakKeyDictionary()

    @functools.wraps(build)
    def remembered(inventory: Inventory, /, *args: P.args, **kwargs: P.kwargs) -> T:
        answers = made.setdefault(inventory.basis, {})
        question = (*args, *kwargs.items())
        if question not in answers:
            answers[question] = build(inventory, *args, **kwargs)
        return answers[question]

    return remembered
