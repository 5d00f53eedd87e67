"""Limits that a namespace sets."""

from typing import ClassVar

from kubedx.kube.object import KubeObject, Struct
from kubedx.kube.quantity import Quantity
from kubedx.kube.ref import Kind


class ScopedResourceSelectorRequirement(Struct, frozen=True):
    """One requirement on the scope of a quota."""

    operator: str = ""
    scope_name: str = ""
    values: tuple[str, ...] = ()


class ScopeSelector(Struct, frozen=True):
    """The objects that a quota counts."""

    match_expressions: tuple[ScopedResourceSelectorRequirement, ...] = ()


class ResourceQuotaSpec(Struct, frozen=True):
    """The hard limits of a quota."""

    hard: dict[str, Quantity] = {}
    scope_selector: ScopeSelector | None = None
    scopes: tuple[str, ...] = ()


class ResourceQuotaStatus(Struct, frozen=True):
    """The hard limits in force, and what is used."""

    hard: dict[str, Quantity] = {}
    used: dict[str, Quantity] = {}


class ResourceQuota(KubeObject, frozen=True):
    """A ResourceQuota. https://kubernetes.io/docs/concepts/policy/resource-quotas/"""

    KIND: ClassVar[Kind] = Kind("v1", "ResourceQuota", "resourcequotas")

    spec: ResourceQuotaSpec = ResourceQuotaSpec()
    status: ResourceQuotaStatus = ResourceQuotaStatus()


class LimitRangeItem(Struct, frozen=True):
    """The limits for one type: Container, Pod or PersistentVolumeClaim."""

    default: dict[str, Quantity] = {}
    default_request: dict[str, Quantity] = {}
    max: dict[str, Quantity] = {}
    max_limit_request_ratio: dict[str, Quantity] = {}
    min: dict[str, Quantity] = {}
    type: str = ""


class LimitRangeSpec(Struct, frozen=True):
    """The limits of a LimitRange."""

    limits: tuple[LimitRangeItem, ...] = ()


class LimitRange(KubeObject, frozen=True):
    """A LimitRange. https://kubernetes.io/docs/concepts/policy/limit-range/"""

    KIND: ClassVar[Kind] = Kind("v1", "LimitRange", "limitranges")

    spec: LimitRangeSpec = LimitRangeSpec()
