"""How many requests a scan makes: one a kind and a few more, however many objects there are and however many of them are faulty."""

from collections import Counter
from pathlib import Path
from typing import Any

from apiserver.cluster import Cluster
from apiserver.interposer import Interposer, Request
from kubedx.findings import Diagnosis
from kubedx.pipeline import Request as ScanRequest
from kubedx.pipeline import diagnose
from kubedx.source import LiveSource, Scope, load_cluster

DISCOVERY = {"/version", "/api", "/apis"}
POD_SPEC = {"containers": [{"name": "app", "image": "httpd"}]}
UNSCHEDULED = {
    "type": "PodScheduled",
    "status": "False",
    "reason": "Unschedulable",
    "message": "0/1 nodes are available: 1 Insufficient cpu.",
}
WARNING = {"type": "Warning", "reason": "FailedScheduling", "message": "0/1 nodes are available", "count": 5}


def populate(cluster: Cluster, namespace: str, first: int, count: int) -> None:
    """Services, Ingresses, StatefulSets, DaemonSets, claims and failing pods, for each of which k8sgpt asks again."""
    core, apps = f"/api/v1/namespaces/{namespace}", f"/apis/apps/v1/namespaces/{namespace}"
    for number in range(first, first + count):
        name, labels = f"app-{number}", {"app": f"app-{number}"}
        template = {"metadata": {"labels": labels}, "spec": POD_SPEC | {"imagePullSecrets": [{"name": name}]}}
        selector = {"matchLabels": labels}
        cluster.create(f"{core}/secrets", {"metadata": {"name": name}, "stringData": {"tls.crt": "a", "tls.key": "b"}})
        cluster.create(f"{core}/services", {"metadata": {"name": name}, "spec": {"selector": labels, "ports": [{"port": 80}]}})
        cluster.create(f"{core}/persistentvolumeclaims", {"metadata": {"name": name}, "spec": claim_spec()})
        cluster.create(f"{apps}/daemonsets", {"metadata": {"name": name}, "spec": {"selector": selector, "template": template}})
        spec = {"selector": selector, "template": template, "serviceName": name, "replicas": 1}
        owner = cluster.create(f"{apps}/statefulsets", {"metadata": {"name": name}, "spec": spec})
        cluster.create(f"/apis/networking.k8s.io/v1/namespaces/{namespace}/ingresses", ingress(name))
        owners = [{"apiVersion": "apps/v1", "kind": "StatefulSet", "name": name, "uid": owner["metadata"]["uid"], "controller": True}]
        metadata = {"name": f"{name}-0", "labels": labels, "ownerReferences": owners}
        pod = cluster.create(f"{core}/pods", {"metadata": metadata, "spec": POD_SPEC})
        pod["status"]["conditions"] = [UNSCHEDULED]
        assert cluster.request("PUT", f"{core}/pods/{name}-0/status", pod)[0] == 200
        about = {"kind": "Pod", "namespace": namespace, "name": f"{name}-0", "uid": pod["metadata"]["uid"], "apiVersion": "v1"}
        cluster.create(f"{core}/events", {"metadata": {"name": name}, "involvedObject": about, **WARNING})


def claim_spec() -> dict[str, Any]:
    return {"accessModes": ["ReadWriteOnce"], "storageClassName": "", "resources": {"requests": {"storage": "1Gi"}}}


def ingress(name: str) -> dict[str, Any]:
    backend = {"service": {"name": name, "port": {"number": 80}}}
    rules = [{"host": f"{name}.example.com", "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}]
    return {"metadata": {"name": name}, "spec": {"rules": rules, "tls": [{"hosts": [f"{name}.example.com"], "secretName": name}]}}


def scan(cluster: Cluster, interposer: Interposer, directory: Path, wanted: ScanRequest | None = None) -> tuple[list[Request], Diagnosis]:
    """What a scan, of everything where nothing else is wanted, asks, and what it finds."""
    del interposer.seen[:]
    entry = {"server": interposer.url, "certificate-authority-data": None}
    source = LiveSource(load_cluster(cluster.kubeconfig(directory / "kubeconfig", "root", cluster=entry), None, None, {}))
    try:
        diagnosis = diagnose(source, wanted or ScanRequest())
    finally:
        source.close()
    return list(interposer.seen), diagnosis


def test_a_scan_makes_as_many_requests_for_fifty_objects_as_for_five(cluster: Cluster, interposer: Interposer, tmp_path: Path) -> None:
    namespace = cluster.namespace("many-faces")
    populate(cluster, namespace, 0, 5)
    few, small = scan(cluster, interposer, tmp_path)
    populate(cluster, namespace, 5, 45)
    many, large = scan(cluster, interposer, tmp_path)

    assert sum(result.name.startswith("many-faces/") for result in large.results) >= 50
    assert len(large.results) > len(small.results)
    assert Counter(request.path for request in many) == Counter(request.path for request in few)


def test_each_kind_is_listed_once_and_little_else_is_asked(cluster: Cluster, shop: str, interposer: Interposer, tmp_path: Path) -> None:
    seen, diagnosis = scan(cluster, interposer, tmp_path)
    lists = [request.path for request in seen if request.path not in DISCOVERY and "/namespaces/" not in request.path]
    assert len(lists) == len(set(lists))
    assert len(lists) <= len(diagnosis.coverage.read) + len(diagnosis.coverage.gaps)
    assert sum(request.path in DISCOVERY for request in seen) <= 2 * len(DISCOVERY)
    assert "/api/v1/pods" in lists[:4], "the longest list is begun first"


def test_a_filter_on_a_namespace_without_faults_reads_little(cluster: Cluster, interposer: Interposer, tmp_path: Path) -> None:
    namespace = cluster.namespace("all-well")
    wanted = ScanRequest(filters=("Service",), scope=Scope((namespace,)))
    seen, diagnosis = scan(cluster, interposer, tmp_path, wanted)
    own = f"/api/v1/namespaces/{namespace}"
    lists = [request.path for request in seen if request.path not in {*DISCOVERY, own}]
    assert diagnosis.incidents == ()
    assert f"/api/v1/namespaces/{namespace}/services" in lists
    assert len(lists) == len(set(lists)) < 15


def test_a_scan_only_reads(cluster: Cluster, shop: str, interposer: Interposer, tmp_path: Path) -> None:
    seen, _diagnosis = scan(cluster, interposer, tmp_path)
    writes = [request.path for request in seen if request.method != "GET"]
    assert seen
    assert [path for path in writes if not path.endswith("reviews")] == []
