"""How many incidents a run had, and what it took to explain them."""

import msgspec

from kubedx.explain.limits import Spent


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """`3 incidents, 2 cached, 1 call, 812 tokens`. `is_plan`: before the calls; tokens and dollars are about right then.

    `cached` and `shared` are answers: kept from earlier, and given to another incident of this run whose prompt is the same.
    `is_priced`: the price of every model is known.
    """

    incidents: int
    cached: int = 0
    shared: int = 0
    spent: Spent = Spent()
    is_plan: bool = False
    is_priced: bool = True

    def __str__(self) -> str:
        about = "about " if self.is_plan and self.spent.calls else ""
        parts = [_many(self.incidents, "incident"), f"{self.cached} cached"]
        if self.shared:
            parts.append(f"{self.shared} with the same answer")
        parts += [_many(self.spent.calls, "call"), f"{about}{self.spent.tokens:,} token{'' if self.spent.tokens == 1 else 's'}"]
        if self.spent.cost:
            parts.append(f"{about}${self.spent.cost:.4f}" if self.spent.cost < 1 else f"{about}${self.spent.cost:.2f}")
        if not self.is_priced and self.spent.calls:
            parts.append("at a price that is not known")
        return ", ".join(parts)


def _many(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
