"""pod-preempted"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import ENDED, newest
from kubedx.analyzers.evidence import event, field
from kubedx.analyzers.rules.pod._preemption import (
    PREEMPTED,
    Preemptor,
    events_of_siblings,
    node_of,
    preemptor_of,
    priority_in_words,
    target_condition,
)
from kubedx.analyzers.rules.pod._replaced import OWNERS, is_replaced
from kubedx.analyzers.rules.pod._scheduling_effects import UNSCHEDULED
from kubedx.findings import Confidence, Effect, Evidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Event, Pod, condition, last_seen

GRACE = timedelta(minutes=1)
"""Time for the scheduler to find another node for what takes the victim's place."""
FRESH = timedelta(hours=1)


@rule(
    filter="Pod",
    on=Pod,
    consults=OWNERS,
    severity=Severity.ERROR,
    events=(PREEMPTED,),
    produces=(Effect.CANNOT_SCHEDULE, *UNSCHEDULED),
    added="0.1",
)
def pod_preempted(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A pod had to leave its node for a pod of higher priority, and its workload has found no other place.

    ## What it means
    The scheduler found no node for a pod of higher priority and ended this one to make room: preemption. It is named, with both
    priorities. Of a victim that is gone already the pod that was made in its stead tells, as long as no node takes that.

    ## When it is not reported
    In the first minute; when the workload has all of its pods again; for the ended pod of a Job, which makes another; and for pods whose
    priority is below zero, which hold room for others on purpose.

    ## How to fix it
    Add room, lower the requests of either, or give the victim the priority that it deserves: a PriorityClass in its pod template.
    Where the other pod ought to wait instead, give its class `preemptionPolicy: Never`.
    """
    if (pod.spec.priority or 0) < 0:
        return
    loss = _own_loss(pod, inventory) or _loss_before(pod, inventory)
    if loss is None or (loss.since is not None and inventory.now - loss.since < GRACE):
        return
    by = preemptor_of(loss.event, inventory)
    node = node_of(loss.event) or pod.spec.node_name
    place = f' from node "{node}"' if node else ""
    yield Hit(
        message=f"{loss.words}{place} for {_in_words(by, inventory)}; its own priority is {priority_in_words(pod)}",
        evidence=(*loss.evidence, *_priorities(pod, by)),
        cause=inventory.top_owner(by.pod) if by.pod is not None else by.ref,
        confidence=None if by.pod is not None else Confidence.LIKELY,
        since=loss.since,
        values={
            "node": node,
            "preemptor": by.ref.name if by.ref else "",
            "preemptor_namespace": by.ref.namespace if by.ref else "",
            "preemptor_priority": priority_in_words(by.pod) if by.pod else "",
            "priority": priority_in_words(pod),
        },
    )


class _Loss(NamedTuple):
    words: str
    event: Event | None
    evidence: tuple[Evidence, ...]
    since: datetime | None


def _own_loss(pod: Pod, inventory: Inventory) -> _Loss | None:
    """That the pod itself was preempted, and nothing has taken its place."""
    target = target_condition(pod)
    said = newest(inventory.events(pod, reasons=(PREEMPTED,)))
    leaves = pod.metadata.deletion_timestamp is not None or pod.status.phase in ENDED
    if (target is None and said is None) or not leaves or is_replaced(pod, inventory):
        return None
    seen = (target.last_transition_time if target else None) or (last_seen(said) if said else None)
    shown = (field(pod, "status.conditions[DisruptionTarget].message", target.message),) if target is not None else ()
    return _Loss("was preempted", said, (*shown, *((event(said),) if said else ())), seen)


def _loss_before(pod: Pod, inventory: Inventory) -> _Loss | None:
    """That a pod in whose stead this one waits for a node was preempted."""
    scheduled = condition(pod, "PodScheduled")
    waits = pod.status.phase in {"Pending", ""} and not pod.spec.node_name and pod.metadata.deletion_timestamp is None
    if not waits or scheduled is None or scheduled.reason != "Unschedulable":
        return None
    said = newest(events_of_siblings(pod, inventory))
    seen = last_seen(said) if said is not None else None
    if said is None or (seen is not None and inventory.now - seen > FRESH):
        return None
    words = f"waits for a node since pod {said.involved_object.name} of its workload was preempted"
    shown = field(pod, "status.conditions[PodScheduled].message", scheduled.message)
    return _Loss(words, said, (event(said), shown), seen)


def _in_words(by: Preemptor, inventory: Inventory) -> str:
    if by.pod is not None:
        return f"pod {by.pod.namespace}/{by.pod.name} of priority {priority_in_words(by.pod)}"
    if by.ref is not None:
        gone = ", which is gone" if inventory.exists(by.ref) is False else ""
        return f"pod {by.ref.namespace}/{by.ref.name}{gone}"
    if by.uid:
        gone = "which is gone" if inventory.known(Pod) else "which was not read"
        return f"a pod of higher priority, {gone} (uid {by.uid})"
    return "a pod of higher priority"


def _priorities(pod: Pod, by: Preemptor) -> tuple[Evidence, ...]:
    others = (field(by.pod, "spec.priority", by.pod.spec.priority or 0),) if by.pod is not None else ()
    return (field(pod, "spec.priority", pod.spec.priority or 0), *others)
