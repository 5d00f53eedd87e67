"""An API server that is slow, or half dead: what came in time is judged, what did not is said, and the command ends."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from apiserver.cluster import Cluster
from apiserver.interposer import Fault, Interposer, Request

PATIENCE = 60
"""Seconds for a command whose own limit is a few; a hang, not a measure."""
LIMIT = "4s"


def run(kubeconfig: str, home: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    """`kubedx analyze` as JSON."""
    command = [sys.executable, "-m", "kubedx.cli", "analyze", "-o", "json", "--kubeconfig", kubeconfig, *flags]
    environment = {**os.environ, "HOME": str(home), "XDG_CACHE_HOME": str(home), "XDG_STATE_HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, env=environment, check=False)


def through(interposer: Interposer, cluster: Cluster, tmp_path: Path) -> str:
    entry: dict[str, Any] = {"server": interposer.url, "certificate-authority-data": None}
    return cluster.kubeconfig(tmp_path / "kubeconfig", "root", cluster=entry)


def gaps(document: dict[str, Any]) -> dict[str, str]:
    """The reason of the gap of each kind that could not be listed."""
    return {gap["kind"]: gap["reason"] for gap in document["coverage"]["gaps"] if gap["verb"] == "list"}


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault(hang=True), "timeout"),
        (Fault(cut=True), "server-error"),
        (Fault(status=500, body=b'{"kind":"Status","message":"etcd is away"}'), "server-error"),
        (Fault(status=200, body=b'{"kind":"PodList","items":[{"metadata":'), "unreadable"),
        (Fault(status=429, headers={"Retry-After": "60"}), "timeout"),
    ],
    ids=["hangs", "is cut", "fails", "is half a document", "is put off"],
)
def test_what_one_list_does_costs_that_list_alone(
    cluster: Cluster, market: str, interposer: Interposer, tmp_path: Path, fault: Fault, reason: str
) -> None:
    def broken(request: Request, _number: int) -> Fault | None:
        return fault if request.path.endswith("/pods") else None

    interposer.fault = broken
    done = run(through(interposer, cluster, tmp_path), tmp_path, "-n", market, "--timeout", LIMIT)
    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    assert gaps(document) == {"Pod": reason}
    assert "Ingress" in str([incident["rootCause"]["subject"] for incident in document["incidents"]])
    assert not any("matches no pod" in incident["title"] for incident in document["incidents"])


def test_not_everything_could_be_judged(cluster: Cluster, market: str, interposer: Interposer, tmp_path: Path) -> None:
    interposer.fault = lambda request, _number: Fault(hang=True) if request.path.endswith("/services") else None
    done = run(through(interposer, cluster, tmp_path), tmp_path, "-n", market, "--timeout", LIMIT, "--fail-on", "critical")
    assert done.returncode == 4


def test_a_server_that_never_answers_is_said_to(cluster: Cluster, interposer: Interposer, tmp_path: Path) -> None:
    interposer.fault = lambda _request, _number: Fault(hang=True)
    done = run(through(interposer, cluster, tmp_path), tmp_path, "--timeout", "2s")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"kubedx: the API server {interposer.url} did not answer within the time limit; give it more with --timeout\n"


def test_a_plugin_that_hangs_is_said_to(cluster: Cluster, tmp_path: Path) -> None:
    plugin = tmp_path / "plugin"
    plugin.write_text("#!/bin/sh\nsleep 60\n")
    plugin.chmod(plugin.stat().st_mode | stat.S_IXUSR)
    user = {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": str(plugin), "interactiveMode": "Never"}}
    done = run(cluster.kubeconfig(tmp_path / "kubeconfig", user), tmp_path, "--timeout", "2s")
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert "plugin" in done.stderr


def test_requests_can_be_paced(cluster: Cluster, market: str, interposer: Interposer, tmp_path: Path) -> None:
    done = run(through(interposer, cluster, tmp_path), tmp_path, "-n", market, "--qps", "3", "--timeout", "6s")
    document = json.loads(done.stdout)
    assert set(gaps(document).values()) == {"timeout"}
    assert 0 < len(interposer.seen) <= 20
