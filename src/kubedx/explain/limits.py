"""What may be spent on models, in one run and in one day."""

import math
from collections.abc import Callable, Iterable

import msgspec

from kubedx.errors import UsageError

DEFAULT_CALLS = 50
"""Calls of a run when nobody says otherwise."""

PER_DAY = "/day"


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """The most of each; None: no limit. `cost` is dollars."""

    calls: int | None = None
    tokens: int | None = None
    cost: float | None = None

    @property
    def is_set(self) -> bool:
        """Whether there is any."""
        return (self.calls, self.tokens, self.cost) != (None, None, None)


class Spent(msgspec.Struct, frozen=True):
    """What was spent. `cost` is dollars, of those calls whose price is known."""

    calls: int = 0
    tokens: int = 0
    cost: float = 0.0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(self.calls + other.calls, self.tokens + other.tokens, max(0.0, self.cost + other.cost))

    def __neg__(self) -> "Spent":
        return Spent(-self.calls, -self.tokens, -self.cost)

    def passes(self, limits: Limits) -> str:
        """The first limit that it passes, in words; empty when it keeps them all."""
        for amount, limit, words in (
            (self.calls, limits.calls, f"{limits.calls} calls"),
            (self.tokens, limits.tokens, f"{limits.tokens} tokens"),
            (self.cost, limits.cost, f"${limits.cost}"),
        ):
            if limit is not None and amount > limit:
                return words
        return ""


def read_limits(calls: Iterable[str], tokens: Iterable[str], cost: Iterable[str]) -> tuple[Limits, Limits]:
    """The limits of a run and of a day, as flags and config file write them: `20`, `200/day`. Raises UsageError."""
    read = {"calls": _amounts("calls", calls, int), "tokens": _amounts("tokens", tokens, int), "cost": _amounts("cost", cost, float)}
    run, day = ({name: pair[index] for name, pair in read.items()} for index in (0, 1))
    return Limits(**run), Limits(**day)  # type: ignore[arg-type]  # each name has a number of its own type


def _amounts(name: str, texts: Iterable[str], number: Callable[[str], float]) -> tuple[float | None, float | None]:
    run: float | None = None
    day: float | None = None
    for text in texts:
        bare = text.strip().lower().removeprefix("$")
        try:
            amount = number(bare.removesuffix(PER_DAY).strip().replace("_", ""))
        except (ValueError, OverflowError):
            amount = -1
        if not math.isfinite(amount) or amount < 0:
            raise UsageError(f'--max-{name} takes a number, for a run, or one such as 100/day, not "{text}"')
        if bare.endswith(PER_DAY):
            day = amount
        else:
            run = amount
    return run, day
