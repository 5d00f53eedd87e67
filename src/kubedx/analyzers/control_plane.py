"""The components of the control plane that a cluster shows: their pods and Leases. Managed clusters hide both."""

from datetime import datetime, timedelta

from kubedx.analyzers.evidence import field
from kubedx.analyzers.memo import once_per_inventory
from kubedx.findings import Evidence
from kubedx.inventory import Found, Inventory
from kubedx.kube import Lease, Origin, Pod, Ref

SYSTEM = "kube-system"
COMPONENTS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd", "cloud-controller-manager")
READS = (Lease, Pod)
"""The kinds that are looked at here."""

COLLECTED_WITHIN = timedelta(minutes=15)
"""A slow collection of a dump: its Leases may be that much older than its newest object."""


def component_of(pod: Pod) -> str:
    """The component of the control plane that a pod runs, by the labels of kubeadm and OpenShift; empty when it runs none."""
    labels = pod.metadata.labels
    name = labels.get("component", "") or labels.get("app", "").removeprefix("openshift-")
    system = pod.namespace == SYSTEM or pod.namespace.startswith("openshift-")
    return name if system and name in COMPONENTS else ""


def where_to_look(component: str, inventory: Inventory) -> tuple[Ref, tuple[Evidence, ...]]:
    """The pod of a component, or else its Lease, which every one that elects a leader has. Needs `READS`."""
    for pod in inventory.select_labels(Pod, SYSTEM, {"component": component}):
        return pod.ref, (field(pod, "status.phase", pod.status.phase),)
    match inventory.get(Lease, SYSTEM, component):
        case Found(object=lease):
            renewed = lease.spec.renew_time
            return lease.ref, (field(lease, "spec.renewTime", renewed.isoformat() if renewed else ""),)
        case _:
            return Lease.KIND.ref(SYSTEM, component), ()


def age_of(lease: Lease, inventory: Inventory) -> timedelta | None:
    """How long ago a Lease was renewed, when Leases were read; None when it never was.

    A dump is collected over minutes and its `now` is the end, so there the newest other Lease tells when Leases were read.
    """
    renewed = lease.spec.renew_time
    if renewed is None:
        return None
    others = [] if inventory.cluster.source is Origin.LIVE else [moment for name, moment in _newest(inventory) if name != lease.ref]
    read_at = next(iter(others), inventory.now)
    return (read_at if inventory.now - read_at < COLLECTED_WITHIN else inventory.now) - renewed


@once_per_inventory
def _newest(inventory: Inventory) -> tuple[tuple[Ref, datetime], ...]:
    """The two Leases that were renewed last, the newest first."""
    renewed = [(lease.ref, lease.spec.renew_time) for lease in inventory.list(Lease) if lease.spec.renew_time is not None]
    past = [(ref, moment) for ref, moment in renewed if moment <= inventory.now]
    return tuple(sorted(past, key=lambda one: one[1], reverse=True)[:2])
