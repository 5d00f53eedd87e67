"""pod-failed"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import is_well
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.rules.pod._replaced import OWNERS, is_replaced
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Pod, condition

_OTHERS = frozenset({"Evicted"})
_BY_DESIGN = frozenset({"Shutdown", "NodeShutdown", "Terminated", "Preempting", "Preempted"})
"""Ends of which a node or a more important pod is the reason; the workload makes another pod."""
_MEANINGS = {
    "NodeAffinity": "the node no longer matches its node selector or affinity",
    "UnexpectedAdmissionError": "the node could not give it what it asks for",
    "OutOfcpu": "the node had not enough CPU left",
    "OutOfmemory": "the node had not enough memory left",
    "OutOfpods": "the node takes no more pods",
    "DeadlineExceeded": "it ran longer than its activeDeadlineSeconds",
    "Shutdown": "its node was shut down",
    "NodeShutdown": "its node was shut down",
    "Terminated": "its node was shut down",
    "NodeLost": "its node is gone",
    "Preempting": "a more important pod took its place",
}


@rule(
    filter="Pod",
    on=Pod,
    consults=OWNERS,
    severity=Severity.ERROR,
    suffers=Effect.CRASHES,
    produces=WITHOUT_PODS,
    unless=is_well,
    added="0.1",
)
def pod_failed(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A pod has failed as a whole, and nothing has taken its place.

    ## What it means
    The kubelet or the node controller ended the pod for the reason that its status gives, such as NodeAffinity, OutOfcpu or
    DeadlineExceeded; not because one of its containers failed.

    ## When it is not reported
    When its workload has all of its pods again; for pods of Jobs, evicted pods and pods whose containers failed: other rules speak of them.

    ## How to fix it
    Act on the reason, then delete the pod: a controller makes a new one.
    """
    reason = pod.status.reason
    if pod.status.phase != "Failed" or not reason or reason in _OTHERS or pod.metadata.deletion_timestamp is not None:
        return
    if is_replaced(pod, inventory):
        return
    ready = condition(pod, "Ready")
    meaning = f" ({_MEANINGS[reason]})" if reason in _MEANINGS else ""
    said = f": {quoted(pod.status.message)}" if pod.status.message else ""
    yield Hit(
        message=f"has failed with reason {reason}{meaning}{said}",
        evidence=(
            field(pod, "status.phase", pod.status.phase),
            field(pod, "status.reason", reason),
            *((field(pod, "status.message", pod.status.message),) if pod.status.message else ()),
        ),
        severity=Severity.WARNING if reason in _BY_DESIGN and pod.metadata.controller is not None else Severity.ERROR,
        since=ready.last_transition_time if ready else pod.status.start_time,
        error_class=reason,
        values={"reason": reason, "meaning": _MEANINGS.get(reason, ""), "node": pod.spec.node_name},
    )
