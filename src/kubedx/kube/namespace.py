"""Namespaces."""

from typing import ClassVar

from kubedx.kube.object import Condition, KubeObject, Struct
from kubedx.kube.ref import Kind


class NamespaceSpec(Struct, frozen=True):
    """What still has to happen before the namespace may go."""

    finalizers: tuple[str, ...] = ()


class NamespaceStatus(Struct, frozen=True):
    """Phase and conditions of a namespace."""

    conditions: tuple[Condition, ...] = ()
    phase: str = ""


class Namespace(KubeObject, frozen=True):
    """A namespace."""

    KIND: ClassVar[Kind] = Kind("v1", "Namespace", "namespaces", namespaced=False)

    spec: NamespaceSpec = NamespaceSpec()
    status: NamespaceStatus = NamespaceStatus()
