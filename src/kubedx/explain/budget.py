"""The budget of a run: what may be spent is taken before a call is made, and what it really cost is put down after it."""

from kubedx.explain.ledger import Ledger
from kubedx.explain.limits import Limits, Spent
from kubedx.explain.prices import Price
from kubedx.explain.providers import Usage

TYPICAL_ANSWER = 400
"""Tokens of an answer, for what is reserved before it is known."""

LETTERS = 4
"""Characters of a token, about, where a backend does not count."""


def estimated(prompt: int, answer: int = TYPICAL_ANSWER * LETTERS) -> Usage:
    """The tokens of so many characters, about."""
    return Usage(-(-prompt // LETTERS), -(-answer // LETTERS))


class Budget:
    """What a run may spend, by itself and with all others of the day. For one event loop."""

    def __init__(self, run: Limits, day: Limits, ledger: Ledger | None) -> None:
        self._run, self._day, self._ledger = run, day, ledger
        self.spent = Spent()
        self._reserved = Spent()

    @property
    def limits(self) -> tuple[Limits, Limits]:
        """Those of the run and of the day."""
        return self._run, self._day

    def reserve(self, expected: Usage, price: Price | None) -> tuple[Spent, str]:
        """Take what a call may cost, before it is made; or the reason why it may not be made."""
        asks_price = self._run.cost is not None or self._day.cost is not None
        if price is None and asks_price:
            return Spent(), "its price is not known, so that --max-cost could not be kept; write it to the config file, budget: prices"
        share = Spent(1, expected.prompt_tokens + expected.answer_tokens, price(expected) if price else 0.0)
        passed = (self.spent + self._reserved + share).passes(self._run)
        if passed:
            return Spent(), f"{passed} are all that this run may use"
        refusal = self._book(share)
        if not refusal:
            self._reserved += share
        return share, refusal

    def settle(self, share: Spent, used: Usage | None, price: Price | None) -> Spent:
        """Put down what the call cost in place of what was reserved; None: it failed and cost nothing but a call."""
        cost = Spent(share.calls) if used is None else Spent(1, used.prompt_tokens + used.answer_tokens, price(used) if price else 0.0)
        self._reserved += -share
        self.spent += cost
        self._book(cost + -share, limited=False)
        return cost

    def give_back(self, share: Spent) -> None:
        """Take back what was reserved for a call that nobody answered, and that cost nothing at all."""
        self._reserved += -share
        self._book(-share, limited=False)

    def _book(self, share: Spent, *, limited: bool = True) -> str:
        """Add to the day's spending, unless that passes its limits; the reason if so. A broken ledger matters where there are limits."""
        if self._ledger is None:
            return ""

        def decide(before: Spent) -> tuple[Spent, str]:
            passed = (before + share).passes(self._day) if limited else ""
            return (before, f"{passed} are all that a day may use") if passed else (before + share, "")

        try:
            return self._ledger.change(decide)
        except OSError as error:
            reason = error.strerror or str(error)
            return f"the day's limit cannot be kept: {self._ledger.path}: {reason}" if self._day.is_set and limited else ""
