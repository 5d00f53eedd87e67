"""A rule may be chosen by several names, and what it finds stands under the name that was asked for. The platform is told."""

from datetime import UTC, datetime

import pytest

from kubedx.findings import to_document
from kubedx.pipeline import Request, diagnose
from kubedx.report.text import render_text
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
