"""Leases: the heartbeats of nodes and leaders."""

from typing import ClassVar

from kubedx.kube.object import KubeObject, Struct, Timestamp
from kubedx.kube.ref import Kind


class LeaseSpec(Struct, frozen=True):
    """Who holds a lease, until `lease_duration_seconds` after `renew_time`."""

    acquire_time: Timestamp | None = None
    holder_identity: str = ""
    lease_duration_seconds: int | None = None
    lease_transitions: int = 0
    preferred_holder: str = ""
    renew_time: Timestamp | None = None
    strategy: str = ""


class Lease(KubeObject, frozen=True):
    """A Lease. https://kubernetes.io/docs/concepts/architecture/leases/"""

    KIND: ClassVar[Kind] = Kind("coordination.k8s.io/v1", "Lease", "leases")

    spec: LeaseSpec = LeaseSpec()
