"""A healthy cluster of each platform, with what is known to be odd and healthy there, is silent; one fault in it is still found.

A file in `platforms/` begins with the platform's name, the moment, objects with a `fault`, which replace the healthy ones, and what then
`finds`: the code and the subject. The objects of the cluster follow.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from kubedx.analyzers import LOG, catalogue, judge
from kubedx.analyzers.platform import platforms
from kubedx.findings import Finding, Severity
from kubedx.inventory import Inventory
from kubedx.kube import KubeObject
from kubedx.source import parse_yaml
from kubedx.testing import object_from, reading_of

FILES = sorted((Path(__file__).parent / "platforms").glob("*.yaml"))


class Cluster:
    """A file, read."""

    def __init__(self, path: Path) -> None:
        head, *documents = [document for document in parse_yaml(path.read_text()) if document]
        self.head: Mapping[str, Any] = head
        self.objects = [object_from(document) for document in documents]
        self.broken = [object_from(document) for document in head["fault"]]

    def inventory(self, objects: list[KubeObject]) -> Inventory:
        return Inventory(reading_of(objects, now=datetime.fromisoformat(self.head["now"])))

    def with_fault(self) -> list[KubeObject]:
        broken = {obj.ref: obj for obj in self.broken}
        assert set(broken) <= {obj.ref for obj in self.objects}, "a fault is one of an object that was healthy"
        return [broken.get(obj.ref, obj) for obj in self.objects]


def harm(inventory: Inventory) -> list[Finding]:
    judgement = judge([rule for rule in catalogue().values() if LOG not in rule.filters], inventory)
    assert judgement.crashes == ()
    return [finding for finding in judgement.findings if finding.severity is not Severity.INFO]


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def cluster(request: pytest.FixtureRequest) -> Cluster:
    return Cluster(request.param)


def test_there_is_a_cluster_of_every_platform_that_users_have_most() -> None:
    assert {Cluster(path).head["platform"] for path in FILES} == {"EKS", "GKE", "AKS", "OpenShift", "k3s", "kind", "Talos"}


def test_it_is_recognised(cluster: Cluster) -> None:
    assert [platform.name for platform in platforms(cluster.inventory(cluster.objects))] == [cluster.head["platform"]]


def test_a_healthy_cluster_is_silent(cluster: Cluster) -> None:
    assert [f"{one.code}: {one.subject}: {one.message}" for one in harm(cluster.inventory(cluster.objects))] == []


def test_one_fault_in_it_is_found(cluster: Cluster) -> None:
    found = {(finding.code, str(finding.subject)) for finding in harm(cluster.inventory(cluster.with_fault()))}

    assert {(code, subject) for code, subject in cluster.head["finds"]} <= found
