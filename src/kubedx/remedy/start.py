"""How far the kubelet would get with a pod on a node, in its own words; programs that start are taken to run well."""

from collections.abc import Iterator
from datetime import datetime

from kubedx.analyzers import image_name_fault
from kubedx.inventory import Absent, Found, Inventory
from kubedx.kube import (
    ConfigMap,
    Container,
    ContainerRole,
    ContainerState,
    ContainerStateRunning,
    ContainerStateTerminated,
    ContainerStateWaiting,
    ContainerStatus,
    Pod,
    PodCondition,
    PodStatus,
    Probe,
    Reference,
    ReferenceUse,
    Secret,
    containers,
    references,
)

_MOUNTED = frozenset({ReferenceUse.VOLUME, ReferenceUse.PROJECTED})
_FILES = frozenset({ConfigMap.KIND, Secret.KIND})


def unscheduled_status(refusal: str, since: datetime) -> PodStatus:
    """The status of a pod that the scheduler refuses."""
    return _pending("Unschedulable", refusal, since)


def gated_status(since: datetime) -> PodStatus:
    """The status of a pod that the scheduler does not look at before its gates are gone."""
    return _pending("SchedulingGated", "Scheduling is blocked due to non-empty scheduling gates", since)


def _pending(reason: str, message: str, since: datetime) -> PodStatus:
    told = PodCondition(type="PodScheduled", status="False", reason=reason, message=message, last_transition_time=since)
    return PodStatus(phase="Pending", conditions=(told,))


def started_status(pod: Pod, inventory: Inventory, since: datetime, unpullable: dict[str, str]) -> PodStatus:
    """The status of a pod on a node. `unpullable` are images that the cluster fails to pull now, with the words for it."""
    unmounted = any(_is_missing(one, pod, inventory) for one in _needed(pod) if one.use in _MOUNTED and one.kind in _FILES)
    states = {one.container.name: _waiting(pod, one.container, inventory, unpullable) for one in containers(pod.spec)}
    init = [one for one in containers(pod.spec) if one.role in {ContainerRole.INIT, ContainerRole.SIDECAR}]
    stuck = unmounted or any(states[one.container.name] is not None for one in init)
    statuses: dict[ContainerRole, list[ContainerStatus]] = {ContainerRole.INIT: [], ContainerRole.APP: []}
    for container, role in containers(pod.spec):
        if role is ContainerRole.EPHEMERAL:
            continue
        waiting = states[container.name]
        if unmounted:
            waiting = ContainerStateWaiting(reason="ContainerCreating")
        elif stuck and role is ContainerRole.APP:
            waiting = ContainerStateWaiting(reason="PodInitializing")
        group = ContainerRole.APP if role is ContainerRole.APP else ContainerRole.INIT
        statuses[group].append(_status(container, role, waiting, since))
    ready = all(one.ready for one in (*statuses[ContainerRole.INIT], *statuses[ContainerRole.APP]))
    running = not any(one.state.waiting for one in (*statuses[ContainerRole.INIT], *statuses[ContainerRole.APP]))
    told = "True" if ready else "False"
    why = "" if ready else "ContainersNotReady"
    return PodStatus(
        phase="Running" if running else "Pending",
        start_time=since,
        init_container_statuses=tuple(statuses[ContainerRole.INIT]),
        container_statuses=tuple(statuses[ContainerRole.APP]),
        conditions=(
            PodCondition(type="PodScheduled", status="True", last_transition_time=since),
            PodCondition(type="Initialized", status="False" if stuck else "True", last_transition_time=since),
            PodCondition(type="ContainersReady", status=told, reason=why, last_transition_time=since),
            PodCondition(type="Ready", status=told, reason=why, last_transition_time=since),
            *(PodCondition(type=gate.condition_type, status="True", last_transition_time=since) for gate in pod.spec.readiness_gates),
        ),
    )


def _status(container: Container, role: ContainerRole, waiting: ContainerStateWaiting | None, since: datetime) -> ContainerStatus:
    if waiting is not None:
        return ContainerStatus(name=container.name, image=container.image, state=ContainerState(waiting=waiting))
    if role is ContainerRole.INIT:
        ended = ContainerStateTerminated(reason="Completed", started_at=since, finished_at=since)
        return ContainerStatus(name=container.name, image=container.image, ready=True, state=ContainerState(terminated=ended))
    return ContainerStatus(
        name=container.name,
        image=container.image,
        ready=not _asks_unknown_port(container),
        started=True,
        state=ContainerState(running=ContainerStateRunning(started_at=since)),
    )


def _waiting(pod: Pod, container: Container, inventory: Inventory, unpullable: dict[str, str]) -> ContainerStateWaiting | None:
    """Why a container would not start; None when nothing that can be seen keeps it."""
    image = container.image
    if image_name_fault(image):
        message = f'Failed to apply default image tag "{image}": couldn\'t parse image name "{image}": invalid reference format'
        return ContainerStateWaiting(reason="InvalidImageName", message=message)
    if image in unpullable:
        return ContainerStateWaiting(reason="ImagePullBackOff", message=unpullable[image])
    own = (one for one in _needed(pod) if one.use not in _MOUNTED and one.part == container.name)
    for one in own:
        if _is_missing(one, pod, inventory):
            return ContainerStateWaiting(reason="CreateContainerConfigError", message=_words(one, pod, inventory))
    return None


def _needed(pod: Pod) -> Iterator[Reference]:
    return (one for one in references(pod.spec, pod.name) if not one.optional)


def _is_missing(one: Reference, pod: Pod, inventory: Inventory) -> bool:
    """Whether what is referred to certainly does not exist, or lacks the key."""
    match inventory.find(one.kind.ref(pod.namespace, one.name)):
        case Absent():
            return True
        case Found(held):
            return bool(one.key) and isinstance(held, ConfigMap | Secret) and held.keys_known and one.key not in held.keys
        case _:
            return False


def _words(one: Reference, pod: Pod, inventory: Inventory) -> str:
    """As pkg/kubelet/kubelet_pods.go says it."""
    if isinstance(inventory.find(one.kind.ref(pod.namespace, one.name)), Found):
        return f"couldn't find key {one.key} in {one.kind.kind} {pod.namespace}/{one.name}"
    return f'{one.kind.kind.lower()} "{one.name}" not found'


def _asks_unknown_port(container: Container) -> bool:
    """Whether a probe asks a port by a name that the container does not declare."""
    names = {port.name for port in container.ports}
    return any(
        isinstance(port, str) and not port.isdigit() and port not in names
        for probe in (container.startup_probe, container.readiness_probe, container.liveness_probe)
        if (port := _port(probe)) is not None
    )


def _port(probe: Probe | None) -> int | str | None:
    action = (probe.http_get or probe.tcp_socket) if probe is not None else None
    return action.port if action is not None else None
