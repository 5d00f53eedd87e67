"""Which of the custom kinds that an API server serves are worth a list: those that may say how their objects are."""

from collections.abc import Iterable

from kubedx.kube import GroupKind, Kind, type_of

MOST = 500
"""Kinds that are listed at most. A cluster with every provider of Crossplane serves thousands, nearly all of them empty."""

_DATA_GROUPS = frozenset(
    {
        "aquasecurity.github.io",  # Trivy: a report an image and check, megabytes each
        "crd.projectcalico.org",  # Calico: addresses and settings
        "internal.autoscaling.k8s.io",
        "reports.kyverno.io",  # Kyverno: what its policy reports are made from
        "spdx.softwarecomposition.kubescape.io",
        "whereabouts.cni.cncf.io",
    }
)
"""Groups whose objects are data and settings of a component, and carry no state of their own."""

_DATA_KINDS = frozenset(
    {
        GroupKind("cilium.io", "CiliumEndpoint"),
        GroupKind("cilium.io", "CiliumEndpointSlice"),
        GroupKind("cilium.io", "CiliumIdentity"),
        GroupKind("kyverno.io", "AdmissionReport"),
        GroupKind("kyverno.io", "BackgroundScanReport"),
        GroupKind("kyverno.io", "UpdateRequest"),
        GroupKind("longhorn.io", "BackingImageDataSource"),
        GroupKind("longhorn.io", "Setting"),
    }
)
"""One object a pod, identity or request: as many as pods, or more."""


def worth_listing(served: Iterable[Kind]) -> tuple[Kind, ...]:
    """The kinds without a type that are worth a list, in order, `MOST` at most."""
    chosen = (kind for kind in served if type_of(kind.group_kind) is None and not _is_data(kind))
    return tuple(sorted(chosen))[:MOST]


def _is_data(kind: Kind) -> bool:
    return kind.group in _DATA_GROUPS or kind.group_kind in _DATA_KINDS
