"""A real API server's streams: what is made, changed and deleted is seen, without the values of Secrets; the command tells what comes of it."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from apiserver.cluster import Cluster
from apiserver.conftest import SECRET_VALUE
from apiserver.grants import Grants, printed, roles_of
from kubedx.kube import TYPES, ConfigMap, KubeObject, Pod, Secret, Service
from kubedx.pipeline import Request, Watching
from kubedx.source import LiveSource, Scope, Updates, Watch, load_cluster

SECONDS = 30.0
SERVICE = {"spec": {"selector": {"app": "till"}, "ports": [{"port": 80}]}}


@pytest.fixture
def place(cluster: Cluster, request: pytest.FixtureRequest) -> str:
    return cluster.namespace(f"watched-{zlib.crc32(request.node.name.encode())}")


@pytest.fixture
def live(cluster: Cluster, tmp_path: Path) -> Iterator[LiveSource]:
    source = LiveSource(load_cluster(cluster.kubeconfig(tmp_path / "kubeconfig"), None, None, {}), watchable=True)
    yield source
    source.close()


def until(stream: Watch, enough: Callable[[list[KubeObject], list[str]], bool]) -> tuple[list[KubeObject], list[str]]:
    """What is told until it is enough."""
    end = time.monotonic() + SECONDS
    objects: list[KubeObject] = []
    gone: list[str] = []
    while time.monotonic() < end:
        updates: Updates = stream.updates(0.5, 0.0)
        assert updates.troubles == ()
        objects += updates.objects
        gone += [ref.name for ref in updates.absent]
        if enough(objects, gone):
            return objects, gone
    raise AssertionError([one.ref for one in objects])


def test_every_kind_can_be_followed(cluster: Cluster, live: LiveSource, place: str) -> None:
    scope = Scope((place,))
    live.read(tuple(kind.KIND for kind in TYPES), scope)
    stream = live.watch(scope)
    cluster.create(f"/api/v1/namespaces/{place}/services", {"metadata": {"name": "till"}, **SERVICE})
    cluster.create(f"/api/v1/namespaces/{place}/configmaps", {"metadata": {"name": "menu"}, "data": {"soup": SECRET_VALUE}})
    cluster.create(f"/api/v1/namespaces/{place}/secrets", {"metadata": {"name": "safe"}, "stringData": {"code": SECRET_VALUE}})
    objects, _ = until(stream, lambda objects, _gone: {"till", "menu", "safe"} <= {one.name for one in objects})
    kinds = {type(one) for one in objects if one.name in {"till", "menu", "safe"}}
    assert kinds == {Service, ConfigMap, Secret}
    assert SECRET_VALUE not in repr(objects)
    assert next(one.keys for one in objects if isinstance(one, Secret)) == ("code",)
    cluster.request("DELETE", f"/api/v1/namespaces/{place}/services/till")
    _, gone = until(stream, lambda _objects, gone: "till" in gone)
    assert gone == ["till"]
    stream.close()


def test_a_watched_cluster_is_judged_as_a_fresh_look_would(cluster: Cluster, live: LiveSource, place: str) -> None:
    request = Request(scope=Scope((place,)))
    watching = Watching(live, request, time.monotonic)
    assert watching.diagnosis().incidents == ()
    stream = live.watch(request.scope)
    cluster.create(f"/api/v1/namespaces/{place}/services", {"metadata": {"name": "till"}, **SERVICE})
    titles: list[str] = []
    end = time.monotonic() + SECONDS
    while not titles and time.monotonic() < end:
        watching.take(stream.updates(0.5, 0.0))
        titles = [one.title for one in watching.diagnosis().incidents]
    fresh = Watching(live, request, time.monotonic).diagnosis()
    assert titles == [one.title for one in fresh.incidents]
    assert "till" in titles[0]
    before = watching.calls
    labels = {"metadata": {"name": "lonely"}, "spec": {"containers": [{"name": "app", "image": "example.com/cart:1"}]}}
    cluster.create(f"/api/v1/namespaces/{place}/pods", labels)
    objects: tuple[KubeObject, ...] = ()
    while not any(isinstance(one, Pod) for one in objects) and time.monotonic() < end:
        updates = stream.updates(0.5, 0.0)
        objects = updates.objects
        watching.take(updates)
    assert 0 < watching.calls - before < 100
    stream.close()


def test_the_printed_rights_are_those_that_watching_needs(cluster: Cluster, grants: Grants, tmp_path: Path, place: str) -> None:
    flags = [f"-n={place}", "--secrets", "--kubeconfig", cluster.kubeconfig(tmp_path / "admin")]
    scope = Scope((place,))
    for more, troubles in (("--watch", False), ("--logs", True)):
        kubeconfig = grants.kubeconfig(grants.user(*roles_of(printed(*flags, more))))
        source = LiveSource(load_cluster(kubeconfig, None, None, {}), watchable=True)
        try:
            assert not source.read((Pod.KIND, ConfigMap.KIND, Secret.KIND, Service.KIND), scope).gaps
            stream = source.watch(scope)
            told = [stream.updates(0.3, 0.0).troubles for _ in range(4)]
            assert bool(told[-1]) is troubles
            stream.close()
        finally:
            source.close()
            grants.take_back()


def lines_of(process: subprocess.Popen[str]) -> "queue.SimpleQueue[dict[str, Any]]":
    """The lines of JSON that a process prints, as they come."""
    found: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            found.put(json.loads(line))

    threading.Thread(target=read, daemon=True).start()
    return found


def test_the_command_tells_what_begins_and_what_is_over(cluster: Cluster, tmp_path: Path, place: str) -> None:
    kubeconfig = cluster.kubeconfig(tmp_path / "kubeconfig")
    script = "import kubedx.cli.watch as w; from datetime import timedelta as t; w.STEADY = t(seconds=1); w.PATIENCE = 0.5; "
    script += "from kubedx.cli import kubedx_main; kubedx_main()"
    flags = ["analyze", "--watch", "-n", place, "-o", "json", "--kubeconfig", kubeconfig, "--no-custom-resources", "--quiet"]
    environment = {**os.environ, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, "-c", script, *flags], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    try:
        lines = lines_of(process)
        first = lines.get(timeout=SECONDS)
        assert (first["appeared"], first["open"]) == ([], 0)
        cluster.create(f"/api/v1/namespaces/{place}/services", {"metadata": {"name": "till"}, **SERVICE})
        begun = lines.get(timeout=SECONDS)
        assert ["till" in one["title"] for one in begun["appeared"]] == [True]
        assert begun["open"] == 1
        cluster.request("DELETE", f"/api/v1/namespaces/{place}/services/till")
        over = lines.get(timeout=SECONDS)
        assert [one["incident"]["id"] for one in over["resolved"]] == [begun["appeared"][0]["id"]]
        assert over["open"] == 0
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=SECONDS) == 130
    finally:
        process.kill()
        _, errors = process.communicate()
    assert errors == "kubedx: interrupted\n"
