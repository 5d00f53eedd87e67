"""Questions about incidents: what is told to the model, masked, with what was said before, and within the budget."""

import pytest

from explain.incidents import DEPLOYMENT, SECRET, Cluster, incident
from kubedx.config import Config
from kubedx.errors import ProviderFailed
from kubedx.explain import Conversation, Explainer, ExplainSettings, Limits
from kubedx.findings import Excerpt
from kubedx.kube import Ref
from kubedx.testing.fake_provider import FakeProvider

ANSWER = '{"summary": "It waits for a secret.", "commands": ["kubectl -n shop get secrets", "kubectl -n shop delete pod ghost"]}'
LEDGER = Ref("v1", "Service", "billing", "ledger-api")


class Read(Cluster):
    """A cluster that was read, with one more Service in it."""

    def named_in(self, question: str, namespace: str) -> tuple[Ref, ...]:
        return (LEDGER,) if "ledger-api" in question else ()

    def about(self, ref: Ref) -> tuple[Excerpt, ...]:
        return (Excerpt(ref, "spec", '{"selector":{"app":"ledger-api"},"password":"hunter2hunter2"}'),) if ref == LEDGER else ()


def conversation(fake: FakeProvider, **settings: object) -> Conversation:
    explainer = Explainer(ExplainSettings(**settings), Config(), fake)  # type: ignore[arg-type]  # keywords handed on by name
    return Conversation(explainer, explainer.by_playbook([incident(), incident(rank=2)]), Read([DEPLOYMENT]))


def test_an_answer_is_checked_like_every_answer() -> None:
    answer = conversation(FakeProvider([ANSWER])).ask("why?")
    assert answer.summary == "It waits for a secret."
    assert answer.commands == ("kubectl -n shop get secrets",)
    assert answer.dropped == 1


def test_what_a_question_names_is_looked_up_and_what_was_said_is_told_again() -> None:
    fake = FakeProvider([ANSWER])
    talk = conversation(fake)
    talk.ask("why does it not start?")
    talk.ask("what about ledger-api?")
    assert "Service billing/ledger-api spec" in fake.prompts[1].user
    assert "question: why does it not start?" in fake.prompts[1].user
    assert "It waits for a secret." in fake.prompts[1].user
    assert talk.prompt == fake.prompts[1]
    for _ in range(20):
        talk.ask("and " + "x" * 5_000)
    assert fake.prompts[-1].user.count("question: ") <= 7
    assert len(fake.prompts[-1].user) < 30_000


def test_nothing_that_identifies_leaves_in_any_turn() -> None:
    fake = FakeProvider(['{"summary": "see service-1 and secret-1"}'])
    talk = conversation(fake, anonymize=True)
    talk.ask("what does ledger-api in billing need?")
    talk.look_at(2)
    talk.ask("and the secret db of cart?")
    for prompt in fake.prompts:
        for name in ("ledger-api", "billing", "cart", "shop", "hunter2", "x2x4z"):
            assert name not in prompt.user, name
    assert SECRET.name == "db"


def test_the_budget_holds_for_questions_too() -> None:
    talk = conversation(FakeProvider([ANSWER]), run_limits=Limits(calls=1))
    talk.ask("one?")
    with pytest.raises(ProviderFailed, match="fake/fake-1 is not asked: 1 calls are all that this run may use"):
        talk.ask("two?")


def test_without_a_backend_the_answer_is_how_to_get_one() -> None:
    explainer = Explainer(ExplainSettings(backend="playbook"), Config())
    with pytest.raises(ProviderFailed, match="no backend answers questions"):
        Conversation(explainer, explainer.by_playbook([incident()]), Read()).ask("why?")


def test_an_incident_that_is_not_there_changes_nothing() -> None:
    talk = conversation(FakeProvider([ANSWER]))
    assert not talk.look_at(9)
    assert talk.focus.rank == 1
    assert talk.look_at(2)
    assert talk.focus.rank == 2
