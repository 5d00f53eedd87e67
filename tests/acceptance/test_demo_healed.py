"""The packaged demo cluster with its faults mended is silent: what is found in it are these faults and nothing else."""

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from kubedx.findings import Severity
from kubedx.pipeline import Request, diagnose
from kubedx.source import demo_source
from kubedx.testing import MemorySource, object_from

FAULTY = frozenset({"basket", "orders-db", "mailer", "recommender", "demo3"})
MENDED = (('"key":"password"', '"key":"passwd"'), ("local-paht", "local-path"), ("httddd", "httpd"), ('"96Gi"', '"96Mi"'))
NODE = "node-a"


def recorded() -> list[dict[str, Any]]:
    text = files("kubedx.demo").joinpath("cluster/objects.json").read_text(encoding="utf-8")
    for wrong, right in MENDED:
        assert wrong in text, "the demo has changed: its faults are mended no longer"
        text = text.replace(wrong, right)
    items: list[dict[str, Any]] = json.loads(text)["items"]
    return items


def app_of(item: dict[str, Any]) -> str:
    return str(item["metadata"].get("labels", {}).get("app", item["metadata"]["name"]))


def mended(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The objects as they would be without the faults: no complaint, and whatever is of a faulty workload runs."""
    for item in items:
        if item["kind"] == "Event":
            if item["type"] != "Warning":
                yield item
            continue
        if app_of(item) in FAULTY:
            make_well(item)
        yield item
    claim = next(item for item in items if item["kind"] == "PersistentVolumeClaim")
    yield {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": "orders"},
        "spec": {**claim["spec"], "capacity": claim["spec"]["resources"]["requests"], "claimRef": {**ref(claim), "kind": claim["kind"]}},
        "status": {"phase": "Bound"},
    }


def ref(item: dict[str, Any]) -> dict[str, str]:
    return {key: item["metadata"][key] for key in ("name", "namespace", "uid")}


def make_well(item: dict[str, Any]) -> None:
    spec, status = item.get("spec", {}), item.get("status", {})
    match item["kind"]:
        case "Pod":
            spec["nodeName"] = NODE
            item["status"] = pod_status(spec, item["metadata"]["creationTimestamp"])
        case "Deployment" | "ReplicaSet" | "StatefulSet":
            counts = ("replicas", "readyReplicas", "availableReplicas", "updatedReplicas", "currentReplicas")
            status.update(dict.fromkeys(counts, spec["replicas"]), unavailableReplicas=0)
            for condition in status.get("conditions", []):
                condition.update(status="True", reason="NewReplicaSetAvailable")
        case "PersistentVolumeClaim":
            spec["volumeName"] = "orders"
            item["status"] = {"phase": "Bound", "capacity": spec["resources"]["requests"]}
        case "EndpointSlice":
            for endpoint in item.get("endpoints") or []:
                endpoint["conditions"] = {"ready": True, "serving": True, "terminating": False}
        case "Endpoints":
            for subset in item.get("subsets") or []:
                subset["addresses"] = [*subset.get("addresses", []), *subset.pop("notReadyAddresses", [])]


def pod_status(spec: dict[str, Any], since: str) -> dict[str, Any]:
    ready = {"ready": True, "started": True, "restartCount": 0, "state": {"running": {"startedAt": since}}}
    return {
        "phase": "Running",
        "startTime": since,
        "conditions": [{"type": kind, "status": "True", "lastTransitionTime": since} for kind in ("PodScheduled", "Initialized", "Ready")],
        "containerStatuses": [{"name": one["name"], "image": one["image"], **ready} for one in spec["containers"]],
    }


def test_the_demo_without_its_faults_is_silent() -> None:
    with_faults = diagnose(demo_source(), Request())
    now = with_faults.scanned_at

    source = MemorySource([object_from(item) for item in mended(recorded())], now=now)
    diagnosis = diagnose(source, Request(level=Severity.WARNING))

    assert {incident.root_cause.subject.name for incident in with_faults.incidents} == FAULTY
    assert [f"{incident.root_cause.code}: {incident.title}" for incident in diagnosis.incidents] == []
    assert diagnosis.coverage.crashed == ()
