"""Changes that events tell of: a node that left or was cordoned, a workload that was scaled."""

from collections.abc import Iterator

from kubedx.findings import Change
from kubedx.inventory import EdgeKind, Found, Inventory
from kubedx.kube import Event, KubeObject, Node, first_seen, last_seen, pattern_of, reporter

_NODE = frozenset(
    {
        "DeletingNode",
        "NodeNotSchedulable",
        "NodeSchedulable",
        "Rebooted",
        "RegisteredNode",
        "RemovingNode",
        "Shutdown",
        "Starting",
    }
)
# The words are those of pkg/controller/deployment/sync.go and pkg/controller/podautoscaler/horizontal.go in kubernetes/kubernetes.
_SCALED = pattern_of(r"Scaled (?:up|down) replica set (?P<set>\S+) (?:from (?P<before>\d+) )?to (?P<after>\d+)(?: from (?P<earlier>\d+))?")
_RESCALED = pattern_of(r"New size: (?P<after>\d+); reason: (?P<why>.+)")


def node_events(node: Node, inventory: Inventory) -> Iterator[Change]:
    """What happened to a node: that it was cordoned, restarted, shut down. Its conditions are symptoms and no changes."""
    for event in inventory.events(node, reasons=_NODE):
        when = first_seen(event)
        if when is not None:
            yield Change(when, node.ref, "", "", event.reason, reporter(event))


def scale_events(workload: KubeObject, inventory: Inventory) -> Iterator[Change]:
    """The last time that a workload was scaled: down, or by its autoscaler. Steps of a rollout are none."""
    scaled = [event for event in inventory.events(workload, reasons=("ScalingReplicaSet",)) if _is_by_hand(event, inventory, workload)]
    for event in scaled[-1:]:
        match = _SCALED.search(event.message)
        when = last_seen(event)
        if match is not None and when is not None:
            before = match["before"] or match["earlier"] or ""
            yield Change(when, workload.ref, "spec.replicas", before, match["after"], "")
    for edge in inventory.edges_to(workload.ref, EdgeKind.SCALES):
        found = inventory.find(edge.source)
        rescaled = inventory.events(found.object, reasons=("SuccessfulRescale",)) if isinstance(found, Found) else ()
        for event in rescaled[-1:]:
            match = _RESCALED.search(event.message)
            when = last_seen(event)
            if match is not None and when is not None:
                yield Change(when, workload.ref, "spec.replicas", "", match["after"], f"{edge.source} ({match['why']})")


def _is_by_hand(event: Event, inventory: Inventory, workload: KubeObject) -> bool:
    """Whether the event tells of a new size rather than of a rollout, in which one ReplicaSet grows as another shrinks."""
    match = _SCALED.search(event.message)
    if match is None or (match["before"] or match["earlier"] or "0") == "0":
        return False
    moment = last_seen(event)
    others = (one for one in inventory.events(workload, reasons=("ScalingReplicaSet",)) if one is not event)
    sets = {
        other["set"]
        for one in others
        if last_seen(one) is not None and moment is not None and _close(one, event)
        for other in [_SCALED.search(one.message)]
        if other is not None
    }
    return sets <= {match["set"]}


def _close(one: Event, other: Event) -> bool:
    first, second = last_seen(one), last_seen(other)
    return first is not None and second is not None and abs((first - second).total_seconds()) < 300
