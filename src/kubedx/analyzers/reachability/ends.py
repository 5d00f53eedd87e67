"""The two ends of a connection: the pods of a workload."""

from collections.abc import Mapping

import msgspec

from kubedx.inventory import Found, Inventory
from kubedx.kube import (
    CronJob,
    DaemonSet,
    Deployment,
    Job,
    KubeObject,
    Namespace,
    Pod,
    PodSpec,
    Ref,
    ReplicaSet,
    ReplicationController,
    StatefulSet,
    pod_spec,
    pod_template,
)

WORKLOADS = (Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob, Pod)
"""The kinds that are an end of connections; a Pod only where nothing controls it."""

MAX_ADDRESSES = 20


class End(msgspec.Struct, frozen=True):
    """The pods of a workload as policies see them. `namespace_labels` None is not known; no `addresses` are not known either."""

    ref: Ref
    namespace: str
    labels: Mapping[str, str]
    namespace_labels: Mapping[str, str] | None
    spec: PodSpec
    addresses: tuple[str, ...] = ()

    @property
    def host_network(self) -> bool:
        """Whether the pods use the network of their node, of which policies do not speak."""
        return self.spec.host_network

    @property
    def words(self) -> str:
        """The labels by which a policy's rule names these pods, and their namespace."""
        labels = ", ".join(f"{key}={value}" for key, value in sorted(self.labels.items()))
        return f"{labels or 'without labels'} in namespace {self.namespace}"


def end_of(workload: KubeObject, inventory: Inventory, *, fronts: tuple[str, ...] = ()) -> End | None:
    """The pods of a workload; None where it makes none. `fronts` are further addresses by which they are reached: those of a Service."""
    spec, labels = pod_spec(workload), labels_of(workload)
    if spec is None:
        return None
    place = workload.metadata.namespace
    found = inventory.get(Namespace, "", place)
    own = _addresses(place, labels, inventory)
    return End(
        ref=workload.ref,
        namespace=place,
        labels=labels,
        namespace_labels=found.object.metadata.labels if isinstance(found, Found) else None,
        spec=spec,
        addresses=(*own, *fronts) if own else (),
    )


def labels_of(workload: KubeObject) -> Mapping[str, str]:
    """The labels of a workload's pods."""
    template = None if isinstance(workload, Pod) else pod_template(workload)
    return template.metadata.labels if template is not None else workload.metadata.labels if isinstance(workload, Pod) else {}


def workload_at(ref: Ref, inventory: Inventory) -> KubeObject | None:
    """The workload of a ref: one of those kinds, and not what another one makes."""
    found = inventory.find(ref) if ref.kind in _KINDS else None
    if not isinstance(found, Found) or found.object.metadata.deletion_timestamp is not None:
        return None
    return found.object if found.object.metadata.controller is None else None


def _addresses(namespace: str, labels: Mapping[str, str], inventory: Inventory) -> tuple[str, ...]:
    pods = inventory.select_labels(Pod, namespace, labels)
    return tuple(pod.status.pod_ip for pod in pods if pod.status.pod_ip)[:MAX_ADDRESSES]


_KINDS = frozenset(kind.KIND.kind for kind in WORKLOADS)
