"""How effects travel: along which edges, and which way.

A path from a cause to its symptom runs from an object to those that depend on it. What the sufferer observes decides
which edge may be the last of the path; the edges before it only have to be dependencies.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from kubedx.findings import Effect
from kubedx.inventory import EdgeKind, Inventory
from kubedx.kube import Ref

MAX_HOPS = 5
"""StorageClass, claim, pod, Service, caller: the longest chain that is seen in practice, and one more."""

MAX_REACHED = 20_000
"""Objects that one walk visits at most; a cluster's default ServiceAccount may be used by everything."""

_OF_PODS = frozenset({EdgeKind.OWNS, EdgeKind.RUNS_ON, EdgeKind.MOUNTS, EdgeKind.READS_ENV, EdgeKind.USES})

CARRIERS: Mapping[Effect, frozenset[EdgeKind]] = MappingProxyType(
    {
        Effect.CANNOT_BIND: frozenset({EdgeKind.BINDS}),
        Effect.CANNOT_BE_CREATED: frozenset({EdgeKind.ADMITS, EdgeKind.USES, EdgeKind.OWNS, EdgeKind.ROUTES}),
        Effect.CANNOT_SCHEDULE: frozenset({EdgeKind.MOUNTS, EdgeKind.USES, EdgeKind.RUNS_ON}),
        Effect.CANNOT_START: _OF_PODS,
        Effect.CRASHES: _OF_PODS | {EdgeKind.CALLS},
        Effect.NOT_READY: _OF_PODS | {EdgeKind.CALLS},
        Effect.UNAVAILABLE: _OF_PODS | {EdgeKind.ADMITS, EdgeKind.CALLS, EdgeKind.BINDS},
        Effect.FAILS: _OF_PODS | {EdgeKind.ADMITS, EdgeKind.CALLS, EdgeKind.ROUTES},
        Effect.NO_ENDPOINTS: frozenset({EdgeKind.SELECTS, EdgeKind.ROUTES}),
        Effect.CANNOT_CONNECT: frozenset({EdgeKind.ROUTES, EdgeKind.CALLS, EdgeKind.SELECTS}),
        Effect.CANNOT_SCALE: frozenset({EdgeKind.SCALES, EdgeKind.ROUTES}),
        Effect.CANNOT_BE_DELETED: frozenset({EdgeKind.OWNS, EdgeKind.MOUNTS, EdgeKind.BINDS}),
        Effect.NODE_UNUSABLE: frozenset({EdgeKind.RUNS_ON}),
    }
)
"""The edges that may be the last of a path to an object that suffers the effect."""


def reached(sources: Iterable[Ref], inventory: Inventory) -> dict[Ref, tuple[int, frozenset[EdgeKind]]]:
    """What depends on these objects: how many hops away, and by which edges a shortest path ends there.

    The sources themselves are not among it, unless a path leads back to one.
    """
    start = frozenset(sources)
    frontier, found = start, dict[Ref, tuple[int, frozenset[EdgeKind]]]()
    for hop in range(1, MAX_HOPS + 1):
        following: dict[Ref, frozenset[EdgeKind]] = {}
        for ref in frontier:
            for kind, dependent in _dependents(ref, inventory):
                if dependent not in found and dependent not in start:
                    following[dependent] = following.get(dependent, frozenset()) | {kind}
        found.update({ref: (hop, kinds) for ref, kinds in following.items()})
        if not following or len(found) > MAX_REACHED:
            break
        frontier = frozenset(following)
    return found


def _dependents(ref: Ref, inventory: Inventory) -> Iterable[tuple[EdgeKind, Ref]]:
    """The objects that suffer when this one does: those whose edge points here, and those that this one admits."""
    for edge in inventory.edges_to(ref):
        if edge.kind is not EdgeKind.ADMITS:
            yield edge.kind, edge.source
    for edge in inventory.edges_from(ref, EdgeKind.ADMITS):
        yield edge.kind, edge.target
