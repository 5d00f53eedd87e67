"""The id of an incident is the same whatever pods are called, whenever they ran, and however the cluster was read."""

import json
from pathlib import Path
from typing import Any

import pytest

from kubedx.findings import Severity
from kubedx.pipeline import Request, diagnose
from kubedx.source import DumpSource, MemorySource, Source, parse_yaml

CART = """
apiVersion: v1
kind: Node
metadata: {name: node-a, uid: U-n}
status: {conditions: [{type: Ready, status: 'True'}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop, uid: U-d, generation: 1, creationTimestamp: DATET00:00:00Z}
spec: {replicas: 1, selector: {matchLabels: {app: cart}}, template: {metadata: {labels: {app: cart}}, spec: {containers: [{name: api, image: 'shop/cart:1'}]}}}
status: {observedGeneration: 1, replicas: 1, unavailableReplicas: 1}
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: cart-HASH, namespace: shop, uid: U-r, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: cart, uid: U-d, controller: true}]}
spec: {replicas: 1, selector: {matchLabels: {app: cart}}}
status: {replicas: 1}
---
apiVersion: v1
kind: Pod
metadata:
  name: cart-HASH-SUFFIX
  namespace: shop
  uid: U-p
  labels: {app: cart}
  creationTimestamp: DATET00:00:00Z
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: cart-HASH, uid: U-r, controller: true}]
spec: {nodeName: node-a, containers: [{name: api, image: 'shop/cart:1'}]}
status:
  phase: Pending
  startTime: DATET00:00:00Z
  conditions: [{type: Ready, status: 'False', lastTransitionTime: DATET02:00:00Z}]
  containerStatuses: [{name: api, image: 'shop/cart:1', imageID: '', restartCount: 0, ready: false, state: {waiting: {reason: ImagePullBackOff, message: 'Back-off pulling image: not found'}}}]
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop, uid: U-s, creationTimestamp: DATET00:00:00Z}
spec: {selector: {app: crat}, ports: [{port: 80}]}
"""  # fmt: skip


def documents(uid: str = "1", digest: str = "7d9f", suffix: str = "x2x4z", date: str = "2026-01-01") -> list[dict[str, Any]]:
    return parse_yaml(CART.replace("U-", f"{uid}-").replace("HASH", digest).replace("SUFFIX", suffix).replace("DATE", date))


def ids(source: Source) -> list[str]:
    return sorted(incident.id for incident in diagnose(source, Request(level=Severity.WARNING)).incidents)


EXPECTED_COUNT = 2


@pytest.mark.parametrize(
    "other",
    [{"uid": "2"}, {"digest": "5c6b8"}, {"suffix": "9hk2p"}, {"date": "2027-03-04"}, {"uid": "3", "digest": "aaaaa", "suffix": "bbbbb"}],
)
def test_what_has_another_name_uid_or_time_is_the_same_incident(other: dict[str, str]) -> None:
    first = ids(MemorySource(documents=documents()))

    assert len(first) == EXPECTED_COUNT
    assert ids(MemorySource(documents=documents(**other))) == first


def test_another_workload_is_another_incident() -> None:
    renamed = json.loads(json.dumps(documents()).replace("cart", "web"))

    assert not set(ids(MemorySource(documents=documents()))) & set(ids(MemorySource(documents=renamed)))


def test_memory_and_dumps_tell_the_same(tmp_path: Path) -> None:
    file = tmp_path / "all.json"
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": documents()}))
    folder = tmp_path / "folder"
    folder.mkdir()
    for number, document in enumerate(documents()):
        (folder / f"{number}.json").write_text(json.dumps(document))

    # Memory claims to hold every kind, and a dump only what it can: it may tell less, and never another id.
    first = set(ids(MemorySource(documents=documents())))
    for path in (file, folder):
        told = set(ids(DumpSource((str(path),))))
        assert told
        assert told <= first
