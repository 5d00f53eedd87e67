"""pod-stuck-terminating"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import is_well, newest
from kubedx.analyzers.evidence import event, field, quoted
from kubedx.findings import Effect, Evidence, Severity
from kubedx.inventory import Absent, Found, Inventory
from kubedx.kube import Node, Pod, Ref, condition, format_duration

PATIENCE = timedelta(minutes=2)
"""Time beyond the grace period for volumes to be unmounted and the object to go."""


@rule(
    filter="Pod",
    on=Pod,
    consults=(Node,),
    severity=Severity.WARNING,
    suffers=Effect.CANNOT_BE_DELETED,
    produces=(Effect.CANNOT_BE_DELETED, Effect.UNAVAILABLE),
    unless=is_well,
    added="0.1",
)
def pod_stuck_terminating(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A pod that is being deleted does not go.

    ## What it means
    Its grace period is over, and the object is still there: a finalizer waits for somebody, its node does not answer, or the kubelet cannot
    end a container or unmount a volume. A StatefulSet does not replace it as long as it is there.

    ## When it is not reported
    Within the grace period and two minutes after it.

    ## How to fix it
    Let the owner of the finalizer do its work (or take the finalizer away), bring the node back, or delete the pod by force when the node
    is certainly gone.
    """
    deleted = pod.metadata.deletion_timestamp
    if deleted is None or inventory.now - deleted < PATIENCE:
        return
    why, cause, evidence = _why(pod, inventory)
    yield Hit(
        message=f"is stuck in Terminating for {format_duration(inventory.now - deleted)}: {why}",
        evidence=(field(pod, "metadata.deletionTimestamp", f"{deleted:%Y-%m-%dT%H:%M:%SZ}"), *evidence),
        cause=cause,
        since=deleted,
        values={"node": pod.spec.node_name, "finalizer": next(iter(pod.metadata.finalizers), "")},
    )


def _why(pod: Pod, inventory: Inventory) -> tuple[str, Ref | None, tuple[Evidence, ...]]:
    """What holds it, the node when that is it, and the evidence."""
    if pod.metadata.finalizers:
        names = ", ".join(pod.metadata.finalizers)
        noun = "finalizer" if len(pod.metadata.finalizers) == 1 else "finalizers"
        return f"nobody removes its {noun} {names}", None, (field(pod, "metadata.finalizers", names),)
    match inventory.get(Node, "", pod.spec.node_name):
        case Absent() if pod.spec.node_name:
            return f'its node "{pod.spec.node_name}" does not exist', None, (field(pod, "spec.nodeName", pod.spec.node_name),)
        case Found(object=node):
            ready = condition(node, "Ready")
            if ready is not None and ready.status != "True":
                evidence = field(node, "status.conditions[Ready].status", ready.status)
                return f'its node "{node.name}" is not ready ({ready.reason or ready.status})', node.ref, (evidence,)
        case _:
            pass
    last = newest(inventory.events(pod, reasons=("FailedKillPod", "FailedUnMount", "FailedPreStopHook")))
    if last is not None:
        return quoted(last.message), None, (event(last),)
    return "the kubelet has not ended it, and nothing says why", None, ()
