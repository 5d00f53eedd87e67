"""kubelet-version-skewed"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.memo import once_per_inventory
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import Node, pattern_of

SUPPORTED = 3
"""Minor versions that a kubelet may be behind. https://kubernetes.io/releases/version-skew-policy/#kubelet"""

_VERSION = pattern_of(r"v?1\.(\d{1,3})(?:\.|$|\+)")


@rule(filter="Node", on=Node, severity=Severity.WARNING, added="0.1")
def kubelet_version_skewed(node: Node, inventory: Inventory) -> Iterator[Outcome]:
    """The kubelet of a node is newer than the API server, or too far behind it.

    ## What it means
    Kubernetes supports kubelets up to three minor versions older than the API server, and none that are newer. Beyond that, things
    break in ways that nobody tests.

    ## When it is not reported
    While all kubelets are within three minor versions of the newest version in the cluster.

    ## How to fix it
    Upgrade the control plane first, then the kubelets.
    """
    version = node.status.node_info.kubelet_version
    kubelet, (newest, of) = _minor(version), _newest(inventory)
    if kubelet is None or newest - kubelet <= SUPPORTED:
        server = _minor(inventory.cluster.version)
        if kubelet is None or server is None or kubelet <= server:
            return
        newest, of = server, inventory.cluster.version
    told = "newer than" if kubelet > newest else f"{newest - kubelet} minor versions behind"
    yield Hit(
        message=f"kubelet has version {version}, {told} {of}",
        evidence=(field(node, "status.nodeInfo.kubeletVersion", version),),
        values={"kubelet": version, "server": of},
    )


def _newest(inventory: Inventory) -> tuple[int, str]:
    """The newest version in the cluster: the API server is at least as new as the newest kubelet should be."""
    versions = [inventory.cluster.version, *_kubelets(inventory)]
    return max(((minor, version) for version in versions if (minor := _minor(version)) is not None), default=(0, ""))


@once_per_inventory
def _kubelets(inventory: Inventory) -> tuple[str, ...]:
    return tuple(sorted({node.status.node_info.kubelet_version for node in inventory.list(Node)}))


def _minor(version: str) -> int | None:
    match = _VERSION.match(version)
    return int(match[1]) if match else None
