"""What a rule asks of an object without caring for its kind."""

import enum
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from kubedx.kube.batch import CronJob, Job
from kubedx.kube.container import Container
from kubedx.kube.object import Condition, KubeObject, RawObject
from kubedx.kube.pod import ContainerStatus, Pod, PodSpec, PodTemplateSpec
from kubedx.kube.workloads import DaemonSet, Deployment, ReplicaSet, ReplicationController, StatefulSet


def pod_template(obj: KubeObject) -> PodTemplateSpec | None:
    """What a workload makes its pods from, None for what makes none.

    A custom resource counts where its `spec.template` is a pod template (Argo Rollouts, Knative and others).
    """
    match obj:
        case Deployment() | ReplicaSet() | StatefulSet() | DaemonSet() | ReplicationController() | Job():
            return obj.spec.template
        case CronJob():
            return obj.spec.job_template.spec.template
        case RawObject():
            return _raw_template(obj.data)
        case _:
            return None


def _raw_template(data: dict[str, Any]) -> PodTemplateSpec | None:
    template = _member(_member(data, "spec"), "template")
    if not isinstance(_member(template, "spec").get("containers"), list):
        return None
    try:
        return msgspec.convert(template, PodTemplateSpec)
    except msgspec.ValidationError:
        return None


def _member(data: dict[str, Any], key: str) -> dict[str, Any]:
    member = data.get(key)
    return member if isinstance(member, dict) else {}


def pod_spec(obj: KubeObject) -> PodSpec | None:
    """The spec of a pod, or of the pods that a workload makes."""
    if isinstance(obj, Pod):
        return obj.spec
    template = pod_template(obj)
    return template.spec if template else None


class ContainerRole(enum.StrEnum):
    """What a container is to its pod.

    A sidecar is an init container that keeps running: its restartPolicy is Always.
    https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
    """

    INIT = "init"
    SIDECAR = "sidecar"
    APP = "app"
    EPHEMERAL = "ephemeral"


class RoledContainer(NamedTuple):
    """A container, and what it is to its pod."""

    container: Container
    role: ContainerRole


def containers(spec: PodSpec) -> Iterator[RoledContainer]:
    """All containers in the order of their start: init containers and sidecars, app containers, ephemeral ones."""
    for container in spec.init_containers:
        yield RoledContainer(container, ContainerRole.SIDECAR if container.restart_policy == "Always" else ContainerRole.INIT)
    for container in spec.containers:
        yield RoledContainer(container, ContainerRole.APP)
    for ephemeral in spec.ephemeral_containers:
        yield RoledContainer(ephemeral, ContainerRole.EPHEMERAL)


class ContainerView(NamedTuple):
    """A container of a pod with its status, None when the kubelet has not reported it yet.

    `path` is the list of its status, as evidence names it: `status.initContainerStatuses[migrate]`.
    """

    container: Container
    status: ContainerStatus | None
    role: ContainerRole
    path: str


def container_statuses(pod: Pod) -> Iterator[ContainerView]:
    """All containers of a pod, in the order of `containers`, each with its status."""
    status = pod.status
    init = ("initContainerStatuses", {each.name: each for each in status.init_container_statuses})
    app = ("containerStatuses", {each.name: each for each in status.container_statuses})
    ephemeral = ("ephemeralContainerStatuses", {each.name: each for each in status.ephemeral_container_statuses})
    lists = {ContainerRole.INIT: init, ContainerRole.SIDECAR: init, ContainerRole.APP: app, ContainerRole.EPHEMERAL: ephemeral}
    for container, role in containers(pod.spec):
        field, statuses = lists[role]
        yield ContainerView(container, statuses.get(container.name), role, f"status.{field}[{container.name}]")


def conditions(obj: KubeObject) -> tuple[Condition, ...]:
    """The conditions of an object's status; those of a custom resource too, as far as they have the usual form."""
    if isinstance(obj, RawObject):
        found = _member(obj.data, "status").get("conditions")
        entries = found if isinstance(found, list) else []
        return tuple(condition for condition in map(_condition, entries) if condition is not None)
    typed: tuple[Condition, ...] = getattr(getattr(obj, "status", None), "conditions", ())
    return typed


_LENIENT = ("type", "status", "reason", "message")


def _condition(entry: Any) -> Condition | None:
    if not isinstance(entry, dict):
        return None
    try:
        return msgspec.convert(entry, Condition)
    except msgspec.ValidationError:
        # One bad field, often a time that is none, must not hide what the condition says.
        return Condition(**{name: entry[name] for name in _LENIENT if isinstance(entry.get(name), str)})


def condition(obj: KubeObject, condition_type: str) -> Condition | None:
    """The condition of one type, None where the status has none."""
    return next((each for each in conditions(obj) if each.type == condition_type), None)
