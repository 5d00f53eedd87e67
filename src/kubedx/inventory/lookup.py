"""Look-ups are three-valued: an object is there, is not there, or we do not know."""

from collections.abc import Iterator
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class Found(msgspec.Struct, Generic[T], frozen=True, gc=False):
    """It is there."""

    object: T


class Absent(msgspec.Struct, frozen=True, gc=False):
    """It is not in a list that was read to its end. `confirmed`: and that proves that it does not exist."""

    confirmed: bool = True


class Unknown(msgspec.Struct, frozen=True, gc=False):
    """It could not be read. `reason` says why, in words for a report; it is empty when nobody asked yet."""

    reason: str = ""


Lookup = Found[T] | Absent | Unknown


class Selection(msgspec.Struct, Generic[T], frozen=True, gc=False):
    """The objects that were found. `complete` is False when there may be more that could not be read.

    An empty selection means that nothing is there only when it is complete.
    """

    items: tuple[T, ...]
    complete: bool = True

    def __iter__(self) -> Iterator[T]:
        """The objects, by namespace and name."""
        return iter(self.items)

    def __len__(self) -> int:
        """How many were found."""
        return len(self.items)
