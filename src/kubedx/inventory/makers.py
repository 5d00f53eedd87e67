"""The objects that make pods."""

from collections.abc import Iterator

from kubedx.inventory.snapshot import Snapshot
from kubedx.kube import (
    CronJob,
    DaemonSet,
    Deployment,
    Job,
    KubeObject,
    Pod,
    PodSpec,
    PodTemplateSpec,
    RawObject,
    ReplicaSet,
    ReplicationController,
    StatefulSet,
)

MAKERS: tuple[type[KubeObject], ...] = (
    RawObject,
    CronJob,
    DaemonSet,
    Deployment,
    Job,
    ReplicaSet,
    ReplicationController,
    StatefulSet,
)
"""The kinds that have a pod template, those that make others of them first.

Of the kinds without a type, which RawObject stands for, objects count whose `spec.template` is one.
"""


def makers(snapshot: Snapshot) -> Iterator[tuple[KubeObject, PodTemplateSpec]]:
    """The objects that make pods, each with its template. Not those that a rollout has left behind at no replicas."""
    for kind in MAKERS:
        for obj, template in snapshot.table(kind.KIND.group_kind).templates:
            if not _is_left_behind(obj):
                yield obj, template


def pod_specs(snapshot: Snapshot) -> Iterator[tuple[KubeObject, PodSpec]]:
    """The pods and the objects that make pods, each with the spec of its pods."""
    for obj in snapshot.table(Pod.KIND.group_kind).all:
        if isinstance(obj, Pod):
            yield obj, obj.spec
    for obj, template in makers(snapshot):
        yield obj, template.spec


def _is_left_behind(obj: KubeObject) -> bool:
    return isinstance(obj, ReplicaSet) and obj.spec.replicas == 0 and obj.metadata.controller is not None
