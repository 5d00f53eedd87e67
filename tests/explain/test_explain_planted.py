"""Nothing identifiable leaves, over the evidence of every rule, and every answer comes back whole."""

from pathlib import Path

import pytest

from explain.corpus import planted
from explain.incidents import incident
from explain.planted import FIRES, incidents_of, planted_words, with_evidence
from kubedx.explain import PromptForm, build_prompt, prompt_text
from kubedx.findings import Incident
from kubedx.redact import Redactor, mask_secrets

CORPUS = planted()
FORMS = (PromptForm.FULL, PromptForm.COMPACT, PromptForm.SHORT)
# Rules that know a thing by its name, or that only other findings make fire: their incidents do not outlive the renaming.
KNOWN_BY_NAME = 12


def sent(about: Incident, forms: tuple[PromptForm, ...] = FORMS) -> str:
    """Everything that any form of prompt says of an incident."""
    said = [prompt_text([about], "english")]
    for form in forms:
        prompt = build_prompt(about, Redactor.for_incident(about, anonymize=True), language="english", form=form)
        said.append(prompt.system + prompt.user)
    return "\n".join(said).lower()


def assert_comes_back(about: Incident) -> None:
    """Whatever the incident says, a model that repeats it is understood."""
    redactor = Redactor.for_incident(about, anonymize=True)
    texts = (about.title, about.root_cause.message, *(piece.value for piece in about.evidence), *about.root_cause.values.values())
    masked = [redactor.mask(text) for text in texts]
    assert [redactor.unmask(text) for text in masked] == [mask_secrets(text) for text in texts]


def test_the_corpus_is_large_enough() -> None:
    assert sum(len(parts) for _, parts in CORPUS) >= 200


@pytest.mark.parametrize("text_and_parts", CORPUS, ids=lambda pair: pair[0][:40].encode("ascii", "replace").decode())
def test_a_planted_identifier_or_secret_does_not_leave(text_and_parts: tuple[str, tuple[str, ...]]) -> None:
    text, parts = text_and_parts
    for about in (incident(text), incident(message=text), incident(excerpt=f'{{"args":["{text}"]}}' if '"' not in text else text)):
        told = sent(about)
        assert not [part for part in parts if part.lower() in told]


@pytest.mark.parametrize("path", FIRES, ids=lambda path: path.parent.name)
def test_no_name_of_any_rule_s_cluster_leaves_and_all_come_back(path: Path, tmp_path: Path) -> None:
    place = FIRES.index(path) * 3
    drawn = [CORPUS[(place + offset) % len(CORPUS)] for offset in range(3)]
    for renamed in incidents_of(path, tmp_path):
        about = with_evidence(renamed, *(text for text, _ in drawn))
        told = sent(about)
        assert not [word for word in planted_words(path).values() if word in told]
        assert_comes_back(about)
        assert not [part for _, parts in drawn for part in parts if part.lower() in told]


def test_nearly_every_rule_s_incident_outlives_the_renaming(tmp_path: Path) -> None:
    sample = FIRES[::8]
    gone = [path.parent.name for path in sample if not list(incidents_of(path, tmp_path))]
    assert len(gone) <= KNOWN_BY_NAME // 4
