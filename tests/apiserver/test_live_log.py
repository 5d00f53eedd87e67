"""Container logs, through a real API server from a kubelet of our own that keeps the kubelet's rules."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from apiserver.cluster import Cluster
from apiserver.kubelet import Kubelet
from kubedx.kube import ContainerLog, Gap, GapReason, LogKey, Pod
from kubedx.source import LiveSource, LogLimit, load_cluster

LOGS: dict[str, bytes] = {
    "plain": b"".join(b"line %d\n" % number for number in range(1000)),
    "hostile": b"\x1b[31mred\x1b[0m\n\xff\xfe not text \x00\x07\nlast without end",
    "long": b"first\n" + b"x" * 400_000 + b"\n" + b"y" * 400_000 + b"\nthe reason\n",
    "endless": b"z" * 900_000,
    "empty": b"",
}


def answer(_pod: str, container: str, query: Mapping[str, str]) -> tuple[int, bytes]:
    """As a kubelet does: limitBytes counts from the start of the tail."""
    if "previous" in query:
        return 400, b'previous terminated container "x" in pod "y" not found'
    if container == "gone":
        return 200, b"unable to retrieve container logs for containerd://0123"
    if container == "broken":
        return 500, b"disk full"
    tail = b"".join(LOGS[container].splitlines(keepends=True)[-int(query["tailLines"]) :])
    return 200, tail[: int(query["limitBytes"])]


@pytest.fixture(scope="module")
def asked(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """A node with a kubelet, a pod on it that runs, and what the kubelet was asked."""
    kubelet = Kubelet(cluster, tmp_path_factory.mktemp("kubelet"), "node-a", answer)
    namespace = cluster.namespace("logs")
    containers = [{"name": name, "image": "httpd"} for name in (*LOGS, "gone", "broken")]
    pod = {"metadata": {"name": "logged"}, "spec": {"nodeName": "node-a", "containers": containers}}
    cluster.create(f"/api/v1/namespaces/{namespace}/pods", pod)
    unplaced = {"metadata": {"name": "unplaced"}, "spec": {"containers": containers[:1]}}
    cluster.create(f"/api/v1/namespaces/{namespace}/pods", unplaced)
    yield kubelet.seen
    kubelet.close()


def log(
    cluster: Cluster,
    tmp_path: Path,
    container: str,
    limit: LogLimit = LogLimit(),  # noqa: B008  # frozen
    *,
    pod: str = "logged",
    previous: bool = False,
    user: str = "admin",
) -> ContainerLog | Gap | None:
    live = LiveSource(load_cluster(cluster.kubeconfig(tmp_path / "config", user), None, None, {}))
    try:
        return live.log(LogKey(Pod.KIND.ref("logs", pod), container, previous), limit)
    finally:
        live.close()


def lines(answer: ContainerLog | Gap | None) -> tuple[str, ...]:
    assert isinstance(answer, ContainerLog)
    return answer.lines


def test_the_last_lines(cluster: Cluster, asked: list[str], tmp_path: Path) -> None:
    answer = log(cluster, tmp_path, "plain", LogLimit(lines=3))
    assert lines(answer) == ("line 997", "line 998", "line 999")
    assert isinstance(answer, ContainerLog)
    assert answer.truncated


def test_a_whole_log_is_not_truncated(cluster: Cluster, asked: list[str], tmp_path: Path) -> None:
    answer = log(cluster, tmp_path, "plain", LogLimit(lines=1000))
    assert len(lines(answer)) == 1000
    assert isinstance(answer, ContainerLog)
    assert not answer.truncated
    assert lines(log(cluster, tmp_path, "empty")) == ()


def test_what_a_terminal_would_obey_is_removed(cluster: Cluster, asked: list[str], tmp_path: Path) -> None:
    assert lines(log(cluster, tmp_path, "hostile")) == ("red", "\ufffd\ufffd not text ", "last without end")


def test_the_end_of_a_log_is_had_though_long_lines_stand_before_it(cluster: Cluster, asked: list[str], tmp_path: Path) -> None:
    del asked[:]
    answer = log(cluster, tmp_path, "long", LogLimit(lines=500, size=1000))
    assert lines(answer)[-1] == "the reason"
    assert len(asked) == 4


def test_one_line_longer_than_the_limit_keeps_its_beginning(cluster: Cluster, asked: list[str], tmp_path: Path) -> None:
    answer = log(cluster, tmp_path, "endless", LogLimit(lines=500, size=1000))
    assert lines(answer) == ("z" * 1000,)
    assert isinstance(answer, ContainerLog)
    assert answer.truncated


def test_logs_that_certainly_are_not(cluster: Cluster, asked: list[str], tmp_path: Path) -> None:
    assert log(cluster, tmp_path, "plain", previous=True) is None
    assert log(cluster, tmp_path, "gone") is None
    assert log(cluster, tmp_path, "plain", pod="unplaced") is None
    assert log(cluster, tmp_path, "plain", pod="no-such-pod") is None
    assert log(cluster, tmp_path, "no-such-container") is None


def test_logs_that_could_not_be_read(cluster: Cluster, asked: list[str], shop: str, tmp_path: Path) -> None:
    broken = log(cluster, tmp_path, "broken")
    assert isinstance(broken, Gap)
    assert (broken.verb, broken.reason, broken.kind, broken.name) == ("get log", GapReason.SERVER_ERROR, "Pod", "logged")
    forbidden = log(cluster, tmp_path, "plain", user="nobody")
    assert isinstance(forbidden, Gap)
    assert forbidden.reason is GapReason.FORBIDDEN
    unknown = LiveSource(load_cluster(cluster.kubeconfig(tmp_path / "bad", {"token": "wrong"}), None, None, {}))
    answer = unknown.log(LogKey(Pod.KIND.ref("logs", "logged"), "plain"), LogLimit())
    unknown.close()
    assert isinstance(answer, Gap)
