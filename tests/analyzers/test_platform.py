"""Platforms are recognised by their marks, and what is healthy there is information."""

from datetime import UTC, datetime

import pytest

from kubedx.analyzers import catalogue, judge
from kubedx.analyzers.platform import EVERYWHERE, PLATFORMS, platforms
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import TYPES, DaemonSet, KubeObject, Lease, Namespace, Node
from kubedx.source import MemorySource, Scope
from kubedx.testing import build

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def cluster(*objects: KubeObject) -> Inventory:
    return Inventory(MemorySource(objects, now=NOW).read([kind.KIND for kind in TYPES], Scope()))


def node(name: str = "node-a", version: str = "v1.34.1", provider: str = "", image: str = "Debian", **labels: str) -> Node:
    return build(
        Node,
        name,
        labels={key.replace("__", "/").replace("_", "."): value for key, value in labels.items()},
        spec={"providerID": provider},
        status={"nodeInfo": {"kubeletVersion": version, "osImage": image}, "conditions": [{"type": "Ready", "status": "True"}]},
    )


@pytest.mark.parametrize(
    ("marked", "name"),
    [
        (node(version="v1.34.1-eks-113cf36"), "EKS"),
        (node(eks_amazonaws_com__nodegroup="web"), "EKS"),
        (node(version="v1.34.1-gke.1829001"), "GKE"),
        (node(kubernetes_azure_com__cluster="shop"), "AKS"),
        (node(image="Red Hat Enterprise Linux CoreOS 9.6"), "OpenShift"),
        (build(Namespace, "openshift-apiserver"), "OpenShift"),
        (node(version="v1.34.1+k3s1"), "k3s"),
        (node(version="v1.34.1+rke2r1"), "RKE2"),
        (node(provider="kind://docker/shop/shop-worker"), "kind"),
        (node(minikube_k8s_io__version="v1.37.0"), "minikube"),
        (node(microk8s_io__cluster="true"), "MicroK8s"),
        (node(image="Talos (v1.11.2)"), "Talos"),
        (node(provider="digitalocean://123"), "DOKS"),
    ],
)
def test_a_platform_is_recognised_by_any_of_its_marks(marked: KubeObject, name: str) -> None:
    assert [platform.name for platform in platforms(cluster(node("node-z"), marked))] == [name]


def test_a_cluster_without_marks_is_on_no_platform() -> None:
    assert platforms(cluster(node(), build(Namespace, "shop"))) == ()
    assert platforms(cluster()) == ()


def test_every_quirk_is_of_rules_that_exist_and_says_why() -> None:
    quirks = [*EVERYWHERE, *(quirk for platform in PLATFORMS for quirk in platform.quirks)]

    assert {code for quirk in quirks for code in quirk.codes} <= set(catalogue())
    assert all(quirk.because for quirk in quirks)


@pytest.mark.parametrize(("version", "severity"), [("v1.34.1+k3s1", Severity.INFO), ("v1.34.1", Severity.ERROR)])
def test_what_is_healthy_on_a_platform_is_information_there_alone(version: str, severity: Severity) -> None:
    lease = build(Lease, "kube-system/kube-scheduler", spec={"renewTime": "2026-03-01T10:00:00Z", "leaseDurationSeconds": 15})
    beat = build(Lease, "kube-node-lease/node-a", spec={"renewTime": "2026-03-01T11:59:55Z", "leaseDurationSeconds": 40})

    judgement = judge([catalogue()["leader-lease-stale"]], cluster(node(version=version), lease, beat))

    assert [finding.severity for finding in judgement.findings] == [severity]


@pytest.mark.parametrize(("namespace", "severity"), [("kube-system", Severity.INFO), ("shop", Severity.WARNING)])
def test_a_quirk_is_of_its_namespaces_alone(namespace: str, severity: Severity) -> None:
    spec = {"template": {"spec": {"nodeSelector": {"cloud.google.com/metadata-proxy-ready": "true"}, "containers": [{"name": "a"}]}}}
    daemon_set = build(
        DaemonSet,
        f"{namespace}/metadata-proxy",
        creationTimestamp="2026-03-01T10:00:00Z",
        generation=1,
        spec=spec,
        status={"observedGeneration": 1, "desiredNumberScheduled": 0},
    )

    judgement = judge([catalogue()["daemonset-matches-no-node"]], cluster(node(version="v1.34.1-gke.1829001"), daemon_set))

    assert [finding.severity for finding in judgement.findings] == [severity]
