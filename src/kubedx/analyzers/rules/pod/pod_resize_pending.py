"""pod-resize-pending"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import is_live
from kubedx.analyzers.evidence import field, quoted
from kubedx.findings import Evidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Container, Pod, condition, parse_quantity

PATIENCE = timedelta(minutes=5)
"""Time for a resize to be carried out, or for other pods to leave."""


class _State(NamedTuple):
    words: str
    reason: str
    said: str
    evidence: tuple[Evidence, ...]
    since: datetime | None
    hopeless: bool


@rule(filter="Pod", on=Pod, severity=Severity.WARNING, added="0.1")
def pod_resize_pending(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """The resources of a running pod were changed in place, and its node does not follow.

    ## What it means
    A resize without a restart was asked for. Infeasible: the node can never give that much, or may not change this pod (a static pod, swap,
    a CPU policy). Deferred: it has no room now, and tries again when other pods leave. In error: the runtime could not carry it out.
    Until then the containers run with what they had.

    ## When it is not reported
    In the first five minutes of a resize that is deferred or under way, unless the kubelet reports an error.

    ## How to fix it
    Ask for what the node can give, make room on it, or let the workload replace the pod so that it finds another node.
    """
    if not is_live(pod) or not pod.spec.node_name:
        return
    state = _state(pod)
    if state is None or (not state.hopeless and state.since is not None and inventory.now - state.since < PATIENCE):
        return
    container, change, evidence = _change(pod)
    wanted = f' of container "{container}" ({change})' if container else ""
    yield Hit(
        message=f'a resize{wanted} {state.words} on node "{pod.spec.node_name}"{f": {state.said}" if state.said else ""}',
        evidence=(*state.evidence, *evidence),
        part=f"container {container}" if container else "",
        since=state.since,
        error_class=state.reason,
        values={"node": pod.spec.node_name, "change": change, "reason": state.reason, "why": state.said},
    )


def _state(pod: Pod) -> _State | None:
    """How far the resize is: by the conditions, or by the field that kubelets before 1.33 have instead."""
    pending, under_way = condition(pod, "PodResizePending"), condition(pod, "PodResizeInProgress")
    for one, words in ((pending, "is pending"), (under_way, "is not carried out")):
        if one is None or one.status != "True":
            continue
        said = {"Infeasible": "is infeasible", "Deferred": "is deferred", "Error": "fails"}.get(one.reason, words)
        evidence = [field(pod, f"status.conditions[{one.type}].reason", one.reason or one.status)]
        evidence += [field(pod, f"status.conditions[{one.type}].message", one.message)] if one.message else []
        hopeless = one.reason in {"Infeasible", "Error"}
        return _State(said, one.reason, quoted(one.message), tuple(evidence), one.last_transition_time, hopeless)
    if pod.status.resize in {"Infeasible", "Deferred"}:
        evidence = [field(pod, "status.resize", pod.status.resize)]
        return _State(f"is {pod.status.resize.lower()}", pod.status.resize, "", tuple(evidence), None, hopeless=True)
    return None


def _change(pod: Pod) -> tuple[str, str, tuple[Evidence, ...]]:
    """The first container that does not have what it asks for, what differs, and the evidence."""
    statuses = {status.name: status for status in (*pod.status.container_statuses, *pod.status.init_container_statuses)}
    for container in (*pod.spec.containers, *pod.spec.init_containers):
        status = statuses.get(container.name)
        if status is None or status.resources is None:
            continue
        for kind, wanted, given in (
            ("requests", container.resources.requests, status.resources.requests),
            ("limits", container.resources.limits, status.resources.limits),
        ):
            for resource in ("cpu", "memory"):
                if resource in wanted and resource in given and _differ(str(wanted[resource]), str(given[resource])):
                    change = f"{resource} {kind} {given[resource]} to {wanted[resource]}"
                    path = f"status.containerStatuses[{container.name}].resources.{kind}.{resource}"
                    return container.name, change, (_asked(pod, container, kind, resource), field(pod, path, str(given[resource])))
    return "", "", ()


def _asked(pod: Pod, container: Container, kind: str, resource: str) -> Evidence:
    amounts = container.resources.requests if kind == "requests" else container.resources.limits
    return field(pod, f"spec.containers[{container.name}].resources.{kind}.{resource}", str(amounts[resource]))


def _differ(one: str, other: str) -> bool:
    try:
        return parse_quantity(one) != parse_quantity(other)
    except ValueError:
        return False
