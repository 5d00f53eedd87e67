"""Taints, and the tolerations that let a pod stay on a node in spite of them."""

from kubedx.kube.object import Struct, Timestamp


class Taint(Struct, frozen=True):
    """A mark on a node that keeps pods away. https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/"""

    effect: str = ""
    key: str = ""
    time_added: Timestamp | None = None
    value: str = ""


class Toleration(Struct, frozen=True):
    """A pod's leave to run on a node with a matching taint."""

    effect: str = ""
    key: str = ""
    operator: str = "Equal"
    toleration_seconds: int | None = None
    value: str = ""
