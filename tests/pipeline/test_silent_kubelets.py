"""Nodes that do not answer cost a scan a few logs, not all of them."""

from typing import Any

import pytest

from kubedx.judging import MOST_SILENT, READERS
from kubedx.kube import Gap, GapReason, KubeObject, LogKey, Pod
from kubedx.pipeline import Request, diagnose
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
