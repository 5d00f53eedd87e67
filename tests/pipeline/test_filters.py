"""A rule may be chosen by several names, and what it finds stands under the name that was asked for. The platform is told."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from kubedx.findings import to_document
from kubedx.kube import Kind, Reading
from kubedx.pipeline import Request, diagnose
from kubedx.report.text import render_text
from kubedx.source import RecordedSource, RecordingSource, Scope, Source
from kubedx.testing import source_from_yaml

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

LOST = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: orders, namespace: shop, creationTimestamp: "2026-02-01T12:00:00Z"}
spec: {accessModes: [ReadWriteOnce], volumeName: vol-7, resources: {requests: {storage: 5Gi}}}
status: {phase: Lost}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: cart, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: cart-reader}
subjects: [{kind: User, name: ann}]
"""


@pytest.mark.parametrize(
    ("filters", "kinds"),
    [
        ((), {"PersistentVolumeClaim", "RoleBinding"}),
        (("PersistentVolumeClaim",), {"PersistentVolumeClaim"}),
        (("Storage",), {"Storage/PersistentVolumeClaim"}),
        (("Storage", "PersistentVolumeClaim"), {"PersistentVolumeClaim"}),
        (("RBAC",), {"RoleBinding"}),
        (("Pod",), set()),
    ],
)
def test_a_finding_stands_under_the_name_that_chose_it(filters: tuple[str, ...], kinds: set[str]) -> None:
    diagnosis = diagnose(source_from_yaml(LOST, now=NOW), Request(filters=filters))
    assert {one.kind for one in diagnosis.results} == kinds


def test_the_platform_is_told() -> None:
    node = """
apiVersion: v1
kind: Node
metadata: {name: ip-10-0-0-1, labels: {eks.amazonaws.com/nodegroup: general}}
status: {conditions: [{type: Ready, status: "True"}], nodeInfo: {kubeletVersion: v1.33.1-eks-113cf36}}
"""
    diagnosis = diagnose(source_from_yaml(node, now=NOW), Request())
    assert to_document(diagnosis, tool_version="0")["cluster"]["platform"] == "EKS"
    assert "(EKS)" in render_text(diagnosis, width=100, colour=False, explain=False)
    nowhere = diagnose(source_from_yaml(LOST, now=NOW), Request())
    assert to_document(nowhere, tool_version="0")["cluster"]["platform"] == ""


WELL = """
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, creationTimestamp: "2026-02-01T12:00:00Z"}
spec: {nodeName: node-a, containers: [{name: api, image: "shop/cart:1"}]}
status:
  phase: Running
  conditions: [{type: Ready, status: "True"}]
  containerStatuses: [{name: api, ready: true, restartCount: 0, state: {running: {startedAt: "2026-02-01T12:00:10Z"}}}]
"""
CRASHING = WELL.replace('status: "True"', 'status: "False"').replace(
    "ready: true, restartCount: 0, state: {running: {startedAt",
    "ready: false, restartCount: 9, state: {waiting: {reason: ImagePullBackOff}}, x: {y: {z",
)


class Asked:
    """A source that notes which kinds are read."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.kinds: list[Kind] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)

    def read(self, kinds: Sequence[Kind], scope: Scope, deadline: float | None = None) -> Reading:
        self.kinds += kinds
        return self._source.read(kinds, scope, deadline)


def kinds_read(text: str, *filters: str) -> list[str]:
    source = Asked(source_from_yaml(text, now=NOW))
    diagnose(source, Request(filters=filters, scope=Scope(("shop",))))
    return sorted(kind.kind for kind in source.kinds)


@pytest.mark.parametrize("text", [WELL, CRASHING], ids=["well", "crashing"])
def test_a_recording_of_what_was_read_in_steps_gives_the_same_again(text: str) -> None:
    recorder = RecordingSource(source_from_yaml(text, now=NOW))
    request = Request(filters=("Pod",), scope=Scope(("shop",)))
    first = diagnose(recorder, request)
    again = diagnose(RecordedSource(recorder.recording()), request)
    assert to_document(again, tool_version="0")["incidents"] == to_document(first, tool_version="0")["incidents"]
    assert again.coverage == first.coverage


def test_what_could_only_be_a_cause_is_read_where_something_is_suffered() -> None:
    whole, well, crashing = kinds_read(WELL), kinds_read(WELL, "Pod"), kinds_read(CRASHING, "Pod")
    assert len(set(well)) == len(well), "every kind is read once"
    assert len(set(crashing)) == len(crashing)
    assert {"Pod", "Event", "ReplicaSet"} <= set(well)
    assert not {"Node", "Secret", "Service", "NetworkPolicy", "PersistentVolume"} & set(well)
    assert {"Node", "Secret", "ServiceAccount"} <= set(crashing)
    assert len(well) < len(crashing) <= len(whole)
