"""pod-start-hangs"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import has_started, is_live, is_well, live_containers, unready_since, waiting_evidence, waiting_for
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import event, field
from kubedx.findings import Confidence, Effect, Evidence, Severity
from kubedx.inventory import Absent, Inventory
from kubedx.kube import (
    ConfigMap,
    PersistentVolumeClaim,
    Pod,
    Secret,
    condition,
    first_seen,
    format_duration,
    last_seen,
    pattern_of,
    references,
)

PATIENCE = timedelta(minutes=10)
"""Time for an image of some gigabytes, and for a volume to be attached."""
_STARTING = frozenset({"ContainerCreating", "PodInitializing", ""})
_PULLING = pattern_of(r'Pulling image "(?P<image>[^"]+)"')


@rule(
    filter="Pod",
    on=Pod,
    consults=(Secret, ConfigMap, PersistentVolumeClaim),
    events=("Pulling", "Pulled"),
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    suffers=Effect.CANNOT_START,
    produces=WITHOUT_PODS,
    unless=is_well,
    added="0.1",
)
def pod_start_hangs(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A pod has a node, but none of its containers has started for minutes, and nothing says why.

    ## What it means
    The kubelet is still at it (an image that is large or comes slowly, which is told where the events still show it), or it does not
    do its work: it is stopped, overloaded, or waits for a volume without a word.

    ## When it is not reported
    In the first ten minutes; when an event or a missing object tells why (other rules say that).

    ## How to fix it
    For a slow pull, look at the image's size and the way to the registry; a mirror or a pre-pulled image helps. Otherwise look at the
    kubelet of the node.
    """
    if not is_live(pod) or is_well(pod) or not pod.spec.node_name:
        return
    scheduled = condition(pod, "PodScheduled")
    since = scheduled.last_transition_time if scheduled is not None else pod.metadata.creation_timestamp
    if since is None or inventory.now - since < PATIENCE or not _is_silent(pod, inventory):
        return
    waited = format_duration(inventory.now - since)
    image, evidence = _pulling(pod, inventory)
    why = f'image "{image}" is still being pulled' if image else f'the kubelet of node "{pod.spec.node_name}" does not say why'
    yield Hit(
        message=f"no container has started for {waited}: {why}",
        evidence=(*evidence, *_waiting(pod)),
        since=unready_since(pod),
        values={"waited": waited, "image": image, "node": pod.spec.node_name},
    )


def _is_silent(pod: Pod, inventory: Inventory) -> bool:
    """Whether no container has begun, and neither a state nor an event nor a missing object tells why."""
    views = list(live_containers(pod))
    if any(has_started(view) or waiting_for(view)[0] not in _STARTING for view in views):
        return False
    warnings = (one for one in inventory.events(pod, type="Warning") if one.reason != "FailedScheduling")
    if any((seen := last_seen(one)) is None or inventory.now - seen < PATIENCE for one in warnings):
        return False
    needed = (one.kind.ref(pod.namespace, one.name) for one in references(pod.spec, pod.name) if not one.optional)
    return not any(isinstance(inventory.find(ref), Absent) for ref in needed)


def _pulling(pod: Pod, inventory: Inventory) -> tuple[str, tuple[Evidence, ...]]:
    """The image that the kubelet has begun to pull and has not got; empty where the events do not show one."""
    newest = inventory.events(pod, reasons=("Pulling", "Pulled"))[-1:]
    match = _PULLING.search(newest[0].message) if newest and newest[0].reason == "Pulling" else None
    if match is None or first_seen(newest[0]) is None:
        return "", ()
    return match["image"], (event(newest[0]),)


def _waiting(pod: Pod) -> tuple[Evidence, ...]:
    waits = [waiting_evidence(pod, view) for view in live_containers(pod) if waiting_for(view)[0]]
    return waits[0] if waits else (field(pod, "status.phase", pod.status.phase or "no phase"),)
