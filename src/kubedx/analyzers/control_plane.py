"""The components of the control plane that a cluster shows: their pods and Leases. Managed clusters hide both."""

from datetime import datetime, timedelta

from kubedx.analyzers.evidence import field
from kubedx.analyzers.memo import once_per_inventory
from kubedx.findings import Evidence
from kubedx.inventory import Found, Inventory
from kubedx.kube import Lease, Pod, Ref

SYSTEM = "kube-system"
COMPONENTS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd", "cloud-controller-manager")
READS = (Lease, Pod)
"""The kinds that are looked at here."""

COLLECTED_WITHIN = timedelta(minutes=30)
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
    """How long ago a Lease was renewed, when Leases were read; None when it never was."""
    renewed = lease.spec.renew_time
    return None if renewed is None else _read_at(inventory) - renewed


@once_per_inventory
def _read_at(inventory: Inventory) -> datetime:
    """When Leases were read: some Lease of the cluster is always fresh. A dump is collected over minutes, and its `now` is the end."""
    renewed = [lease.spec.renew_time for lease in inventory.list(Lease) if lease.spec.renew_time is not None]
    newest = max((moment for moment in renewed if moment <= inventory.now), default=inventory.now)
    return newest if inventory.now - newest < COLLECTED_WITHIN else inventory.now
