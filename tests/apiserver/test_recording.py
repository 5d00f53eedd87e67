"""The same cluster read live, recorded, and dumped with kubectl gives the same incidents."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from apiserver.cluster import Cluster
from apiserver.kubelet import Kubelet
from cli.conftest import command
from kubedx.findings import Diagnosis, Severity, to_document
from kubedx.kube import TYPES, ConfigMap, ContainerLog, GapReason, Secret
from kubedx.pipeline import Request, diagnose
from kubedx.source import DumpSource, LiveSource, RecordingSource, RecordingTarget, Scope, files_of_recording, load_cluster

NAMESPACE = "recorded"
NODE = "node-recorded"
SECRET_VALUE = "value-of-a-recorded-secret"
MAP_VALUE = "value-of-a-recorded-map"
LOG = b"starting\npanic: cannot reach the tallybook\n"
LONG_AGO = "2026-01-01T00:00:00Z"
SUBJECTS = {"Pod", "Service", "Ingress", "PersistentVolumeClaim", "Job", "CronJob", "Deployment", "StatefulSet"}
"""Of these kinds some object in the namespace has a fault of its own."""
REQUEST = Request(scope=Scope(namespaces=(NAMESPACE,)), level=Severity.INFO)


def answer(name: str, _container: str, query: Mapping[str, str]) -> tuple[int, bytes]:
    return (200, LOG) if name == "crashing" and "previous" not in query else (400, b"it has not run")


def pod(name: str, status: Mapping[str, Any], **container: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    spec = {"nodeName": NODE, "containers": [{"name": "api", "image": "cart:1", **container}]}
    ready = {"type": "Ready", "status": "False", "reason": "ContainersNotReady", "lastTransitionTime": LONG_AGO}
    state = {"name": "api", "image": "cart:1", "imageID": "", "ready": False, "restartCount": 4, **status}
    whole = {"phase": "Running", "startTime": LONG_AGO, "conditions": [ready], "containerStatuses": [state]}
    return {"metadata": {"name": name, "labels": {"app": name}}, "spec": spec}, {"metadata": {"name": name}, "status": whole}


CRASHING = pod(
    "crashing",
    {
        "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 5m0s restarting failed container"}},
        "lastState": {"terminated": {"exitCode": 2, "reason": "Error", "startedAt": LONG_AGO, "finishedAt": LONG_AGO}},
    },
)
MISCONFIGURED = pod(
    "misconfigured",
    {"restartCount": 0, "state": {"waiting": {"reason": "CreateContainerConfigError", "message": 'secret "db-credentials" not found'}}},
    env=[{"name": "DSN", "valueFrom": {"secretKeyRef": {"name": "db-credentials", "key": "dsn"}}}],
)


@pytest.fixture(scope="module")
def faulty(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A namespace with faults of several kinds, and a node whose kubelet has a log."""
    kubelet = Kubelet(cluster, tmp_path_factory.mktemp("kubelet"), NODE, answer)
    namespace = cluster.namespace(NAMESPACE)
    base = f"/api/v1/namespaces/{namespace}"
    cluster.create(f"{base}/secrets", {"metadata": {"name": "db"}, "stringData": {"dsn": SECRET_VALUE}})
    cluster.create(f"{base}/configmaps", {"metadata": {"name": "web"}, "data": {"mode": MAP_VALUE}})
    for made, status in (CRASHING, MISCONFIGURED):
        cluster.create(f"{base}/pods", made)
        assert cluster.request("PUT", f"{base}/pods/{made['metadata']['name']}/status", status)[0] == 200
    for name, selector in (("cart", {"app": "crashing"}), ("lost", {"app": "craching"})):
        cluster.create(f"{base}/services", {"metadata": {"name": name}, "spec": {"selector": selector, "ports": [{"port": 80}]}})
    backend = {"service": {"name": "absent", "port": {"number": 80}}}
    rules = [{"http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}]
    cluster.create(f"/apis/networking.k8s.io/v1/namespaces/{namespace}/ingresses", {"metadata": {"name": "web"}, "spec": {"rules": rules}})
    create_faulty_owners(cluster, namespace)
    yield namespace
    kubelet.close()


def create_faulty_owners(cluster: Cluster, namespace: str) -> None:
    """A claim, a Job, a Deployment, a StatefulSet and a CronJob, each with a fault of its own, as controllers would write them."""
    # A dump proves by one class that another is absent.
    cluster.create("/apis/storage.k8s.io/v1/storageclasses", {"metadata": {"name": "fast"}, "provisioner": "disks.example.com"})
    labels, times = {"app": "owners"}, {"lastTransitionTime": LONG_AGO, "lastUpdateTime": LONG_AGO}
    spec = {"containers": [{"name": "api", "image": "cart:1"}], "restartPolicy": "Always"}
    template = {"metadata": {"labels": labels}, "spec": spec}
    once = {"spec": spec | {"restartPolicy": "Never"}}
    request = {"accessModes": ["ReadWriteOnce"], "storageClassName": "fats", "resources": {"requests": {"storage": "1Gi"}}}
    exceeded = {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded", "message": "timed out progressing", **times}
    failed = [
        {"type": kind, "status": "True", "reason": "BackoffLimitExceeded", "message": "Job has reached the specified backoff limit"}
        for kind in ("FailureTarget", "Failed")
    ]
    v1, apps, batch = f"/api/v1/namespaces/{namespace}", f"/apis/apps/v1/namespaces/{namespace}", f"/apis/batch/v1/namespaces/{namespace}"
    for path, name, made, status in (
        (f"{v1}/persistentvolumeclaims", "ledger", request, {"phase": "Pending"}),
        (f"{batch}/jobs", "import", {"template": once}, {"failed": 7, "startTime": LONG_AGO, "conditions": failed}),
        (f"{batch}/cronjobs", "report", {"schedule": "0 0 31 2 *", "jobTemplate": {"spec": {"template": once}}}, None),
        (
            f"{apps}/deployments",
            "billing",
            {"replicas": 2, "selector": {"matchLabels": labels}, "template": template},
            {"observedGeneration": 1, "unavailableReplicas": 2, "conditions": [exceeded]},
        ),
        (
            f"{apps}/statefulsets",
            "queue",
            {"replicas": 1, "selector": {"matchLabels": labels}, "template": template, "serviceName": "queue"},
            None,
        ),
    ):
        cluster.create(path, {"metadata": {"name": name}, "spec": made})
        if status is not None:
            code, answer = cluster.request("PUT", f"{path}/{name}/status", {"metadata": {"name": name}, "spec": made, "status": status})
            assert code == 200, answer


def live(cluster: Cluster, tmp_path: Path, user: str = "admin") -> LiveSource:
    return LiveSource(load_cluster(cluster.kubeconfig(tmp_path / "kubeconfig", user), None, None, {}))


def document(diagnosis: Diagnosis) -> dict[str, Any]:
    found = to_document(diagnosis, tool_version="0")
    del found["cluster"]["source"]
    return found


@pytest.mark.parametrize("user", ["admin", "no-nodes"])
def test_a_recording_of_a_live_scan_repeats_it(cluster: Cluster, faulty: str, shop: str, tmp_path: Path, user: str) -> None:
    recorder = RecordingSource(live(cluster, tmp_path, user))
    scanned = diagnose(recorder, REQUEST)
    recorder.close()
    path = tmp_path / "dump.tar.gz"
    recording = recorder.recording()
    RecordingTarget(str(path)).write(files_of_recording(recording, tool_version="0"), recording.reading.now)
    repeated = diagnose(DumpSource([str(path)]), REQUEST)

    assert json.dumps(document(repeated)) == json.dumps(document(scanned))
    # Who may not list classes is not told that one of them is absent.
    unseen = set() if user == "admin" else {"Ingress", "PersistentVolumeClaim"}
    assert {incident.root_cause.subject.kind for incident in scanned.incidents} >= SUBJECTS - unseen
    assert (user == "no-nodes") == any(gap.reason is GapReason.FORBIDDEN for gap in scanned.coverage.gaps)


def test_what_is_in_it(cluster: Cluster, faulty: str, tmp_path: Path) -> None:
    recorder = RecordingSource(live(cluster, tmp_path))
    diagnose(recorder, REQUEST)
    recorder.close()
    recording = recorder.recording()
    files = dict(files_of_recording(recording, tool_version="0"))
    text = b"\n".join(files.values())

    assert [answer.lines for answer in recording.logs.values() if isinstance(answer, ContainerLog)] == [tuple(LOG.decode().splitlines())]
    assert recording.answers[Secret.KIND.ref(NAMESPACE, "db-credentials")] is None
    assert SECRET_VALUE.encode() not in text
    assert MAP_VALUE.encode() not in text
    reading = DumpSource([str(_written(tmp_path, files))]).read([Secret.KIND, ConfigMap.KIND], REQUEST.scope)
    for kind in (Secret.KIND, ConfigMap.KIND):
        assert reading.objects[kind.group_kind] == tuple(
            sorted(recording.reading.objects[kind.group_kind], key=lambda one: (one.namespace, one.name))
        )


def _written(tmp_path: Path, files: Mapping[str, bytes]) -> Path:
    for name, data in files.items():
        path = tmp_path / "recording" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path / "recording"


def test_the_commands_do_the_same(cluster: Cluster, faulty: str, tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "KUBECONFIG": cluster.kubeconfig(tmp_path / "kubeconfig")}
    scope = ("-n", NAMESPACE, "-q")

    def run(*words: str) -> str:
        done = subprocess.run([*command(), *words], env=environment, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    path = str(tmp_path / "dump.tar.gz")
    run("record", *scope, "-o", path)
    scanned, repeated = json.loads(run("analyze", *scope, "-o", "json")), json.loads(run("analyze", "--from", path, *scope, "-o", "json"))
    for found in (scanned, repeated):
        del found["cluster"]["source"], found["cluster"]["scannedAt"]  # these were two scans
    assert repeated == scanned


def test_a_dump_of_kubectl_tells_the_same_incidents(cluster: Cluster, faulty: str, tmp_path: Path) -> None:
    items: list[dict[str, Any]] = []
    for known in TYPES:
        kind = known.KIND
        prefix = f"/apis/{kind.api_version}" if kind.group else f"/api/{kind.api_version}"
        status, listed = cluster.request("GET", f"{prefix}/{kind.plural}")
        if status == 200:
            items += ({**item, "apiVersion": kind.api_version, "kind": kind.kind} for item in listed["items"] or ())
    (tmp_path / "dump.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}, indent=4))
    logs = tmp_path / NAMESPACE / "crashing"
    logs.mkdir(parents=True)
    (logs / "api.log").write_bytes(LOG)

    # Without controllers the cluster has no objects of most kinds, so a dump of it cannot say that nobody uses a ConfigMap.
    request = Request(scope=REQUEST.scope)
    source = live(cluster, tmp_path)
    scanned = diagnose(source, request)
    source.close()
    dumped = diagnose(DumpSource([str(tmp_path)]), request)

    assert {incident.root_cause.subject.kind for incident in scanned.incidents} >= SUBJECTS
    assert [_told(one) for one in dumped.incidents] == [_told(one) for one in scanned.incidents]


def _told(incident: Any) -> tuple[Any, ...]:
    root = incident.root_cause
    return incident.id, incident.severity, incident.confidence, incident.title, root.subject, root.cause, len(incident.symptoms)
