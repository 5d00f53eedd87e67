"""JUnit XML for CI servers: a suite for each namespace, where an incident is a failure and what could not be read is skipped.

Source of the format: the schema junit-10.xsd of Jenkins' xUnit plugin, which Jenkins, GitLab and others read.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from kubedx.findings import Coverage, Diagnosis, Incident, Suppressed
from kubedx.kube import Gap
from kubedx.report.commands import next_command
from kubedx.report.evidence import distinct, most_telling, where
from kubedx.report.moments import utc
from kubedx.report.printable import printable

CLUSTER = "(cluster)"
"""The suite of what stands in no namespace, or concerns them all."""
MANIFESTS = "manifests"
"""The suite of what an API server would refuse."""

MOST_FAILURES = 2000
"""Incidents that are told; CI servers read the whole file into memory."""
MOST_EVIDENCE = 8
MOST_SYMPTOMS = 20
MOST_LETTERS = 4000

_ESCAPES = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;", ord("\n"): "&#10;", ord("\t"): "&#9;"}


class _Case(NamedTuple):
    suite: str
    classname: str
    name: str
    outcome: str = ""
    """`failure`, `error`, `skipped`; empty when all is well."""
    kind: str = ""
    message: str = ""
    text: str = ""


def render_junit(diagnosis: Diagnosis) -> str:
    """One `testsuites`. What was read is a test that passes, so that a healthy cluster is not an empty report."""
    suites: dict[str, list[_Case]] = {}
    for case in _cases(diagnosis):
        suites.setdefault(case.suite, []).append(case)
    cases = [case for suite in suites.values() for case in suite]
    head = f'<testsuites name="kubedx" {_counts(cases)}>'
    bodies = (_suite(name, suite, diagnosis.scanned_at) for name, suite in sorted(suites.items()))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n{"".join(bodies)}</testsuites>\n'


def _cases(diagnosis: Diagnosis) -> Iterator[_Case]:
    told = diagnosis.incidents[:MOST_FAILURES]
    yield from (_failure(incident, diagnosis.scanned_at) for incident in told)
    hidden = len(diagnosis.incidents) - len(told)
    if hidden:
        yield _Case(CLUSTER, "kubedx", "further incidents", "failure", "warning", f"{hidden} further incidents; -o json shows all")
    for refusal in diagnosis.preflight.refused[:MOST_FAILURES] if diagnosis.preflight else ():
        yield _Case(MANIFESTS, "kubedx.preflight", refusal[:MOST_LETTERS], "failure", "error", "would be refused", refusal[:MOST_LETTERS])
    yield from (_skipped(one) for one in diagnosis.suppressed[:MOST_FAILURES])
    yield from _coverage_cases(diagnosis.coverage)


def _failure(incident: Incident, scanned_at: datetime) -> _Case:
    root = incident.root_cause
    part = f", {root.part}" if root.part else ""
    suite = root.subject.namespace or CLUSTER
    name = f"{root.subject.kind} {root.subject.name}{part}"
    return _Case(
        suite, f"kubedx.{root.code}", name, "failure", incident.severity.value, incident.title, "\n".join(_story(incident, scanned_at))
    )


def _skipped(one: Suppressed) -> _Case:
    """An incident that somebody has said need not be reported."""
    name = f"{one.subject.kind} {one.subject.name}"
    message = f"suppressed by {one.by.value}: {one.reason}"
    return _Case(one.subject.namespace or CLUSTER, f"kubedx.{one.code or 'suppressed'}", name, "skipped", message=message[:MOST_LETTERS])


def _story(incident: Incident, scanned_at: datetime) -> Iterator[str]:
    root = incident.root_cause
    yield incident.title
    yield f"severity {incident.severity.value}, {incident.confidence.value}, id {incident.id}, rule {root.code}"
    if root.cause is not None:
        yield f"to change: {root.cause}"
    for piece in most_telling(distinct(root.evidence), MOST_EVIDENCE):
        yield f"evidence: {piece.ref}, {where(piece, scanned_at)}: {piece.value[:MOST_LETTERS]}"
    for symptom in incident.symptoms[:MOST_SYMPTOMS]:
        yield f"because of this: {symptom.subject}: {symptom.message[:MOST_LETTERS]}"
    if len(incident.symptoms) > MOST_SYMPTOMS:
        yield f"and {len(incident.symptoms) - MOST_SYMPTOMS} more"
    command = next_command(incident)
    if command:
        yield f"next: {command}"


def _coverage_cases(coverage: Coverage) -> Iterator[_Case]:
    """A test for each kind that was asked for, and one for each rule that failed."""
    for (suite, name), gaps in _by_case(coverage.gaps).items():
        said = dict.fromkeys(f"{gap.reason.value}: {gap.message}" if gap.message else gap.reason.value for gap in gaps)
        yield _Case(suite, "kubedx.coverage", name, "skipped", message="; ".join(said)[:MOST_LETTERS])
    unread = {(gap.api_version, gap.kind) for gap in coverage.gaps if not gap.name and gap.verb == "list"}
    for read in coverage.read:
        if (read.api_version, read.kind) not in unread:
            yield _Case(CLUSTER, "kubedx.coverage", f"list {read.kind} ({read.api_version})")
    for crash in coverage.crashed:
        suite = crash.ref.namespace or CLUSTER
        yield _Case(suite, f"kubedx.{crash.code}", str(crash.ref), "error", "bug of kubedx", crash.error[:MOST_LETTERS])


def _by_case(gaps: Sequence[Gap]) -> dict[tuple[str, str], list[Gap]]:
    grouped: dict[tuple[str, str], list[Gap]] = {}
    for gap in gaps:
        grouped.setdefault((gap.namespace or CLUSTER, f"{gap.verb} {gap.kind} ({gap.api_version})"), []).append(gap)
    return grouped


def _suite(name: str, cases: Sequence[_Case], scanned_at: datetime) -> str:
    skipped = sum(case.outcome == "skipped" for case in cases)
    head = f'<testsuite name={_quoted(name)} {_counts(cases)} skipped="{skipped}" timestamp="{utc(scanned_at):%Y-%m-%dT%H:%M:%S}">'
    return f"  {head}\n{''.join(map(_element, cases))}  </testsuite>\n"


def _element(case: _Case) -> str:
    head = f"    <testcase classname={_quoted(case.classname)} name={_quoted(case.name)}"
    if not case.outcome:
        return f"{head}/>\n"
    kind = f" type={_quoted(case.kind)}" if case.kind else ""
    text = printable(case.text).translate({sign: to for sign, to in _ESCAPES.items() if sign != ord("\n")})
    return f"{head}>\n      <{case.outcome}{kind} message={_quoted(case.message)}>{text}</{case.outcome}>\n    </testcase>\n"


def _counts(cases: Iterable[_Case]) -> str:
    outcomes = [case.outcome for case in cases]
    return f'tests="{len(outcomes)}" failures="{outcomes.count("failure")}" errors="{outcomes.count("error")}"'


def _quoted(text: str) -> str:
    return f'"{printable(text).translate(_ESCAPES)}"'
