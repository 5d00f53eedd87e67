"""verify, diff, preflight and analyze KIND/NAME as processes, against a real API server."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from apiserver.cluster import Cluster
from cli.conftest import command

NAMESPACE = "stall"
CORE, APPS = f"/api/v1/namespaces/{NAMESPACE}", f"/apis/apps/v1/namespaces/{NAMESPACE}"
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def stall(cluster: Cluster) -> str:
    """A namespace with a ready pod that a Service misses by one letter, and a Deployment that reads a ConfigMap and is scaled to nothing."""
    cluster.namespace(NAMESPACE)
    template = {"metadata": {"labels": {"app": "scale"}}, "spec": {"containers": [{"name": "app", "image": "httpd"}]}}
    template["spec"]["containers"][0]["envFrom"] = [{"configMapRef": {"name": "prices"}}]  # type: ignore[index]  # parsed JSON, typed as object
    spec = {"replicas": 0, "selector": {"matchLabels": {"app": "scale"}}, "template": template}
    cluster.create(f"{CORE}/configmaps", {"metadata": {"name": "prices"}, "data": {"apple": "1"}})
    cluster.create(f"{APPS}/deployments", {"metadata": {"name": "scale"}, "spec": spec})
    pod = {"metadata": {"name": "fruit", "labels": {"app": "fruit"}}, "spec": {"containers": [{"name": "app", "image": "httpd"}]}}
    made = cluster.create(f"{CORE}/pods", pod)
    ready = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
    ready["containerStatuses"] = [
        {"name": "app", "ready": True, "image": "httpd", "imageID": "sha256:1", "restartCount": 0, "state": {"running": {}}}
    ]
    status, answer = cluster.request("PUT", f"{CORE}/pods/fruit/status", {**made, "status": ready})
    assert status == 200, answer
    template = {"metadata": {"labels": {"app": "fruit"}}, "spec": pod["spec"]}
    spec = {"replicas": 0, "selector": {"matchLabels": {"app": "fruit"}}, "template": template}
    cluster.create(f"{APPS}/deployments", {"metadata": {"name": "fruit"}, "spec": spec})
    cluster.create(f"{CORE}/services", {"metadata": {"name": "fruit"}, "spec": {"selector": {"app": "fruti"}, "ports": [{"port": 80}]}})
    return NAMESPACE


@pytest.fixture
def run(cluster: Cluster, stall: str, tmp_path: Path) -> Iterator[Run]:
    """Run a command with the administrator's kubeconfig; `text` is its standard input."""
    home = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "PYTHONWARNINGS": "error"}
    environment = {"PATH": os.environ["PATH"], "KUBECONFIG": cluster.kubeconfig(tmp_path / "config"), **home}

    def start(*words: str, text: str = "") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*command(), *words], env=environment, input=text, capture_output=True, encoding="utf-8", check=False, timeout=60
        )

    yield start
    _select(cluster, "fruti")


def _select(cluster: Cluster, label: str) -> None:
    _status, service = cluster.request("GET", f"{CORE}/services/fruit")
    service["spec"]["selector"] = {"app": label}
    assert cluster.request("PUT", f"{CORE}/services/fruit", service)[0] == 200


def _incident(run: Run, code: str) -> dict[str, Any]:
    document = json.loads(run("analyze", "-n", NAMESPACE, "-o", "json").stdout)
    found: dict[str, Any] = next(one for one in document["incidents"] if one["rootCause"]["code"] == code)
    return found


def test_an_incident_is_followed_to_its_end(cluster: Cluster, run: Run) -> None:
    found = _incident(run, "service-selects-nothing")
    (fix,) = found["fixes"]
    assert fix["checked"]
    assert fix["command"].startswith(f"kubectl -n {NAMESPACE} patch service fruit --type=json -p ")
    before = run("verify", found["id"][:8], "-o", "json")
    assert (before.returncode, json.loads(before.stdout)["standing"]) == (3, "persists")

    status, answer = cluster.request(
        "PATCH", f"{CORE}/services/fruit", json.loads(fix["patch"]), content_type="application/json-patch+json"
    )
    assert status == 200, answer

    after = run("verify", found["id"][:8])
    assert (after.returncode, after.stdout) == (0, f"resolved: {found['title']}\n")
    status, answer = cluster.request(
        "PATCH", f"{CORE}/services/fruit", json.loads(fix["patch"]), content_type="application/json-patch+json"
    )
    assert status == 422, "the patch tests what it replaces, so the second time it does nothing"


def test_two_readings_are_compared(cluster: Cluster, run: Run, tmp_path: Path) -> None:
    broken, whole = tmp_path / "broken.json", tmp_path / "whole.json"
    broken.write_text(run("analyze", "-n", NAMESPACE, "-o", "json").stdout, encoding="utf-8")
    same = run("diff", str(broken), "-", "--fail-on", "warning", text=run("analyze", "-n", NAMESPACE, "-o", "json").stdout)
    _select(cluster, "fruit")
    whole.write_text(run("analyze", "-n", NAMESPACE, "-o", "json").stdout, encoding="utf-8")
    better, worse = (
        run("diff", str(one), str(other), "--fail-on", "warning", "-o", "json") for one, other in ((broken, whole), (whole, broken))
    )

    assert (same.returncode, same.stderr) == (0, "")
    assert same.stdout.startswith("0 new, ")
    assert (better.returncode, worse.returncode) == (0, 3)
    assert [one["code"] for one in json.loads(better.stdout)["resolved"]] == ["service-selects-nothing"]
    assert [one["code"] for one in json.loads(worse.stdout)["appeared"]] == ["service-selects-nothing"]


def test_a_recording_tells_the_same_incidents_as_the_live_cluster(run: Run, tmp_path: Path) -> None:
    recorded = tmp_path / "dump.tar.gz"
    assert run("record", "-n", NAMESPACE, "-o", str(recorded), "-q").returncode == 0
    live, dump = (
        json.loads(run("analyze", "-n", NAMESPACE, *words, "-o", "json").stdout)["incidents"] for words in ((), ("--from", str(recorded)))
    )

    assert [one["id"] for one in live] == [one["id"] for one in dump] != []
    assert run("verify", live[0]["id"], "--from", str(recorded)).returncode == 3


def test_one_object_is_asked_about(run: Run) -> None:
    found = run("analyze", "deploy/scale", "-n", NAMESPACE)
    assert found.returncode == 0
    assert "It depends on:" in found.stdout
    assert f"ConfigMap {NAMESPACE}/prices" in found.stdout
    service = run("analyze", "svc/fruit", "-n", NAMESPACE)
    assert "selector app=fruti matches no pod" in " ".join(service.stdout.split())


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("deploy/nowhere", "-n", NAMESPACE), 1, f"kubedx: there is no deploy/nowhere in namespace {NAMESPACE}\n"),
        (("svc/scale", "-n", NAMESPACE), 1, f"kubedx: there is no svc/scale in namespace {NAMESPACE}\n"),
        (("deploy/scale", "-n", "nowhere"), 1, "namespace 'nowhere' does not exist"),
        (("gizmo/scale", "-n", NAMESPACE), 2, '"gizmo" is no kind of object'),
    ],
)
def test_an_object_that_is_not_there_is_one_sentence(run: Run, words: tuple[str, ...], code: int, sentence: str) -> None:
    done = run("analyze", *words)

    assert (done.returncode, done.stdout) == (code, "")
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


SCHEMA = {
    "type": "object",
    "properties": {"spec": {"type": "object", "required": ["size"], "properties": {"size": {"type": "integer"}, "colour": {"enum": ["red"], "type": "string"}}}},
}  # fmt: skip


@pytest.fixture(scope="module")
def crates(cluster: Cluster) -> None:
    """A custom kind with a schema."""
    names = {"plural": "crates", "singular": "crate", "kind": "Crate", "listKind": "CrateList"}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": SCHEMA}}
    spec = {"group": "stall.example.com", "scope": "Namespaced", "names": names, "versions": [version]}
    cluster.create(
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {"metadata": {"name": "crates.stall.example.com"}, "spec": spec}
    )
    cluster.until("/apis/stall.example.com/v1", lambda answer: "crates" in str(answer))


def _preflight(run: Run, text: str) -> dict[str, Any]:
    done = run("preflight", "-f", "-", "-n", NAMESPACE, "-o", "json", text=text)
    assert done.stderr == ""
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_a_custom_resource_is_checked_by_what_the_cluster_says_of_it(run: Run, crates: None) -> None:
    crate = f"apiVersion: stall.example.com/v1\nkind: Crate\nmetadata: {{name: a, namespace: {NAMESPACE}}}\nspec: "

    assert _preflight(run, f"{crate}{{size: 3, colour: red}}")["preflight"]["refused"] == []
    assert [one.partition("spec.")[2] for one in _preflight(run, f"{crate}{{sise: 3, colour: blue}}")["preflight"]["refused"]] == [
        'sise is no field; did you mean "size"?',
        'colour is "blue", which is none of red',
    ]


@pytest.fixture
def node(cluster: Cluster) -> Iterator[None]:
    """A node that is ready and has room."""
    made = cluster.create("/api/v1/nodes", {"metadata": {"name": "node-a"}})
    conditions = [{"type": "Ready", "status": "True"}]
    status = {"allocatable": {"cpu": "4", "memory": "8Gi", "pods": "110"}, "capacity": {"cpu": "4", "memory": "8Gi", "pods": "110"}}
    answer = cluster.request("PUT", "/api/v1/nodes/node-a/status", {**made, "status": {**status, "conditions": conditions}})
    # The API server itself taints a new node until a controller has seen it.
    there = {**answer[1], "spec": {}}
    assert cluster.request("PUT", "/api/v1/nodes/node-a", there)[0] == 200
    yield
    cluster.request("DELETE", "/api/v1/nodes/node-a")


def test_what_is_foreseen_is_what_happens(cluster: Cluster, run: Run, node: None) -> None:
    """A manifest with a fault that only the cluster knows of, and one that the API server refuses."""
    template = "template: {metadata: {labels: {app: shelf}}, spec: {containers: [{name: app, image: httpd, envFrom: [{configMapRef: {name: price}}]}]}}"
    shelf = f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: shelf}}\nspec: {{selector: {{matchLabels: {{app: shelf}}}}, {template}}}\n"
    foreseen = _preflight(run, shelf)
    (incident,) = foreseen["incidents"]
    assert (incident["rootCause"]["code"], incident["fixes"][0]["changes"][0]["after"]) == ("config-map-absent", "prices")
    fixed = _preflight(run, shelf.replace("name: price}", "name: prices}"))
    assert (fixed["incidents"], fixed["preflight"]) == ([], {"objects": 1, "refused": [], "doubts": []})

    changed = shelf.replace("name: shelf}", "name: scale}", 1).replace("name: price}", "name: prices}")
    (refused,) = _preflight(run, changed)["preflight"]["refused"]
    assert 'spec.selector cannot be changed once it is there ("app=scale" to "app=shelf")' in refused
    _status, there = cluster.request("GET", f"{APPS}/deployments/scale")
    there["spec"]["selector"] = {"matchLabels": {"app": "shelf"}}
    there["spec"]["template"]["metadata"]["labels"] = {"app": "shelf"}
    assert cluster.request("PUT", f"{APPS}/deployments/scale?dryRun=All", there)[0] == 422


def test_a_namespace_that_is_not_there(run: Run) -> None:
    (refused,) = _preflight(run, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: nowhere}\n")["preflight"]["refused"]

    assert refused == 'namespace "nowhere" does not exist and is not among the manifests: nothing can be applied in it'
