"""The platforms that clusters run on: how each is recognised, and what is healthy there although it would be a fault elsewhere.

Facts, and nothing but facts: rules do not ask for the platform. The runner lays these tables over what rules find, once, and a
finding that is only the platform's manner becomes information (`Severity.INFO`), so that it is hidden, not lost.
"""

import re
from collections.abc import Iterable

import msgspec

from kubedx.analyzers.memo import once_per_inventory
from kubedx.findings import Finding, Severity
from kubedx.inventory import Inventory
from kubedx.kube import KubeObject, Namespace, Node


class Quirk(msgspec.Struct, frozen=True):
    """Findings that are healthy: of these rules, on objects whose namespace, name and labels match. What is empty matches all.

    `namespaces` and `names` are regular expressions for the whole text; `because` says why it is healthy, or where that is written.
    """

    codes: frozenset[str]
    because: str
    namespaces: str = ""
    names: str = ""
    labels: dict[str, str] = {}

    def matches(self, finding: Finding, subject: KubeObject) -> bool:
        """Whether a finding on this object is one of these."""
        if finding.code not in self.codes:
            return False
        if self.namespaces and not re.fullmatch(self.namespaces, subject.namespace):
            return False
        if self.names and not re.fullmatch(self.names, subject.name):
            return False
        return all(subject.metadata.labels.get(key) == value for key, value in self.labels.items())


class Platform(msgspec.Struct, frozen=True):
    """One platform, and by which of its nodes' and namespaces' marks it is recognised: any one is enough.

    `source` says where the marks are written.
    """

    name: str
    source: str
    providers: tuple[str, ...] = ()
    """Beginnings of `spec.providerID`."""
    labels: tuple[str, ...] = ()
    """Labels of nodes, whatever their value; one that ends in a slash is a prefix."""
    kubelets: str = ""
    """What the kubelet's version holds."""
    images: str = ""
    """How `status.nodeInfo.osImage` begins."""
    namespaces: tuple[str, ...] = ()
    quirks: tuple[Quirk, ...] = ()


_BUDGETS = frozenset({"budget-blocks-all", "budget-selects-nothing", "budgets-overlap", "budget-sync-fails"})
_NO_NODE = frozenset({"daemonset-matches-no-node"})
_WEBHOOKS = frozenset({"webhook-service-absent", "webhook-without-endpoints", "webhook-judges-own-pods", "ca-bundle-empty"})
_BINDINGS = frozenset({"role-absent", "bound-service-account-absent"})

EVERYWHERE: tuple[Quirk, ...] = (
    Quirk(
        frozenset({"kubelet-version-skewed"}),
        "virtual-kubelet reports a version of its own: https://github.com/virtual-kubelet/virtual-kubelet",
        labels={"type": "virtual-kubelet"},
    ),
)
"""What is healthy whatever the platform."""

PLATFORMS: tuple[Platform, ...] = (
    Platform(
        name="EKS",
        source="https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html",
        labels=("eks.amazonaws.com/", "alpha.eksctl.io/cluster-name"),
        kubelets="-eks-",
        quirks=(
            Quirk(
                frozenset({"kubelet-version-skewed"}),
                "a Fargate node has the version of the day its pod was started, until the pod is started anew: "
                "https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html",
                labels={"eks.amazonaws.com/compute-type": "fargate"},
            ),
            Quirk(_BINDINGS, "bindings that AWS keeps for its own services", names=r"eks:.*"),
            Quirk(_BUDGETS, "budgets of the add-ons, on clusters of one node", namespaces="kube-system"),
        ),
    ),
    Platform(
        name="GKE",
        source="https://cloud.google.com/kubernetes-engine/docs/how-to/creating-managing-labels",
        labels=("cloud.google.com/gke-nodepool",),
        kubelets="-gke.",
        quirks=(
            Quirk(_NO_NODE, "DaemonSets for kinds of nodes that the cluster has none of", namespaces=r"kube-system|gke-.*|gmp-.*"),
            Quirk(_BUDGETS, "budgets of the managed add-ons, on clusters of one node", namespaces=r"kube-system|gke-.*|gmp-.*"),
            Quirk(_WEBHOOKS, "webhooks that Google's control plane answers", names=r".*\.(gke|networking\.gke)\.io|gmp-.*|.*-gke-.*"),
        ),
    ),
    Platform(
        name="AKS",
        source="https://learn.microsoft.com/azure/aks/use-labels",
        labels=("kubernetes.azure.com/cluster",),
        quirks=(
            Quirk(_NO_NODE, "DaemonSets for kinds of nodes that the cluster has none of", namespaces=r"kube-system|calico-system"),
            Quirk(_BUDGETS, "budgets of the managed add-ons", namespaces=r"kube-system|calico-system|tigera-operator|gatekeeper-system"),
            Quirk(_WEBHOOKS, "answered by Azure's control plane: https://learn.microsoft.com/azure/aks/faq", names=r"aks-.*|azure-.*"),
        ),
    ),
    Platform(
        name="OpenShift",
        source="https://docs.openshift.com/container-platform/latest/nodes/nodes/nodes-nodes-working.html",
        labels=("node.openshift.io/os_id",),
        images="Red Hat Enterprise Linux CoreOS",
        namespaces=("openshift-apiserver", "openshift-cluster-version"),
        quirks=(
            Quirk(
                frozenset({"pod-failed", "pod-evicted", "container-crashes", "container-start-failed", "pod-start-hangs"}),
                "every revision of a static pod is installed by a pod of its own, tried again under another name: "
                "https://github.com/openshift/library-go (pkg/operator/staticpod)",
                namespaces=r"openshift-.*",
                names=r"(installer|revision-pruner)-\d+-.*",
            ),
            Quirk(
                frozenset({"job-failed", "job-backoff-limit-exceeded", "cronjob-runs-fail", "pod-failed"}),
                "profiles of the operator manager, collected anew every quarter of an hour",
                namespaces="openshift-operator-lifecycle-manager",
                names=r"collect-profiles.*",
            ),
            Quirk(_BUDGETS, "budgets that guard one pod a control plane node", namespaces=r"openshift-.*"),
            Quirk(
                frozenset({"service-selects-nothing", "service-without-ready-pods", "service-scaled-to-zero"}),
                "Services of machine APIs for other infrastructures",
                namespaces=r"openshift-(machine|cloud|cluster)-.*",
                names=r"(metal3|cluster-baremetal|machine-api|control-plane-machine-set|cluster-autoscaler|cloud-controller).*",
            ),
            Quirk(_BINDINGS, "bindings made in every namespace", names=r"system:(deployers|image-builders|image-pullers)|openshift-.*"),
            Quirk(_NO_NODE, "DaemonSets for infrastructures and nodes that the cluster has none of", namespaces=r"openshift-.*"),
        ),
    ),
    Platform(
        name="k3s",
        source="https://docs.k3s.io/reference/flag-deprecation; the version ends in +k3s1",
        kubelets="+k3s",
        quirks=(
            Quirk(
                frozenset({"leader-lease-stale"}),
                "one server without etcd elects no leader, and Leases of former days stay: k3s pkg/daemons/control/server.go",
            ),
            Quirk(
                frozenset({"pod-host-port-taken", "daemonset-unavailable", "pod-unschedulable"}),
                "a load balancer's pod waits where its port is taken, and others serve: "
                "https://docs.k3s.io/networking/networking-services#how-servicelb-works",
                namespaces="kube-system",
                names=r"svclb-.*",
            ),
            Quirk(
                frozenset({"pod-failed"}),
                "the job of a packaged chart is tried until the API is there: https://docs.k3s.io/helm",
                namespaces="kube-system",
                names=r"helm-(install|delete)-.*",
            ),
        ),
    ),
    Platform(
        name="RKE2",
        source="https://docs.rke2.io; the version ends in +rke2r1",
        kubelets="+rke2r",
        quirks=(
            Quirk(
                frozenset({"pod-failed"}),
                "the job of a packaged chart is tried until the API is there: https://docs.rke2.io/helm",
                namespaces="kube-system",
                names=r"helm-(install|delete)-.*",
            ),
        ),
    ),
    Platform(name="kind", source="https://kind.sigs.k8s.io/docs/design/initial", providers=("kind://",)),
    Platform(name="minikube", source="https://minikube.sigs.k8s.io/docs", labels=("minikube.k8s.io/version", "minikube.k8s.io/name")),
    Platform(name="MicroK8s", source="https://microk8s.io/docs", labels=("microk8s.io/cluster",)),
    Platform(name="Talos", source="https://www.talos.dev/latest/introduction/what-is-talos", images="Talos ("),
    Platform(
        name="DOKS",
        source="https://docs.digitalocean.com/products/kubernetes",
        labels=("doks.digitalocean.com/",),
        providers=("digitalocean://",),
    ),
)


@once_per_inventory
def platforms(inventory: Inventory) -> tuple[Platform, ...]:
    """The platforms whose marks a cluster bears, mostly one. Empty when nodes and namespaces were not read, or say nothing."""
    nodes, namespaces = inventory.list(Node), {namespace.name for namespace in inventory.list(Namespace)}
    marks = {
        (node.spec.provider_id.partition("://")[0], node.status.node_info.kubelet_version, node.status.node_info.os_image) for node in nodes
    }
    labels = {key for node in nodes for key in node.metadata.labels}
    return tuple(one for one in PLATFORMS if _is_marked(one, marks, labels, namespaces))


@once_per_inventory
def quirks(inventory: Inventory) -> tuple[Quirk, ...]:
    """What is healthy in this cluster although it would be a fault elsewhere."""
    return (*EVERYWHERE, *(quirk for platform in platforms(inventory) for quirk in platform.quirks))


def calmed(finding: Finding, subject: KubeObject, healthy: Iterable[Quirk]) -> Finding:
    """The finding, as information where it is one of these quirks."""
    if finding.severity is Severity.INFO or not any(quirk.matches(finding, subject) for quirk in healthy):
        return finding
    return msgspec.structs.replace(finding, severity=Severity.INFO)


def _is_marked(platform: Platform, marks: set[tuple[str, str, str]], labels: set[str], namespaces: set[str]) -> bool:
    return (
        any(f"{provider}://" in platform.providers for provider, _version, _image in marks)
        or any(bool(platform.kubelets) and platform.kubelets in version for _provider, version, _image in marks)
        or any(bool(platform.images) and image.startswith(platform.images) for _provider, _version, image in marks)
        or any(label == mark or (mark.endswith("/") and label.startswith(mark)) for mark in platform.labels for label in labels)
        or not namespaces.isdisjoint(platform.namespaces)
    )
