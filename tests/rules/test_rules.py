"""Every rule on its mini-clusters: exactly the expected findings where it fires, none where it must stay quiet.

A fixture `tests/rules/<code>/{fires,quiet}*.yaml` begins with a header document: `expect` (a list of findings; empty or
absent where the rule is quiet), and as needed `now`, `logs` (texts by `namespace/pod/container[/previous]`), `unlisted`
(kinds that could not be listed) and `stale: true` (lists that prove no absence, as of a live cluster). Objects follow.
An expectation speaks of whatever it wants of a finding; `evidence` and `values` are told where something turns on them.
"""

import functools
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from kubedx.analyzers import LOG, AskLog, AskPresence, AskValues, Judgement, Rule, catalogue, judge, judge_again
from kubedx.findings import Evidence, EvidenceType, Finding
from kubedx.inventory import Changes, Inventory
from kubedx.kube import (
    TYPES,
    ClusterInfo,
    ConfigMap,
    ContainerLog,
    Gap,
    GapReason,
    Kind,
    KubeObject,
    LogKey,
    Origin,
    Pod,
    Ref,
    container_statuses,
    kind_of,
)
from kubedx.source import LogLimit, MemorySource, Scope, parse_yaml, with_documents
from kubedx.testing import object_from

HERE = Path(__file__).parent
ROUNDS = 3
KNOWN_HEADERS = {"expect", "now", "logs", "unlisted", "stale"}
KNOWN_EXPECTATIONS = {"subject", "part", "message", "cause", "severity", "confidence", "error_class", "values", "since", "evidence"}


FIXTURES = tuple(sorted(HERE.glob("*/*.yaml")))


class Case:
    """A fixture, read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        documents = [document for document in parse_yaml(path.read_text()) if document]
        header = documents[0] if isinstance(documents[0], Mapping) and not documents[0].get("kind") else {}
        assert set(header) <= KNOWN_HEADERS, f"{path}: {set(header) - KNOWN_HEADERS}"
        self.expected: list[dict[str, Any]] = [dict(one) for one in header.get("expect") or []]
        self.source = MemorySource(
            [object_from(document) for document in (documents[1:] if header else documents)],
            logs={key.replace("/previous", ".previous"): text for key, text in (header.get("logs") or {}).items()},
            gaps=[_gap(kind) for kind in header.get("unlisted") or []],
            now=datetime.fromisoformat(header["now"]) if header.get("now") else None,
            cluster=ClusterInfo(source=Origin.LIVE if header.get("stale") else Origin.DUMP, name="mini"),
            confirmed=not header.get("stale"),
        )

    @functools.cached_property
    def inventory(self) -> Inventory:
        """The cluster, without its logs."""
        return Inventory(self.source.read([*(kind_type.KIND for kind_type in TYPES), *self.source.custom_kinds()], Scope()))

    def findings(self, rule: Rule) -> tuple[Finding, ...]:
        """What the rule finds, its asks answered."""
        inventory = self.inventory
        if LOG in rule.filters:
            logs = (self.source.log(key, LogLimit()) for key in self._log_keys())
            inventory = inventory.replace(Changes(logs=tuple(log for log in logs if isinstance(log, ContainerLog))))
        judgement = judge([rule], inventory)
        for _round in range(ROUNDS):
            inventory = inventory.replace(self._answers(judgement))
            judgement = judge_again(judgement, {rule.code: rule}, inventory, list(judgement.askers))
        assert judgement.crashes == ()
        return judgement.findings

    def _log_keys(self) -> Iterator[LogKey]:
        """Every container of which a log may be at hand, as all those of a dump are."""
        for pod in self.inventory.list(Pod):
            for view in container_statuses(pod):
                yield from (LogKey(pod.ref, view.container.name, previous) for previous in (False, True))

    def _answers(self, judgement: Judgement) -> Changes:
        logs, no_logs, log_gaps, objects, absent = [], [], [], [], []
        for ask in {ask for asks in judgement.askers.values() for ask in asks}:
            match ask:
                case AskLog(key):
                    log = self.source.log(key, LogLimit())
                    if isinstance(log, ContainerLog):
                        logs.append(log)
                    elif log is None:
                        no_logs.append(key)
                    else:
                        log_gaps.append((key, log.message))
                case AskPresence(ref) | AskValues(ref):
                    found = self.source.get(_kind(ref), ref)
                    if isinstance(found, KubeObject):
                        objects.append(with_documents(found) if isinstance(ask, AskValues) and isinstance(found, ConfigMap) else found)
                    elif found is None:
                        absent.append(ref)
        return Changes(logs=tuple(logs), no_logs=tuple(no_logs), log_gaps=tuple(log_gaps), objects=tuple(objects), absent=tuple(absent))


def _gap(kind: str) -> Gap:
    known = next(kind_type.KIND for kind_type in TYPES if kind_type.KIND.kind == kind)
    return Gap(known.api_version, known.kind, "", "list", GapReason.FORBIDDEN, "forbidden")


def _kind(ref: Ref) -> Kind:
    kind = kind_of(ref.group_kind)
    assert kind is not None
    return kind


def _quoted(piece: Evidence, subject: Ref) -> str:
    """Evidence as fixtures write it: `status.phase = Pending` of the subject, `Pod shop/cart-1 status.phase = Pending`, `Failed: no such image`."""
    if piece.type is EvidenceType.EVENT:
        return f"{piece.reason}: {piece.value}"
    return f"{piece.path if piece.ref == subject else f'{piece.ref} {piece.path}'} = {piece.value}"


def as_expected(finding: Finding, expectation: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a finding that the fixture speaks of; a cause that it does not speak of must not be there."""
    said: dict[str, Any] = {
        "subject": str(finding.subject),
        "part": finding.part,
        "message": finding.message,
        "cause": str(finding.cause) if finding.cause else None,
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "error_class": finding.error_class,
        "values": {key: finding.values.get(key) for key in expectation.get("values", {})},
        "evidence": [_quoted(piece, finding.subject) for piece in finding.evidence],
        "since": finding.since.isoformat().replace("+00:00", "Z") if finding.since else None,
    }
    return {key: value for key, value in said.items() if key in expectation or (key == "cause" and value)}


def test_every_fixture_is_of_a_rule() -> None:
    assert {path.parent.name for path in FIXTURES} <= set(catalogue())


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_fixture(path: Path) -> None:
    case = Case(path)
    findings = case.findings(catalogue()[path.parent.name])

    assert bool(case.expected) == path.stem.startswith("fires"), "a file that fires expects something, a quiet one nothing"
    for expectation in case.expected:
        assert {"subject", "message"} <= set(expectation) <= KNOWN_EXPECTATIONS
    ordered = sorted(findings, key=lambda one: (str(one.subject), one.part, one.message))
    expected = sorted(case.expected, key=lambda one: (one["subject"], one.get("part", ""), one["message"]))
    padded = [*expected, *({} for _missing in range(len(ordered) - len(expected)))]
    assert [as_expected(finding, expectation) for finding, expectation in zip(ordered, padded, strict=False)] == expected
    assert len(ordered) == len(expected), [finding.message for finding in ordered]
