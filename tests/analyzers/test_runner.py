"""The runner: isolation of rules and objects, skips by scope, absences proved before they are certain."""

from collections.abc import Iterator

import pytest

from kubedx.analyzers import AskLog, AskPresence, Hit, Outcome, Pair, Rule, judge, judge_again, rule
from kubedx.findings import Confidence, Effect, Evidence, EvidenceType, Severity
from kubedx.inventory import Changes, Found, Inventory
from kubedx.kube import ConfigMap, ContainerLog, Gap, GapReason, Listed, LogKey, Pod, Reading, Ref, Secret, Service
from kubedx.testing import reading_from_yaml

TWO_PODS = """
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: shop}
spec: {containers: [{name: api}]}
---
apiVersion: v1
kind: Pod
metadata: {name: b, namespace: shop}
spec: {containers: [{name: api}]}
"""
POD_A, POD_B = Ref("v1", "Pod", "shop", "a"), Ref("v1", "Pod", "shop", "b")
SECRET = Ref("v1", "Secret", "shop", "db")


def evidence(pod: Pod) -> tuple[Evidence, ...]:
    return (Evidence(type=EvidenceType.FIELD, ref=pod.ref, path="metadata.name", value=pod.name),)


@rule(on=Pod, severity=Severity.ERROR, suffers=Effect.CRASHES, produces=(Effect.NOT_READY,), added="0.1")
def pod_is_there(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """Every pod."""
    yield Hit(message="it is there", evidence=evidence(pod))


@rule(on=Pod, severity=Severity.ERROR, added="0.1")
def raises_on_b(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A bug."""
    yield Hit(message="before the bug", evidence=evidence(pod))
    if pod.name == "b":
        raise KeyError("spec")


@rule(on=Pod, reads=(Service,), severity=Severity.ERROR, added="0.1")
def needs_services(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A pod without Services."""
    if not inventory.list(Service, pod.namespace):
        yield Hit(message="no services", evidence=evidence(pod))


@rule(on=Pod, severity=Severity.ERROR, added="0.1")
def undeclared(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """Looks at what it does not declare."""
    if inventory.list(ConfigMap):
        yield Hit(message="never", evidence=evidence(pod))


@rule(on=Pod, consults=(Secret,), severity=Severity.ERROR, added="0.1")
def secret_gone(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """Says that a Secret does not exist."""
    if not isinstance(inventory.get(Secret, "shop", "db"), Found):
        yield Hit(message="no secret", evidence=evidence(pod), cause=SECRET, absent=SECRET)


@rule(on=Pod, severity=Severity.ERROR, added="0.1")
def reads_log(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """Wants the log."""
    log = inventory.log(pod.ref, "api")
    if isinstance(log, Found):
        yield Hit(message=log.object.lines[-1], evidence=evidence(pod))
    else:
        yield AskLog(LogKey(pod.ref, "api"))


def inventory_of(text: str = TWO_PODS, **changed: object) -> Inventory:
    reading = reading_from_yaml(text)
    fields = {name: getattr(reading, name) for name in Reading.__struct_fields__}
    return Inventory(Reading(**(fields | changed)))


@rule(on=Pod, severity=Severity.INFO, added="0.1")
def talks_without_end(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """Reports for ever."""
    while True:
        yield Hit(message="again", evidence=evidence(pod))


def test_a_rule_that_never_stops_is_cut_short_and_the_report_says_so() -> None:
    judgement = judge([talks_without_end], inventory_of())

    assert len(judgement.findings) == 200
    assert [crash.ref for crash in judgement.crashes] == [POD_A, POD_B]
    assert "more than 100 faults" in judgement.crashes[0].error


def test_the_runner_adds_what_the_rule_declares() -> None:
    finding = judge([pod_is_there], inventory_of()).findings[0]

    assert (finding.code, finding.filter, finding.subject) == ("pod-is-there", "Pod", POD_A)
    assert (finding.severity, finding.suffers, finding.produces) == (Severity.ERROR, Effect.CRASHES, (Effect.NOT_READY,))


def test_a_rule_that_raises_costs_one_object_and_is_reported() -> None:
    judgement = judge([raises_on_b, pod_is_there], inventory_of())

    assert [(crash.code, crash.ref, crash.error) for crash in judgement.crashes] == [("raises-on-b", POD_B, "KeyError: 'spec'")]
    assert [(finding.code, finding.subject.name) for finding in judgement.findings] == [
        ("raises-on-b", "a"),
        ("raises-on-b", "b"),
        ("pod-is-there", "a"),
        ("pod-is-there", "b"),
    ]


def test_a_look_up_that_was_not_declared_is_a_crash_of_the_rule() -> None:
    crashes = judge([undeclared], inventory_of()).crashes

    assert {crash.ref for crash in crashes} == {POD_A, POD_B}
    assert all("UndeclaredRead" in crash.error for crash in crashes)


def test_a_rule_without_what_it_reads_is_skipped_and_says_why() -> None:
    reading = reading_from_yaml(TWO_PODS)
    listed = frozenset(one for one in reading.listed if one.group_kind.kind != "Service")
    gap = Gap("v1", "Service", "", "list", GapReason.FORBIDDEN, "services is forbidden")
    judgement = judge([needs_services], inventory_of(listed=listed, gaps=(gap,)))

    assert judgement.findings == ()
    assert [(skip.code, skip.namespace) for skip in judgement.skips] == [("needs-services", "shop")]
    assert "forbidden" in judgement.skips[0].reason


def test_a_gap_of_one_namespace_blinds_only_there() -> None:
    other = TWO_PODS.replace("name: b, namespace: shop", "name: b, namespace: office")
    reading = reading_from_yaml(other)
    services = Service.KIND.group_kind
    listed = frozenset(one for one in reading.listed if one.group_kind != services) | {Listed(services, "office")}
    judgement = judge([needs_services], inventory_of(other, listed=listed))

    assert [finding.subject.namespace for finding in judgement.findings] == ["office"]
    assert [skip.namespace for skip in judgement.skips] == ["shop"]


def test_an_absence_from_a_list_is_likely_until_it_is_confirmed() -> None:
    stale = inventory_of(confirmed=False)
    judgement = judge([secret_gone], stale)

    assert {finding.confidence for finding in judgement.findings} == {Confidence.LIKELY}
    assert judgement.askers[Pair("secret-gone", POD_A)] == (AskPresence(SECRET),)

    again = judge_again(judgement, {"secret-gone": secret_gone}, stale.replace(Changes(absent=(SECRET,))), judgement.askers)

    assert {finding.confidence for finding in again.findings} == {Confidence.CERTAIN}
    assert again.askers == {}


def test_what_exists_after_all_is_no_finding() -> None:
    stale = inventory_of(confirmed=False)
    judgement = judge([secret_gone], stale)
    found = reading_from_yaml("{apiVersion: v1, kind: Secret, metadata: {name: db, namespace: shop}}").objects[Secret.KIND.group_kind]
    again = judge_again(judgement, {"secret-gone": secret_gone}, stale.replace(Changes(objects=found)), judgement.askers)

    assert again.findings == ()


def test_only_askers_are_judged_again() -> None:
    inventory = inventory_of()
    judgement = judge([pod_is_there, reads_log], inventory)
    log = ContainerLog(LogKey(POD_A, "api"), ("the end",))
    again = judge_again(judgement, {"reads-log": reads_log}, inventory.replace(Changes(logs=(log,))), judgement.askers)

    assert [finding.message for finding in again.findings] == ["it is there", "it is there", "the end"]
    assert list(again.askers) == [Pair("reads-log", POD_B)]


@pytest.mark.parametrize("broken", [[pod_is_there], [raises_on_b], []])
def test_no_objects_no_findings(broken: list[Rule]) -> None:
    assert judge(broken, inventory_of("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}")).findings == ()


def test_who_has_a_clock_is_told_when_a_rule_has_judged() -> None:
    laps: list[str] = []
    inventory = Inventory(reading_from_yaml(TWO_PODS))
    judgement = judge([pod_is_there, raises_on_b], inventory, lap=laps.append)
    assert laps == ["", "pod-is-there", "raises-on-b"]
    judge_again(judgement, {"pod-is-there": pod_is_there}, inventory, [Pair("pod-is-there", POD_A)], laps.append)
    assert laps[3:] == ["", "pod-is-there"]


@rule(filter="Event", on=Pod, severity=Severity.WARNING, added="0.1")
def repeats_an_event(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """An event about a pod."""
    yield Hit(message="somebody warns", evidence=evidence(pod), cause=pod.ref)


@rule(on=Pod, severity=Severity.ERROR, added="0.1")
def knows_more_of_a(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """The first pod only."""
    if pod.name == "a":
        yield Hit(message="it is known", evidence=evidence(pod))


def test_what_only_repeats_an_event_gives_way_to_a_rule_that_knows_more() -> None:
    found = judge([repeats_an_event, knows_more_of_a], Inventory(reading_from_yaml(TWO_PODS))).findings
    assert [(one.code, one.subject) for one in found] == [("repeats-an-event", POD_B), ("knows-more-of-a", POD_A)]
