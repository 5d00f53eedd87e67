"""With documentation, what is quoted comes with what the API says of it: in the incident, the results, the reports and the prompt."""

from datetime import UTC, datetime
from types import MappingProxyType

import pytest

from kubedx.explain import PromptForm, build_prompt
from kubedx.findings import Diagnosis, to_document
from kubedx.pipeline import Request, diagnose
from kubedx.redact import Redactor
from kubedx.report import Style, render
from kubedx.source import FieldDocs
from kubedx.testing import source_from_yaml

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LOST = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: orders, namespace: shop, creationTimestamp: "2026-02-01T12:00:00Z"}
spec: {accessModes: [ReadWriteOnce], volumeName: vol-7, resources: {requests: {storage: 5Gi}}}
status: {phase: Lost}
"""
PHASE = "phase represents the current phase of PersistentVolumeClaim"


def diagnosed(docs: FieldDocs | None) -> Diagnosis:
    return diagnose(source_from_yaml(LOST, now=NOW), Request(docs=docs))


def test_incident_and_result_hold_it() -> None:
    diagnosis = diagnosed(FieldDocs())
    (doc,) = [one for one in diagnosis.incidents[0].documentation if one.path == "status.phase"]
    quoting = [piece.id for piece in diagnosis.incidents[0].evidence if piece.path == "status.phase"]
    assert (doc.kind, doc.evidence) == ("PersistentVolumeClaim", tuple(quoting))
    assert doc.text.startswith(PHASE)
    assert diagnosis.results[0].error[0].kubernetes_doc
    assert diagnosis.errors == ()


def test_without_it_the_json_has_no_such_key() -> None:
    incident = to_document(diagnosed(None), tool_version="1")["incidents"][0]
    assert "documentation" not in incident
    assert "documentation" in to_document(diagnosed(FieldDocs()), tool_version="1")["incidents"][0]


@pytest.mark.parametrize("form", ["text", "markdown", "html", "json"])
def test_every_report_for_people_shows_it(form: str) -> None:
    told = render(diagnosed(FieldDocs()), form, Style(tool_version="1", rules=MappingProxyType({})))
    assert PHASE in " ".join(told.replace("│", "").split())


@pytest.mark.parametrize("form", [PromptForm.FULL, PromptForm.COMPACT])
def test_the_prompt_holds_it_word_for_word(form: PromptForm) -> None:
    incident = diagnosed(FieldDocs()).incidents[0]
    prompt = build_prompt(incident, Redactor.for_incident(incident, anonymize=True), language="english", form=form)
    assert f"the API says of PersistentVolumeClaim status.phase: {PHASE}" in prompt.user


def test_what_could_not_be_read_is_a_warning_of_the_run() -> None:
    class Silent(FieldDocs):
        def of(self, *_field: object) -> str:
            self.troubles[:] = ["the documentation of v1 could not be read: forbidden"]
            return ""

    diagnosis = diagnosed(Silent())
    assert diagnosis.errors == ("the documentation of v1 could not be read: forbidden",)
    assert diagnosis.coverage.complete
