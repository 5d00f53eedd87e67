"""Pods that are not ready yet and need not be."""

from datetime import datetime, timedelta

from kubedx.kube import Container, ContainerStatus, Pod, Probe

GRACE = timedelta(seconds=60)
"""Time for scheduling, pulling and starting, before probes count."""

_FAILING = {
    "CrashLoopBackOff",
    "CreateContainerConfigError",
    "CreateContainerError",
    "ErrImageNeverPull",
    "ErrImagePull",
    "ImageInspectError",
    "ImagePullBackOff",
    "InvalidImageName",
    "PostStartHookError",
    "RunContainerError",
}


def is_ready(pod: Pod) -> bool:
    """Whether a pod takes traffic."""
    return any(one.type == "Ready" and one.status == "True" for one in pod.status.conditions)


def is_starting(pod: Pod, now: datetime) -> bool:
    """Whether a pod is young enough not to be ready, by its own probes, and nothing about it fails."""
    created = pod.metadata.creation_timestamp
    statuses = pod.status.init_container_statuses + pod.status.container_statuses
    if created is None or any(_fails(status) for status in statuses):
        return False
    return now - created < GRACE + max((_budget(container) for container in pod.spec.containers), default=timedelta())


def _fails(status: ContainerStatus) -> bool:
    waiting, last = status.state.waiting, status.last_state.terminated
    return (waiting is not None and waiting.reason in _FAILING) or last is not None


def _budget(container: Container) -> timedelta:
    """How long a container may take by its own startup and readiness probes."""
    return timedelta(seconds=sum(_seconds(probe) for probe in (container.startup_probe, container.readiness_probe) if probe is not None))


def _seconds(probe: Probe) -> int:
    return probe.initial_delay_seconds + probe.period_seconds * probe.failure_threshold
