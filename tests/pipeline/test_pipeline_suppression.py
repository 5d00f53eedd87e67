"""Incidents that somebody has said need not be reported are counted and not lost."""

from datetime import UTC, date, datetime

import pytest

from kubedx.findings import Acknowledgement, Diagnosis, Ignore, Severity, SuppressedBy, Suppressions
from kubedx.pipeline import Request, diagnose
from kubedx.testing import source_from_yaml

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
CODE = "service-selects-nothing"

SERVICE = """
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Service
metadata: {name: billing, namespace: shop, creationTimestamp: "2026-01-01T00:00:00Z", annotations: {%s}}
spec: {selector: {app: biling}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: billing, namespace: shop, creationTimestamp: "2026-01-01T00:00:00Z", labels: {app: billing}}
spec: {containers: [{name: api, image: "registry.example.com/billing:1"}]}
status: {phase: Running, conditions: [{type: Ready, status: "True"}]}
"""


def diagnosed(suppressions: Suppressions = Suppressions(), annotation: str = "") -> Diagnosis:  # noqa: B008  # frozen
    return diagnose(source_from_yaml(SERVICE % annotation, now=NOW), Request(suppressions=suppressions))


def ignored(code: str = CODE, kind: str = "*", namespace: str = "*", name: str = "*") -> Suppressions:
    return Suppressions(ignores=(Ignore(code=code, kind=kind, namespace=namespace, name=name, reason="known"),))


def acknowledged(
    diagnosis: Diagnosis, *, expires: date | None = None, severity: Severity | None = None, reason: str = "T-1"
) -> Suppressions:
    incident = diagnosis.incidents[0]
    entry = Acknowledgement(id=incident.id, severity=severity or incident.severity, reason=reason, expires=expires)
    return Suppressions(baseline={entry.id: entry})


def test_the_incident_is_reported_when_nobody_says_otherwise() -> None:
    diagnosis = diagnosed()
    assert [incident.root_cause.code for incident in diagnosis.incidents] == [CODE]
    assert diagnosis.suppressed == ()


def test_an_annotation_with_a_reason_suppresses_it() -> None:
    diagnosis = diagnosed(annotation=f'"ignore.kubedx.dev/{CODE}": "moves to another team"')
    assert (diagnosis.incidents, diagnosis.results, diagnosis.problems) == ((), (), 0)
    assert [(one.by, one.reason) for one in diagnosis.suppressed] == [(SuppressedBy.ANNOTATION, "moves to another team")]


@pytest.mark.parametrize("annotation", [f'"ignore.kubedx.dev/{CODE}": " "', '"ignore.kubedx.dev/service-without-ready-pods": "other"'])
def test_an_empty_reason_or_another_code_suppresses_nothing(annotation: str) -> None:
    assert len(diagnosed(annotation=annotation).incidents) == 1


@pytest.mark.parametrize(
    ("words", "suppressed"),
    [({}, 1), ({"namespace": "sh*", "kind": "service", "name": "b?lling"}, 1), ({"namespace": "lab"}, 0), ({"code": "service-*"}, 1)],
)
def test_the_config_suppresses_by_patterns(words: dict[str, str], suppressed: int) -> None:
    diagnosis = diagnosed(ignored(**words))
    assert len(diagnosis.suppressed) == suppressed
    assert len(diagnosis.incidents) == 1 - suppressed


def test_an_entry_of_the_config_ends_with_its_last_day() -> None:
    entry = Ignore(code=CODE, reason="known", expires=date(2026, 2, 28))
    assert len(diagnosed(Suppressions(ignores=(entry,))).incidents) == 1


def test_a_baseline_suppresses_what_it_acknowledges() -> None:
    diagnosis = diagnosed(acknowledged(diagnosed(), expires=date(2026, 3, 1)))
    assert diagnosis.incidents == ()
    assert [(one.by, one.expires) for one in diagnosis.suppressed] == [(SuppressedBy.BASELINE, date(2026, 3, 1))]


def test_an_acknowledgement_that_is_over_or_has_no_reason_holds_no_longer() -> None:
    over = diagnosed(acknowledged(diagnosed(), expires=date(2026, 2, 28)))
    assert len(over.incidents) == 1
    assert "was acknowledged until 2026-02-28 (T-1) and is reported again" in over.errors[0]
    assert len(diagnosed(acknowledged(diagnosed(), reason=" ")).incidents) == 1


def test_what_gets_worse_is_reported_again() -> None:
    worse = diagnosed(acknowledged(diagnosed(), severity=Severity.INFO))
    assert len(worse.incidents) == 1
    assert "was acknowledged as info (T-1), is " in worse.errors[0]
