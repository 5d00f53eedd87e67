"""Priority and runtime classes."""

from typing import ClassVar

from kubedx.kube.object import KubeObject, Struct
from kubedx.kube.quantity import Quantity
from kubedx.kube.ref import Kind
from kubedx.kube.toleration import Toleration


class PriorityClass(KubeObject, frozen=True):
    """A PriorityClass. https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/"""

    KIND: ClassVar[Kind] = Kind("scheduling.k8s.io/v1", "PriorityClass", "priorityclasses", namespaced=False)

    description: str = ""
    global_default: bool = False
    preemption_policy: str = "PreemptLowerPriority"
    value: int = 0


class RuntimeClassOverhead(Struct, frozen=True):
    """What a pod of the class costs on top."""

    pod_fixed: dict[str, Quantity] = {}


class RuntimeClassScheduling(Struct, frozen=True):
    """The nodes that know the class."""

    node_selector: dict[str, str] = {}
    tolerations: tuple[Toleration, ...] = ()


class RuntimeClass(KubeObject, frozen=True):
    """A RuntimeClass. https://kubernetes.io/docs/concepts/containers/runtime-class/"""

    KIND: ClassVar[Kind] = Kind("node.k8s.io/v1", "RuntimeClass", "runtimeclasses", namespaced=False)

    handler: str = ""
    overhead: RuntimeClassOverhead | None = None
    scheduling: RuntimeClassScheduling | None = None
