"""Containers of a pod: how to name them, whether they are stuck, and since when."""

from collections.abc import Iterator
from datetime import datetime

from kubedx.analyzers.evidence import field
from kubedx.analyzers.starting import is_ready
from kubedx.findings import Evidence
from kubedx.inventory import Inventory
from kubedx.kube import (
    ContainerRole,
    ContainerStateTerminated,
    ContainerView,
    Event,
    KubeObject,
    Pod,
    condition,
    container_statuses,
    first_seen,
    last_seen,
)

ENDED = frozenset({"Succeeded", "Failed"})

_LABELS = {
    ContainerRole.INIT: "init container",
    ContainerRole.SIDECAR: "sidecar",
    ContainerRole.APP: "container",
    ContainerRole.EPHEMERAL: "container",
}


def label(view: ContainerView) -> str:
    """How a message names a container: `init container "migrate"`."""
    return f'{_LABELS[view.role]} "{view.container.name}"'


def part(view: ContainerView) -> str:
    """How a finding's part names it: `init container migrate`, `container api`."""
    return f"{'init container' if view.role is ContainerRole.INIT else 'container'} {view.container.name}"


def spec_path(view: ContainerView) -> str:
    """Where a container is declared: `spec.initContainers[migrate]`, `spec.containers[api]`."""
    return view.path.replace("status.", "spec.", 1).replace("Statuses", "s", 1)


def is_live(pod: Pod) -> bool:
    """Whether a pod still has to do its work: it has not ended and is not being deleted."""
    return pod.metadata.deletion_timestamp is None and pod.status.phase not in ENDED


def is_well(pod: Pod) -> bool:
    """Whether there is nothing to look at: a ready pod of which no container was ever restarted. Nearly all pods are, so this is quick."""
    status = pod.status
    if status.phase != "Running" or pod.metadata.deletion_timestamp is not None:
        return False
    # Loops, not generators: every rule on containers asks this of every pod.
    for container in status.container_statuses:
        if not container.ready or container.restart_count:
            return False
    for one in status.conditions:
        if one.type == "Ready":
            return one.status == "True"
    return False


def live_containers(pod: Pod) -> Iterator[ContainerView]:
    """The containers of a live pod, without the ephemeral ones of somebody who debugs."""
    if is_live(pod):
        yield from (view for view in container_statuses(pod) if view.role is not ContainerRole.EPHEMERAL)


def suspect_containers(pod: Pod) -> Iterator[ContainerView]:
    """The containers of a live pod that is not well: rules on what containers suffer look at no others."""
    if not is_well(pod):
        yield from live_containers(pod)


def waiting_for(view: ContainerView) -> tuple[str, str]:
    """The reason and message of a container that waits; empty when it does not."""
    waiting = view.status.state.waiting if view.status else None
    return (waiting.reason, waiting.message) if waiting else ("", "")


def last_end(view: ContainerView) -> tuple[str, ContainerStateTerminated] | None:
    """How the container ended last, with the path of that state: the present one where it has ended, or the one before."""
    if view.status is None:
        return None
    if view.status.state.terminated is not None:
        return f"{view.path}.state.terminated", view.status.state.terminated
    if view.status.last_state.terminated is not None:
        return f"{view.path}.lastState.terminated", view.status.last_state.terminated
    return None


def waiting_evidence(pod: Pod, view: ContainerView) -> tuple[Evidence, ...]:
    """The reason for which a container waits, and its message."""
    reason, message = waiting_for(view)
    path = f"{view.path}.state.waiting"
    return (field(pod, f"{path}.reason", reason), *((field(pod, f"{path}.message", message),) if message else ()))


def unready_since(pod: Pod) -> datetime | None:
    """Since when a pod has not been ready; since it was made, where it never was."""
    ready = condition(pod, "Ready")
    if ready is not None and ready.status != "True" and ready.last_transition_time is not None:
        return ready.last_transition_time
    return pod.metadata.creation_timestamp


def ending_since(pod: Pod, view: ContainerView, end: ContainerStateTerminated | None, inventory: Inventory) -> datetime | None:
    """Since when a container ends again and again: the earliest moment that is known, which no later restart moves.

    That the kubelet first held it back, or that the pod ceased to be ready before the run that ended last; else when the pod started.
    """
    if end is not None and pod.status.phase == "Failed":
        return end.finished_at
    ready = condition(pod, "Ready")
    unready = ready.last_transition_time if ready is not None and ready.status != "True" else None
    if unready and end is not None and end.started_at is not None and unready > end.started_at:
        unready = None
    held_back = (first_seen(event) for event in container_events(pod, view.container.name, inventory, ("BackOff",)))
    known = [moment for moment in (*held_back, unready) if moment]
    if known:
        return min(known)
    restarts = view.status.restart_count if view.status else 0
    return end.finished_at if end is not None and restarts <= 1 else pod.status.start_time or pod.metadata.creation_timestamp


def container_events(pod: Pod, name: str, inventory: Inventory, reasons: tuple[str, ...], type: str = "Warning") -> tuple[Event, ...]:  # noqa: A002  # the field's name
    """The events of one container of a pod, oldest first. Reporters that name no container count for all."""
    about = inventory.events(pod, reasons=reasons, type=type)
    return tuple(one for one in about if not one.involved_object.field_path or one.involved_object.field_path.endswith(f"{{{name}}}"))


def newest(events: tuple[Event, ...], word: str = "") -> Event | None:
    """The newest of these events whose message holds the word."""
    return next((event for event in reversed(events) if word in event.message), None)


def has_started(view: ContainerView) -> bool:
    """Whether a container runs, or has ever run."""
    status = view.status
    return status is not None and (
        status.state.running is not None or status.state.terminated is not None or status.last_state.terminated is not None
    )


def is_settled(pod: Pod, events: tuple[Event, ...]) -> bool:
    """Whether a pod has become ready after the last of these events: then they are history."""
    ready = condition(pod, "Ready")
    if not is_ready(pod) or ready is None:
        return False
    last = max((moment for event in events if (moment := last_seen(event))), default=None)
    return last is None or ready.last_transition_time is None or ready.last_transition_time >= last


def revision(obj: KubeObject) -> int:
    """The revision of a ReplicaSet of a Deployment; 0 where there is none."""
    written = obj.metadata.annotations.get("deployment.kubernetes.io/revision", "")
    return int(written) if written.isdigit() else 0
