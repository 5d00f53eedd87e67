"""What may be spent, and how it goes when a backend is busy, floods, or dies."""

import asyncio
from datetime import date
from pathlib import Path

import pytest

from explain.incidents import Cluster, incident
from kubedx.config import Config
from kubedx.errors import ProviderFailed, UsageError
from kubedx.explain import Answer, Explainer, ExplainSettings, Ledger, Limits, OnText, Prompt, ProviderBusy, Usage, read_limits
from kubedx.explain.budget import Budget, estimated
from kubedx.explain.drafts import standing_part
from kubedx.explain.limits import Spent
from kubedx.explain.prices import price_of
from kubedx.explain.tally import Tally
from kubedx.findings import Explanation, Incident
from kubedx.testing.fake_provider import FakeProvider

GOOD = '{"citations": ["e1"], "summary": "The secret db is missing.", "steps": ["Look.", "Create it."]}'
TODAY = date(2026, 1, 2)


class Naps:
    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(round(seconds))


class Talker:
    """A provider that streams its pieces and counts its tokens."""

    backend, model, address = "openai", "gpt-4o", "https://api.openai.com/v1"

    def __init__(self, *pieces: str, usage: Usage | None = None) -> None:
        self.pieces, self.usage = pieces, usage

    async def answer(self, prompt: Prompt, on_text: OnText | None = None) -> Answer:
        for piece in self.pieces:
            if on_text:
                on_text(piece)
            await asyncio.sleep(0)
        return Answer("".join(self.pieces), self.usage)

    async def close(self) -> None:
        """Nothing is held."""


class Heard:
    def __init__(self) -> None:
        self.plans: list[str] = []
        self.drafts: list[Explanation] = []
        self.order: list[int] = []

    def plan(self, sources: tuple[str, ...], tally: Tally) -> None:
        self.plans.append(f"{','.join(sources)}: {tally}")

    def draft(self, index: int, explanation: Explanation) -> None:
        self.drafts.append(explanation)

    def done(self, index: int, incident: Incident) -> None:
        self.order.append(incident.rank)


def many(count: int) -> list[Incident]:
    return [incident(rank=rank) for rank in range(1, count + 1)]


@pytest.mark.parametrize(
    ("calls", "tokens", "cost", "run", "day"),
    [
        (("5",), (), (), Limits(calls=5), Limits()),
        (("50", "5", "100/day"), (), (), Limits(calls=5), Limits(calls=100)),
        (("0",), ("10_000/day",), ("$0.5", "2/day"), Limits(calls=0, cost=0.5), Limits(tokens=10_000, cost=2.0)),
    ],
)
def test_limits_are_of_a_run_or_of_a_day(
    calls: tuple[str, ...], tokens: tuple[str, ...], cost: tuple[str, ...], run: Limits, day: Limits
) -> None:
    assert read_limits(calls, tokens, cost) == (run, day)


@pytest.mark.parametrize("text", ["", "x", "-1", "nan", "inf", "1/week", "1.5"])
def test_what_is_no_limit_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--max-calls takes a number"):
        read_limits((text,), (), ())


def test_a_day_is_shared_by_runs_and_ends(tmp_path: Path) -> None:
    file = tmp_path / "state" / "spent.json"
    for allowed in (True, True, False):
        budget = Budget(Limits(), Limits(calls=2), Ledger(file, TODAY))
        share, refusal = budget.reserve(estimated(40), None)
        assert (not refusal) == allowed
        if allowed:
            budget.settle(share, Usage(7, 3), None)
    assert "2 calls are all that a day may use" in refusal
    assert Ledger(file, TODAY).change(lambda spent: (spent, spent)) == Spent(2, 20, 0.0)
    assert not Budget(Limits(), Limits(calls=2), Ledger(file, date(2026, 1, 3))).reserve(estimated(40), None)[1]
    assert oct(file.stat().st_mode)[-3:] == "600"


def test_a_day_that_cannot_be_counted_allows_nothing_where_it_is_limited(tmp_path: Path) -> None:
    (tmp_path / "spent.json").write_text("no ledger")
    ledger = Ledger(tmp_path / "spent.json", TODAY)
    assert not Budget(Limits(), Limits(), ledger).reserve(estimated(40), None)[1]
    assert "the day's limit cannot be kept" in Budget(Limits(), Limits(calls=9), ledger).reserve(estimated(40), None)[1]


def test_what_is_under_way_counts(tmp_path: Path) -> None:
    budget = Budget(Limits(tokens=1000), Limits(), None)
    assert not budget.reserve(Usage(300, 300), None)[1]
    assert "1000 tokens are all" in budget.reserve(Usage(300, 300), None)[1]


def test_prices_are_the_users_then_the_listed_ones_and_nothing_on_this_machine() -> None:
    usage = Usage(1_000_000, 1_000_000)
    own = price_of("litellm", "Own", "https://x", {"own": (1.0, 2.0)})
    assert own
    assert own(usage) == 3.0
    here = price_of("ollama", "llama3", "http://127.0.0.1:11434", {})
    assert here
    assert here(usage) == 0.0
    listed = price_of("openai", "gpt-4o", "https://api.openai.com/v1", {})
    assert listed
    assert listed(usage) > 0
    assert price_of("openai", "no-such-model", "https://api.openai.com/v1", {}) is None
    assert price_of("litellm", "gpt-4o", "https://gateway.example", {}) is None


def test_a_cost_limit_without_a_price_asks_nobody_and_says_why() -> None:
    talker = Talker(GOOD)
    talker.model = "no-such-model"
    told = Explainer(ExplainSettings(run_limits=Limits(cost=1.0)), Config(), talker).explain(many(2), Cluster())
    assert len(told.warnings) == 1
    assert told.warnings[0].startswith(
        "2 of 2 incidents are explained without openai/no-such-model: its price is not known, so that --max-cost"
    )


def test_what_it_takes_is_told_before_and_after() -> None:
    heard = Heard()
    told = Explainer(ExplainSettings(), Config(), Talker(GOOD, usage=Usage(700, 112))).explain(many(1), Cluster(), heard)
    assert heard.plans[0].startswith("openai/gpt-4o: 1 incident, 0 cached, 1 call, about ")
    assert str(told.tally).startswith("1 incident, 0 cached, 1 call, 812 tokens, $0.00")
    usage = told.incidents[0].explanations[0].usage
    assert usage
    assert (usage.prompt_tokens, usage.answer_tokens, usage.cached) == (700, 112, False)
    assert usage.cost


def test_a_busy_backend_is_asked_again_when_it_says() -> None:
    naps = Naps()
    fake = FakeProvider([ProviderBusy("429", 7.0), ProviderBusy("429"), GOOD])
    told = Explainer(ExplainSettings(parallel=1), Config(), fake, sleep=naps).explain(many(1), Cluster())
    assert told.warnings == ()
    assert len(fake.prompts) == 3
    assert max(naps.seconds) == 7


@pytest.mark.parametrize("wait", [None, 3600.0])
def test_a_backend_that_stays_busy_ends_the_calls_and_nothing_else(wait: float | None) -> None:
    fake = FakeProvider([ProviderBusy("the quota is used up", wait)])
    told = Explainer(ExplainSettings(parallel=2), Config(), fake, sleep=Naps()).explain(many(30), Cluster())
    assert told.warnings == ("the quota is used up; 30 of 30 incidents are explained by the playbook alone",)
    assert len(fake.prompts) <= 9
    assert all(len(one.explanations) == 1 for one in told.incidents)


def test_one_that_fails_stops_no_other() -> None:
    fake = FakeProvider([GOOD, ProviderFailed("broken"), "{" * 50_000, GOOD])
    told = Explainer(ExplainSettings(parallel=1), Config(), fake).explain(many(5), Cluster())
    assert len(fake.prompts) == 5
    assert [len(one.explanations) for one in told.incidents][0::4] == [2, 2]


def test_a_flood_is_cut_off() -> None:
    told = Explainer(ExplainSettings(streams=True), Config(), Talker(*["x" * 10_000] * 50)).explain(many(1), Cluster())
    assert "does not stop answering" in told.warnings[0]


def test_drafts_hold_what_stands_and_grow() -> None:
    heard = Heard()
    pieces = [GOOD[index : index + 7] for index in range(0, len(GOOD), 7)]
    told = Explainer(ExplainSettings(streams=True), Config(), Talker(*pieces)).explain(many(1), Cluster(), heard)
    assert heard.drafts
    final = told.incidents[0].explanations[0]
    for draft in heard.drafts:
        assert draft.summary == final.summary
        assert draft.steps == final.steps[: len(draft.steps)]


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ('{"summ', False),
        ('{"summary": "half a sen', False),
        ('{"summary": "whole", "st', False),
        ('{"summary": "whole", "cause": "half', False),
        ('{"summary": "whole", "cause": "whole", "steps": ["half', False),
        ('{"summary": "whole", "cause": "whole", "steps": ["whole", "half', False),
        ('{"summary": "whole", "cause": "whole", "steps": ["whole"', True),
        ('```json\n{"summary": "half', False),
        ("Error: half", False),
        ("Error: whole\nSolution: half", True),
        ("<think>never shown", False),
    ],
)
def test_half_of_anything_does_not_stand(text: str, *, stands: bool) -> None:
    assert bool(standing_part(text)) == stands


def test_several_backends_answer_side_by_side(tmp_path: Path) -> None:
    good, bad = FakeProvider([GOOD], backend="one"), FakeProvider([ProviderFailed("two is broken")], backend="two")
    heard = Heard()
    told = Explainer(ExplainSettings(), Config(), good, bad, FakeProvider([GOOD], backend="three")).explain(many(2), Cluster(), heard)
    assert [[one.source for one in each.explanations] for each in told.incidents] == [["one/fake-1", "three/fake-1", "playbook"]] * 2
    assert told.provider == "one,two,three"
    assert told.warnings == ("two is broken; 2 of 2 incidents are explained by the playbook alone",)
    assert sorted(heard.order) == [1, 2]
    assert heard.drafts == []
