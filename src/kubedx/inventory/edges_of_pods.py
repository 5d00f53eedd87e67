"""What pods need, and what the objects that make pods need by their templates."""

from collections.abc import Iterator

from kubedx.inventory.edge_layer import layer
from kubedx.inventory.edges import Edge, EdgeKind
from kubedx.inventory.makers import MAKERS, pod_specs
from kubedx.inventory.snapshot import Snapshot
from kubedx.kube import (
    KubeObject,
    Node,
    PersistentVolumeClaim,
    Pod,
    PodSpec,
    PriorityClass,
    Ref,
    ReferenceUse,
    RuntimeClass,
    ServiceAccount,
    StatefulSet,
    references,
)

_EDGE_KINDS = {
    ReferenceUse.ENV: EdgeKind.READS_ENV,
    ReferenceUse.ENV_FROM: EdgeKind.READS_ENV,
    ReferenceUse.VOLUME: EdgeKind.MOUNTS,
    ReferenceUse.PROJECTED: EdgeKind.MOUNTS,
    ReferenceUse.IMAGE_PULL: EdgeKind.USES,
}


@layer((EdgeKind.RUNS_ON,), (Pod,))
def running(snapshot: Snapshot) -> Iterator[Edge]:
    """Pods and the nodes to which they are bound."""
    for node, pods in snapshot.table(Pod.KIND.group_kind).pods_by_node.items():
        target = Node.KIND.ref("", node)
        for pod in pods:
            yield Edge(EdgeKind.RUNS_ON, pod.ref, target)


@layer((EdgeKind.MOUNTS, EdgeKind.READS_ENV, EdgeKind.USES), (Pod, PersistentVolumeClaim, *MAKERS))
def used(snapshot: Snapshot) -> Iterator[Edge]:
    """What pod specs name; and the claims that StatefulSets have made for their pods."""
    for obj, spec in pod_specs(snapshot):
        source = snapshot.canonical(obj.ref)
        pod_name = obj.name if isinstance(obj, Pod) else ""
        for found in references(spec, pod_name):
            yield Edge(_EDGE_KINDS[found.use], source, found.kind.ref(obj.namespace, found.name))
        for target in _classes(obj, spec):
            yield Edge(EdgeKind.USES, source, target)
    yield from _claims(snapshot)


def _classes(obj: KubeObject, spec: PodSpec) -> Iterator[Ref]:
    """The account of the pods, `default` where none is named, and their priority and runtime."""
    yield ServiceAccount.KIND.ref(obj.namespace, spec.service_account_name or "default")
    if spec.priority_class_name:
        yield PriorityClass.KIND.ref("", spec.priority_class_name)
    if spec.runtime_class_name:
        yield RuntimeClass.KIND.ref("", spec.runtime_class_name)


def _claims(snapshot: Snapshot) -> Iterator[Edge]:
    """StatefulSets and their claims, those of replicas that are no more among them. A claim is named by template, set and ordinal.

    https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-storage
    """
    stems = {
        (workload.namespace, f"{template.metadata.name}-{workload.name}"): workload.ref
        for workload in snapshot.objects(StatefulSet)
        for template in workload.spec.volume_claim_templates
    }
    for claim in snapshot.objects(PersistentVolumeClaim):
        stem, _, ordinal = claim.name.rpartition("-")
        workload_ref = stems.get((claim.namespace, stem))
        if workload_ref is not None and ordinal.isdecimal():
            yield Edge(EdgeKind.MOUNTS, workload_ref, claim.ref)
