"""What rules make of the whole inventory, made once instead of once an object."""

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from kubedx.inventory import Inventory

P = ParamSpec("P")
T = TypeVar("T")


def once_per_inventory(build: Callable[Concatenate[Inventory, P], T]) -> Callable[Concatenate[Inventory, P], T]:
    """Remember what a pure function makes of an inventory (or of a rule's view of one) for as long as that lives.

    What else it is given must be hashable: it answers once for each.
    """
    made: WeakKeyDictionary[Inventory, dict[tuple[object, ...], T]] = WeakKeyDictionary()

    @functools.wraps(build)
    def remembered(inventory: Inventory, /, *args: P.args, **kwargs: P.kwargs) -> T:
        answers = made.setdefault(inventory, {})
        question = (*args, *kwargs.items())
        if question not in answers:
            answers[question] = build(inventory, *args, **kwargs)
        return answers[question]

    return remembered
