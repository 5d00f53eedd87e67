"""Who preempted whom: what the scheduler says when it takes a node from a pod for a more important one.

Source: pkg/scheduler/framework/preemption in kubernetes/kubernetes. The victim gets the condition DisruptionTarget and, as a Normal event,
`Preempted by pod <uid> on node <node>`; until 1.23 that was `Preempted by <namespace>/<name> on node <node>`.
"""

import re
from typing import NamedTuple

from kubedx.analyzers.memo import once_per_inventory
from kubedx.inventory import Found, Inventory
from kubedx.kube import Condition, Event, Pod, Ref, condition, last_seen

PREEMPTED = "Preempted"
_REASON = "PreemptionByScheduler"
_SAID = re.compile(r"Preempted by (?:pod )?(?P<whom>\S+) on node (?P<node>[^\s(]+)")
_NAMED = re.compile(r"(?P<namespace>[a-z0-9-]+)/(?P<name>[a-z0-9.-]+)")


class Preemptor(NamedTuple):
    """The pod that took the place, as far as it is known: itself, where it is at hand; else its name or its uid."""

    pod: Pod | None = None
    ref: Ref | None = None
    uid: str = ""


def target_condition(pod: Pod) -> Condition | None:
    """The condition of a pod that the scheduler preempts."""
    target = condition(pod, "DisruptionTarget")
    return target if target is not None and target.status == "True" and target.reason == _REASON else None


def events_of_siblings(pod: Pod, inventory: Inventory) -> tuple[Event, ...]:
    """The preemptions of earlier pods of the same workload, by name: they are gone, and only events tell of them. Oldest first."""
    owner = pod.metadata.controller
    if owner is None:
        return ()
    by_name = _events_by_name(inventory)
    found = {id(one): one for name in (owner.name, pod.name) for one in by_name.get((pod.namespace, name), ())}
    uid = pod.metadata.uid
    others = (one for one in found.values() if not uid or one.involved_object.uid != uid)
    return tuple(sorted(others, key=lambda one: (str(last_seen(one)), one.name)))


@once_per_inventory
def _events_by_name(inventory: Inventory) -> dict[tuple[str, str], list[Event]]:
    """The preemptions by namespace, and by the name of the pod and that of the owner which is in it: `cart-5d-x7k2p` is of `cart-5d`."""
    found: dict[tuple[str, str], list[Event]] = {}
    for one in inventory.all_events():
        about = one.involved_object
        if one.reason == PREEMPTED and about.kind == Pod.KIND.kind:
            for name in (about.name, about.name.rpartition("-")[0]):
                found.setdefault((about.namespace or one.metadata.namespace, name), []).append(one)
    return found


def preemptor_of(said: Event | None, inventory: Inventory) -> Preemptor:
    """The pod for which room was made, by the event."""
    if said is None:
        return Preemptor()
    match = _SAID.search(said.message)
    named = _NAMED.fullmatch(match["whom"]) if match else None
    if named is not None:
        ref: Ref | None = Pod.KIND.ref(named["namespace"], named["name"])
        uid = ""
    else:
        related = said.related if said.related is not None and said.related.kind == Pod.KIND.kind else None
        ref = Pod.KIND.ref(related.namespace, related.name) if related is not None and related.name else None
        uid = (related.uid if related is not None else "") or (match["whom"] if match else "")
    pod = _pod_of(ref, uid, inventory)
    return Preemptor(pod, pod.ref if pod is not None else ref, uid)


def _pod_of(ref: Ref | None, uid: str, inventory: Inventory) -> Pod | None:
    """The very pod of a uid, or of a name where one of the two has no uid."""
    found = inventory.get(Pod, ref.namespace, ref.name) if ref is not None else None
    if isinstance(found, Found) and (not uid or found.object.metadata.uid in {"", uid}):
        return found.object
    return _pods_by_uid(inventory).get(uid) if uid else None


@once_per_inventory
def _pods_by_uid(inventory: Inventory) -> dict[str, Pod]:
    """The pods by uid, where any preemption is told of."""
    return {pod.metadata.uid: pod for pod in inventory.list(Pod) if pod.metadata.uid}


def node_of(said: Event | None) -> str:
    """The node where room was made; empty when the event does not say it."""
    match = _SAID.search(said.message) if said is not None else None
    return match["node"] if match else ""


def priority_in_words(pod: Pod) -> str:
    """`1000 (class "gold")`, `0 (no class)`."""
    name = pod.spec.priority_class_name
    of_class = f'class "{name}"' if name else "no class"
    return f"{pod.spec.priority or 0} ({of_class})"
