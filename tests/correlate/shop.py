"""Parts of mini-clusters: workloads with their pods, well or broken in a given way, and what stands before and behind them."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from kubedx.findings import Incident, Severity
from kubedx.kube import Gap, LogKey
from kubedx.pipeline import Request, diagnose
from kubedx.source import MemorySource, parse_yaml
from kubedx.testing import object_from

Objects = list[dict[str, Any]]

BEFORE = "2026-03-01T11:00:00Z"

PULL_FAILS = {"waiting": {"reason": "ImagePullBackOff", "message": 'Back-off pulling image: "manifest unknown: no such tag"'}}
CRASHES = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 5m0s restarting failed container"}}


def objects(text: str) -> Objects:
    """Further objects, as YAML."""
    return [document for document in parse_yaml(text) if document]


def pod_spec(name: str, env: Mapping[str, str], node: str, more: Mapping[str, Any]) -> dict[str, Any]:
    container = {"name": name, "image": f"{name}:1", "env": [{"name": key, "value": value} for key, value in env.items()]}
    spec = {"containers": [{**container, **more.get("container", {})}], **({"nodeName": node} if node else {})}
    return {**spec, **{key: value for key, value in more.items() if key != "container"}}


def pod_status(name: str, state: Mapping[str, Any] | None, pending: str) -> dict[str, Any]:
    """Of a pod that is ready, or whose container is in that state, or that found no node."""
    if pending:
        message = {"reason": "Unschedulable", "message": pending}
        return {"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False", "lastTransitionTime": BEFORE, **message}]}
    container = {"name": name, "ready": state is None, "restartCount": 0, "state": state or {"running": {"startedAt": BEFORE}}}
    if state is CRASHES:
        ended = {"exitCode": 1, "reason": "Error", "startedAt": "2026-03-01T11:57:00Z", "finishedAt": "2026-03-01T11:57:02Z"}
        container |= {"restartCount": 9, "lastState": {"terminated": ended}}
    ready = {"type": "Ready", "status": "False" if state else "True", "lastTransitionTime": BEFORE}
    return {"phase": "Pending" if state is PULL_FAILS else "Running", "conditions": [ready], "containerStatuses": [container]}


def workload(
    name: str,
    *,
    namespace: str = "shop",
    env: Mapping[str, str] = {},
    state: Mapping[str, Any] | None = None,
    pending: str = "",
    node: str = "n1",
    made: bool = True,
    kind: str = "Deployment",
    service: bool = True,
    **more: Any,
) -> Objects:
    """A Deployment or StatefulSet of one replica, its pod (when it is `made`) and its Service. `more` goes into the pod's spec."""
    labels = {"app": name}
    spec = pod_spec(name, env, "", more)
    template = {"metadata": {"labels": labels}, "spec": spec}
    down = bool(state or pending or not made)
    available = {"type": "Available", "status": "False" if down else "True", "lastTransitionTime": BEFORE}
    counts = {"replicas": int(made), "readyReplicas": int(not down), "availableReplicas": int(not down), "observedGeneration": 1}
    meta = {"namespace": namespace, "creationTimestamp": BEFORE, "generation": 1}
    top = {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {**meta, "name": name, "uid": f"{namespace}-{name}"},
        "spec": {"replicas": 1, "selector": {"matchLabels": labels}, "template": template, "serviceName": name},
        "status": {**counts, "unavailableReplicas": int(down), "conditions": [available] if kind == "Deployment" else []},
    }
    made_by = (
        top
        if kind == "StatefulSet"
        else {
            "apiVersion": "apps/v1",
            "kind": "ReplicaSet",
            "metadata": {**meta, "name": f"{name}-1", "uid": f"{namespace}-{name}-1", "labels": labels, "ownerReferences": [owner(top)]},
            "spec": {"replicas": 1, "selector": {"matchLabels": labels}, "template": template},
            "status": counts,
        }
    )
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {**meta, "name": f"{name}-0", "uid": f"{namespace}-{name}-0", "labels": labels, "ownerReferences": [owner(made_by)]},
        "spec": pod_spec(name, env, "" if pending else node, more),
        "status": pod_status(name, state, pending),
    }
    parts = [top, *([made_by] if made_by is not top else []), *([pod] if made else [])]
    return parts + ([service_of(name, namespace)] if service else [])


def owner(obj: Mapping[str, Any]) -> dict[str, Any]:
    meta = obj["metadata"]
    return {"apiVersion": obj["apiVersion"], "kind": obj["kind"], "name": meta["name"], "uid": meta["uid"], "controller": True}


def service_of(name: str, namespace: str = "shop") -> dict[str, Any]:
    ports = [{"name": "http", "port": 80}, {"name": "https", "port": 443}]
    spec = {"selector": {"app": name}, "clusterIP": f"10.96.0.{sum(map(ord, name)) % 250}", "ports": ports}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": namespace}, "spec": spec}


def ingress_to(name: str, namespace: str = "shop") -> Objects:
    controller = workload(
        "ingress-nginx-controller", namespace="ingress-nginx", container={"image": "registry.k8s.io/ingress-nginx/controller:v1.11.2"}
    )
    return controller + objects(f"""
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: front, namespace: {namespace}}}
spec: {{ingressClassName: nginx, rules: [{{host: shop.example.com, http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: {name}, port: {{number: 80}}}}}}}}]}}}}]}}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {{name: nginx}}
spec: {{controller: k8s.io/ingress-nginx}}
""")


def node(name: str, *, ready: str = "True", **pressure: str) -> dict[str, Any]:
    conditions = [{"type": "Ready", "status": ready, "reason": "Kubelet", "message": "kubelet", "lastTransitionTime": BEFORE}]
    conditions += [{"type": kind, "status": status, "lastTransitionTime": BEFORE} for kind, status in pressure.items()]
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}, "status": {"conditions": conditions}}


def event(obj: Mapping[str, Any], reason: str, message: str) -> dict[str, Any]:
    meta = obj["metadata"]
    about = {"apiVersion": obj["apiVersion"], "kind": obj["kind"], "name": meta["name"], "namespace": meta.get("namespace", "")}
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"{meta['name']}.{reason}".lower(), "namespace": meta.get("namespace", "default")},
        "involvedObject": {**about, "uid": meta.get("uid", "")},
        "type": "Warning",
        "reason": reason,
        "message": message,
        "count": 9,
        "firstTimestamp": BEFORE,
        "lastTimestamp": "2026-03-01T11:59:00Z",
    }


def incidents_of(cluster: Iterable[Mapping[str, Any]], logs: Mapping[str, str] = {}) -> tuple[Incident, ...]:
    """What is found, with all rules. `logs` by `namespace/pod/container`, the same in the run before."""
    told: dict[LogKey | str, str | Gap] = {}
    for key, text in logs.items():
        told |= {key: text, f"{key}.previous": text}
    source = MemorySource([object_from(obj) for obj in cluster], logs=told, now=datetime(2026, 3, 1, 12, tzinfo=UTC))
    return diagnose(source, Request(level=Severity.WARNING)).incidents


def chain(incident: Incident) -> list[str]:
    """The root cause, and each symptom with what it follows from: `code subject < code subject`."""
    root = f"{incident.root_cause.code} {incident.root_cause.subject}"
    names = {"root": "root"} | {each.id: each.code for each in incident.symptoms}
    return [root, *(f"{each.code} {each.subject} < {names[each.because[0]]}" for each in incident.symptoms)]
