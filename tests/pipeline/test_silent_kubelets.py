"""Nodes that do not answer, or take their time, cost a scan a few logs, not all of them."""

from typing import Any

import msgspec
import pytest

from kubedx.analyzers import Judgement, catalogue
from kubedx.inventory import Inventory
from kubedx.judging import LOG_SECONDS, MOST_SILENT, READERS, TOO_SLOW, Wish, judge_to_the_end
from kubedx.kube import TYPES, ClusterInfo, Gap, GapReason, KubeObject, LogKey, Origin, Pod, Reading
from kubedx.pipeline import Request, diagnose
from kubedx.source import Scope
from kubedx.testing import MemorySource, build

PODS = 60


def crashing(number: int) -> KubeObject:
    ended = {"exitCode": 1, "reason": "Error", "finishedAt": "2026-03-01T11:59:00Z"}
    state = {"waiting": {"reason": "CrashLoopBackOff"}}
    status = {"name": "app", "restartCount": 9, "state": state, "lastState": {"terminated": ended}}
    spec = {"nodeName": "node-a", "containers": [{"name": "app", "image": "example.com/cart:1"}]}
    return build(Pod, f"shop/cart-{number}", spec=spec, status={"phase": "Running", "containerStatuses": [status]})


class Silent(MemorySource):
    """Every log fails in one way."""

    reason = GapReason.SERVER_ERROR
    asked = 0

    def log(self, key: LogKey, limit: Any, deadline: float | None = None) -> Gap:
        self.asked += 1
        return Gap("v1", "Pod", key.pod.namespace, "get log", self.reason, "the kubelet does not answer", key.pod.name)


@pytest.mark.parametrize("reason", [GapReason.SERVER_ERROR, GapReason.TIMEOUT])
def test_logs_of_kubelets_that_do_not_answer_are_given_up(reason: GapReason) -> None:
    source = Silent([crashing(number) for number in range(PODS)])
    source.reason = reason

    diagnosis = diagnose(source, Request())

    assert MOST_SILENT <= source.asked <= MOST_SILENT + READERS
    assert diagnosis.incidents
    assert any("could not be read either" in gap.message for gap in diagnosis.coverage.gaps)


def test_logs_that_may_not_be_read_are_each_a_gap_of_their_own() -> None:
    source = Silent([crashing(number) for number in range(PODS)])
    source.reason = GapReason.FORBIDDEN

    diagnose(source, Request())

    assert source.asked > PODS // 2


class Slow(MemorySource):
    """Every log takes some seconds, by the clock that it moves."""

    def __init__(self, objects: list[KubeObject], seconds: float, origin: Origin = Origin.LIVE) -> None:
        super().__init__(objects)
        self.seconds, self.origin = seconds, origin
        self.now = 1000.0
        self.asked = 0
        self.deadlines: set[float | None] = set()

    def read(self, kinds: Any, scope: Scope, deadline: float | None = None) -> Reading:
        return msgspec.structs.replace(super().read(kinds, scope, deadline), cluster=ClusterInfo(self.origin))

    def log(self, key: LogKey, limit: Any, deadline: float | None = None) -> None:
        self.asked += 1
        self.now += self.seconds
        self.deadlines.add(deadline)

    def judged(self, deadline: float | None = None) -> tuple[Judgement, tuple[Gap, ...]]:
        kinds = [kind.KIND for kind in TYPES]
        wish = Wish(deadline=deadline, clock=lambda: self.now)
        judgement, _inventory, gaps = judge_to_the_end(catalogue().values(), Inventory(self.read(kinds, Scope())), self, wish)
        return judgement, gaps


def test_slow_logs_end_in_a_gap_and_the_report_comes_all_the_same() -> None:
    source = Slow([crashing(number) for number in range(PODS)], seconds=10)

    judgement, gaps = source.judged()

    assert source.asked <= 2 * (LOG_SECONDS / 10 + READERS)
    assert {gap.message for gap in gaps} == {TOO_SLOW}
    assert len({finding.subject for finding in judgement.findings}) == PODS


def test_logs_have_half_of_the_time_that_is_left_at_most() -> None:
    source = Slow([crashing(0)], seconds=1)

    source.judged(deadline=source.now + 20)

    assert min(deadline for deadline in source.deadlines if deadline is not None) == 1010


def test_logs_of_a_dump_are_read_however_long_it_takes() -> None:
    source = Slow([crashing(number) for number in range(PODS)], seconds=100, origin=Origin.DUMP)

    assert source.judged()[1] == ()
    assert source.asked > PODS
