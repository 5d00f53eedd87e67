"""Nodes."""

from typing import ClassVar

import msgspec

from kubedx.kube.object import Condition, KubeObject, Struct, Timestamp
from kubedx.kube.quantity import Quantity
from kubedx.kube.ref import Kind
from kubedx.kube.toleration import Taint


class NodeCondition(Condition, frozen=True):
    """A condition of a node."""

    last_heartbeat_time: Timestamp | None = None


class NodeAddress(Struct, frozen=True):
    """An address of a node."""

    address: str = ""
    type: str = ""


class NodeSystemInfo(Struct, frozen=True):
    """What runs on the node."""

    architecture: str = ""
    boot_id: str = msgspec.field(name="bootID", default="")
    container_runtime_version: str = ""
    kernel_version: str = ""
    kube_proxy_version: str = ""
    kubelet_version: str = ""
    machine_id: str = msgspec.field(name="machineID", default="")
    operating_system: str = ""
    os_image: str = ""
    system_uuid: str = msgspec.field(name="systemUUID", default="")


class ContainerImage(Struct, frozen=True):
    """An image on the node; the kubelet reports the 50 largest."""

    names: tuple[str, ...] = ()
    size_bytes: int = 0


class AttachedVolume(Struct, frozen=True):
    """A volume that is attached to the node."""

    device_path: str = ""
    name: str = ""


class NodeSpec(Struct, frozen=True):
    """What a node is to be."""

    pod_cidr: str = msgspec.field(name="podCIDR", default="")
    pod_cidrs: tuple[str, ...] = msgspec.field(name="podCIDRs", default=())
    provider_id: str = msgspec.field(name="providerID", default="")
    taints: tuple[Taint, ...] = ()
    unschedulable: bool = False


class NodeStatus(Struct, frozen=True):
    """What a node is and has."""

    addresses: tuple[NodeAddress, ...] = ()
    allocatable: dict[str, Quantity] = {}
    capacity: dict[str, Quantity] = {}
    conditions: tuple[NodeCondition, ...] = ()
    images: tuple[ContainerImage, ...] = ()
    node_info: NodeSystemInfo = NodeSystemInfo()
    volumes_attached: tuple[AttachedVolume, ...] = ()
    volumes_in_use: tuple[str, ...] = ()


class Node(KubeObject, frozen=True):
    """A node. https://kubernetes.io/docs/concepts/architecture/nodes/"""

    KIND: ClassVar[Kind] = Kind("v1", "Node", "nodes", namespaced=False)

    spec: NodeSpec = NodeSpec()
    status: NodeStatus = NodeStatus()
