"""How effects travel: along which edges, which way, and what becomes of them on the way.

A path from a cause to its symptom runs from an object to those that depend on it. Each step is typed: an unbound claim
becomes a pod that cannot be scheduled, that a Service without endpoints, that a client that cannot connect.
"""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from kubedx.correlate.fault import Fault
from kubedx.findings import Effect
from kubedx.inventory import EdgeKind, Found, Inventory
from kubedx.kube import Pod, Ref, Service

_DOWN = frozenset(
    {
        Effect.CANNOT_BE_CREATED,
        Effect.CANNOT_SCHEDULE,
        Effect.CANNOT_START,
        Effect.CRASHES,
        Effect.NOT_READY,
        Effect.UNAVAILABLE,
        Effect.FAILS,
        Effect.CANNOT_CONNECT,
    }
)
"""What pods and workloads suffer that do no work, or whose work fails."""

_CUT = frozenset({Effect.NO_ENDPOINTS, Effect.CANNOT_CONNECT})
_READER = frozenset({Effect.CANNOT_START, Effect.CRASHES, Effect.NOT_READY, Effect.CANNOT_CONNECT, Effect.UNAVAILABLE, Effect.FAILS})


class Step(NamedTuple):
    """What objects suffer that depend by an edge on one that suffers any of `causes`.

    A step that is not `hard` may do no harm (a caller may do without), so nobody concludes from it what comes after:
    where it did harm, that was observed, and is a fault that explains what follows.
    """

    causes: frozenset[Effect]
    effects: frozenset[Effect]
    hard: bool = True


_GONE = frozenset({Effect.CANNOT_BE_DELETED})
_READ = (Step(frozenset({Effect.FAILS}), _READER),)

STEPS: Mapping[EdgeKind, tuple[Step, ...]] = MappingProxyType(
    {
        EdgeKind.BINDS: (
            Step(frozenset({Effect.CANNOT_BIND}), frozenset({Effect.CANNOT_BIND, Effect.UNAVAILABLE})),
            Step(_GONE, _GONE),
        ),
        EdgeKind.MOUNTS: (
            Step(
                frozenset({Effect.CANNOT_BIND}),
                frozenset({Effect.CANNOT_SCHEDULE, Effect.CANNOT_START, Effect.UNAVAILABLE, Effect.FAILS}),
            ),
            Step(_GONE, _GONE | {Effect.CANNOT_SCHEDULE}),
            *_READ,
        ),
        EdgeKind.READS_ENV: _READ,
        EdgeKind.USES: (
            *_READ,
            Step(_CUT, frozenset({Effect.CANNOT_CONNECT})),
            Step(frozenset(), frozenset({Effect.CANNOT_BE_CREATED, Effect.CANNOT_SCHEDULE})),
        ),
        EdgeKind.RUNS_ON: (
            Step(
                frozenset({Effect.NODE_UNUSABLE}),
                frozenset(
                    {
                        Effect.CANNOT_START,
                        Effect.CRASHES,
                        Effect.NOT_READY,
                        Effect.FAILS,
                        Effect.CANNOT_CONNECT,
                        Effect.CANNOT_BE_DELETED,
                    }
                ),
            ),
        ),
        EdgeKind.OWNS: (Step(_DOWN, frozenset({Effect.UNAVAILABLE, Effect.FAILS})), Step(_GONE, _GONE)),
        EdgeKind.DEPLOYS: (Step(_DOWN | {Effect.CANNOT_BIND}, frozenset({Effect.FAILS})),),
        EdgeKind.SELECTS: (Step(_DOWN, _CUT),),
        EdgeKind.ROUTES: (Step(_CUT, _CUT | {Effect.FAILS}),),
        EdgeKind.SCALES: (Step(_DOWN, frozenset({Effect.CANNOT_SCALE})),),
        EdgeKind.ADMITS: (Step(_CUT | _GONE, frozenset({Effect.CANNOT_BE_CREATED, Effect.UNAVAILABLE}), hard=False),),
        EdgeKind.CALLS: (
            Step(
                _CUT | {Effect.FAILS},
                frozenset({Effect.CANNOT_CONNECT, Effect.CRASHES, Effect.NOT_READY, Effect.UNAVAILABLE, Effect.FAILS}),
                hard=False,
            ),
        ),
    }
)


class Arrival(NamedTuple):
    """An object that depends on a fault, what it may suffer for that, and how many steps away it is.

    It `must` suffer where the last step is hard; else it may do without, or fail for a reason of its own.
    """

    ref: Ref
    effects: frozenset[Effect]
    hops: int
    must: bool


def impact_of(fault: Fault, inventory: Inventory) -> Iterator[Arrival]:
    """What depends on the objects of a fault, the nearest first. An object comes again where a longer way brings it other effects.

    A fault that says nothing of what its object suffers may do whatever the edges carry. Every edge is followed at most once
    for each effect, so a walk costs no more than what depends on the fault; there is no limit by which one could be lost.
    """
    known: dict[tuple[Ref, bool], frozenset[Effect]] = {}
    suffered = frozenset({fault.suffers}) if fault.suffers else None
    frontier: dict[Ref, frozenset[Effect] | None] = dict.fromkeys(sorted(fault.objects), suffered)
    hops = 0
    while frontier:
        hops += 1
        arrived: dict[tuple[Ref, bool], frozenset[Effect]] = {}
        for ref, effects in frontier.items():
            for dependent, caused, hard in _one_step(ref, effects, inventory):
                new = caused - known.get((dependent, hard), frozenset())
                arrived[dependent, hard] = arrived.get((dependent, hard), frozenset()) | new
        for (ref, hard), effects in arrived.items():
            known[ref, hard] = known.get((ref, hard), frozenset()) | effects
            if effects:
                yield Arrival(ref, effects, hops, hard)
        passing = {ref: new for (ref, hard), new in arrived.items() if hard and new}
        frontier = {ref: new for ref, new in passing.items() if not _still_serves(ref, fault, inventory)}


def upstream_of(refs: Iterable[Ref], inventory: Inventory) -> frozenset[Ref]:
    """These objects, and all on which they depend by whatever edges, however far away: no other's walk comes to one of them."""
    reached = set(refs)
    frontier = list(reached)
    while frontier:
        ref = frontier.pop()
        needed = {edge.target for edge in inventory.edges_from(ref) if edge.kind is not EdgeKind.ADMITS}
        needed.update(edge.source for edge in inventory.edges_to(ref, EdgeKind.ADMITS))
        frontier += needed - reached
        reached |= needed
    return frozenset(reached)


def _one_step(ref: Ref, effects: frozenset[Effect] | None, inventory: Inventory) -> Iterator[tuple[Ref, frozenset[Effect], bool]]:
    for kind, dependent in _dependents(ref, inventory):
        for step in STEPS[kind]:
            if effects is None or effects & step.causes:
                yield dependent, step.effects, step.hard


def _dependents(ref: Ref, inventory: Inventory) -> Iterable[tuple[EdgeKind, Ref]]:
    """The objects that suffer when this one does: those whose edge points here, and those that this one admits."""
    for edge in inventory.edges_to(ref):
        if edge.kind is not EdgeKind.ADMITS:
            yield edge.kind, edge.source
    for edge in inventory.edges_from(ref, EdgeKind.ADMITS):
        yield edge.kind, edge.target


def _still_serves(ref: Ref, fault: Fault, inventory: Inventory) -> bool:
    """Whether a Service has a ready pod behind it on which the fault does not stand: then nobody behind it suffers."""
    if ref.group_kind != Service.KIND.group_kind:
        return False
    pods = (edge.target for edge in inventory.edges_from(ref, EdgeKind.SELECTS) if edge.target.group_kind == Pod.KIND.group_kind)
    return any(pod not in fault.objects and _is_ready(pod, inventory) for pod in pods)


def _is_ready(ref: Ref, inventory: Inventory) -> bool:
    match inventory.find(ref):
        case Found(object=Pod() as pod):
            return any(each.type == "Ready" and each.status == "True" for each in pod.status.conditions)
        case _:
            return False
