"""What the metrics API measures. https://github.com/kubernetes/metrics, pkg/apis/metrics/v1beta1/types.go"""

from typing import ClassVar

from kubedx.kube.object import KubeObject, Struct, Timestamp
from kubedx.kube.quantity import Quantity
from kubedx.kube.ref import Kind


class ContainerMetrics(Struct, frozen=True):
    """What one container uses."""

    name: str = ""
    usage: dict[str, Quantity] = {}


class PodMetrics(KubeObject, frozen=True):
    """What the containers of the pod of the same name use, averaged over `window` (a duration) up to `timestamp`."""

    KIND: ClassVar[Kind] = Kind("metrics.k8s.io/v1beta1", "PodMetrics", "pods")

    timestamp: Timestamp | None = None
    window: str = ""
    containers: tuple[ContainerMetrics, ...] = ()


class NodeMetrics(KubeObject, frozen=True):
    """What the node of the same name uses, averaged over `window` (a duration) up to `timestamp`."""

    KIND: ClassVar[Kind] = Kind("metrics.k8s.io/v1beta1", "NodeMetrics", "nodes", namespaced=False)

    timestamp: Timestamp | None = None
    window: str = ""
    usage: dict[str, Quantity] = {}
