"""ReplicaSets that may not be listed do not make an incident of each pod."""

from datetime import UTC, datetime
from typing import Any

import pytest

from kubedx.findings import Diagnosis
from kubedx.kube import Gap, GapReason
from kubedx.pipeline import Request, diagnose
from kubedx.source import MemorySource

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
THEN = "2026-03-01T10:00:00Z"
HASH = "5d8f7c9b6"
SPEC = {"containers": [{"name": "api", "image": "shop/cart:1"}]}
LABELS = {"app": "cart"}


def owned(kind: str, name: str, owner: tuple[str, str] | None = None, api_version: str = "apps/v1", **fields: Any) -> dict[str, Any]:
    labels = LABELS | ({"pod-template-hash": HASH} if owner else {})
    metadata: dict[str, Any] = {"name": name, "namespace": "shop", "uid": f"uid-{name}", "creationTimestamp": THEN, "labels": labels}
    if owner:
        reference = {"apiVersion": "apps/v1", "kind": owner[0], "name": owner[1], "uid": f"uid-{owner[1]}", "controller": True}
        metadata["ownerReferences"] = [reference]
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **fields}


def crashing(number: int) -> dict[str, Any]:
    state = {
        "name": "api",
        "image": "shop/cart:1",
        "ready": False,
        "restartCount": 9,
        "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 5m0s restarting failed container"}},
        "lastState": {"terminated": {"exitCode": 2, "reason": "Error", "startedAt": THEN, "finishedAt": THEN}},
    }
    ready = {"type": "Ready", "status": "False", "reason": "ContainersNotReady", "lastTransitionTime": THEN}
    status = {"phase": "Running", "startTime": THEN, "conditions": [ready], "containerStatuses": [state]}
    return owned("Pod", f"cart-{HASH}-x2x4{'bcdfg'[number]}", ("ReplicaSet", f"cart-{HASH}"), "v1", spec=SPEC, status=status)


def cluster() -> list[dict[str, Any]]:
    template = {"metadata": {"labels": LABELS}, "spec": SPEC}
    spec = {"replicas": 3, "selector": {"matchLabels": LABELS}, "template": template}
    unavailable = {"type": "Available", "status": "False", "reason": "MinimumReplicasUnavailable", "lastTransitionTime": THEN}
    status = {"observedGeneration": 1, "replicas": 3, "unavailableReplicas": 3, "conditions": [unavailable]}
    return [
        owned("Deployment", "cart", spec=spec, status=status),
        owned("ReplicaSet", f"cart-{HASH}", ("Deployment", "cart"), spec=spec, status={"replicas": 3}),
        *map(crashing, range(3)),
    ]


def diagnosed(*unlisted: str) -> Diagnosis:
    documents = [document for document in cluster() if document["kind"] not in unlisted]
    gaps = [Gap("apps/v1", kind, "", "list", GapReason.FORBIDDEN, "forbidden") for kind in unlisted]
    return diagnose(MemorySource(documents=documents, gaps=gaps, now=NOW), Request())


@pytest.mark.parametrize("unlisted", [(), ("ReplicaSet",), ("ReplicaSet", "Deployment")], ids=["all", "no ReplicaSets", "no owners"])
def test_pods_whose_owners_may_not_be_listed_are_one_incident(unlisted: tuple[str, ...]) -> None:
    (incident,) = diagnosed(*unlisted).incidents
    assert incident.root_cause.subject.kind == ("ReplicaSet" if "Deployment" in unlisted else "Deployment")
    assert incident.root_cause.code == diagnosed().incidents[0].root_cause.code
