"""The cause graph: which fault explains which."""

from collections.abc import Mapping, Sequence

import msgspec

from kubedx.correlate.fault import Fault
from kubedx.correlate.impact import CARRIERS, reached
from kubedx.findings import Effect
from kubedx.inventory import Inventory
from kubedx.kube import Ref

_STAGES = (
    Effect.NODE_UNUSABLE,
    Effect.CANNOT_BIND,
    Effect.CANNOT_BE_CREATED,
    Effect.CANNOT_SCHEDULE,
    Effect.CANNOT_START,
    Effect.CRASHES,
    Effect.NOT_READY,
    Effect.FAILS,
    Effect.UNAVAILABLE,
    Effect.NO_ENDPOINTS,
    Effect.CANNOT_CONNECT,
    Effect.CANNOT_SCALE,
    Effect.CANNOT_BE_DELETED,
)
"""The life of a workload. Where two faults explain each other, the earlier one is the cause."""


class Explanations(msgspec.Struct, frozen=True):
    """For each fault (by its place in the sequence), the faults that explain it, the nearest first. Roots have none."""

    because: Mapping[int, tuple[int, ...]]

    def root_of(self, index: int) -> int:
        """The fault at the start of the chain of nearest explanations."""
        while self.because[index]:
            index = self.because[index][0]
        return index


def explanations(faults: Sequence[Fault], inventory: Inventory) -> Explanations:
    """Who explains whom. Without cycles: a fault explains only what comes later in an order that follows the chains."""
    distances: dict[int, dict[int, int]] = {index: {} for index in range(len(faults))}
    by_place: dict[Ref, list[int]] = {}
    for index, fault in enumerate(faults):
        for ref in fault.objects:
            by_place.setdefault(ref, []).append(index)
    for cause_index, cause in enumerate(faults):
        for index, distance in _explained_by(cause, faults, by_place, inventory).items():
            if index != cause_index:
                distances[index][cause_index] = distance
    _meet_at_causes(faults, distances)
    return Explanations(_without_cycles(faults, distances))


def _explained_by(cause: Fault, faults: Sequence[Fault], by_place: Mapping[Ref, list[int]], inventory: Inventory) -> dict[int, int]:
    """The faults that this one explains by its effects, and how many hops away they are."""
    produces = frozenset(cause.lead.produces)
    explained: dict[int, int] = {}
    for ref in cause.objects:
        for index in by_place[ref]:
            if faults[index].suffers in produces and _may_share(cause, faults[index]):
                explained[index] = 0
    if not produces:
        return explained
    for ref, (hops, kinds) in reached(cause.objects, inventory).items():
        for index in by_place.get(ref, ()):
            effect = faults[index].suffers
            if effect in produces and kinds & CARRIERS[effect]:
                explained[index] = min(hops, explained.get(index, hops))
    return explained


def _may_share(cause: Fault, symptom: Fault) -> bool:
    """Two containers of a pod do not explain each other, nor does a workload that lacks pods explain why its own pods fail."""
    if cause.suffers is Effect.UNAVAILABLE and cause.owner in cause.subjects and cause.owner not in symptom.subjects:
        return False
    parts = cause.lead.part, symptom.lead.part
    return not all(parts) or parts[0] == parts[1]


def _meet_at_causes(faults: Sequence[Fault], distances: dict[int, dict[int, int]]) -> None:
    """A fault that names an object as its cause meets the faults of that object: those that can have such an effect explain it,
    the others (a quota that is nearly used up) are said of its cause beside it. Several that share a cause follow from the first.
    """
    at: dict[Ref, list[int]] = {}
    sharing: dict[Ref, list[int]] = {}
    for index, fault in enumerate(faults):
        for ref in fault.objects:
            at.setdefault(ref, []).append(index)
        if fault.lead.cause is not None:
            sharing.setdefault(fault.lead.cause, []).append(index)
    for place, together in sharing.items():
        for index in (index for index in together if place not in faults[index].objects):
            for other in at.get(place, ()):
                cause, symptom = (other, index) if faults[index].suffers in faults[other].lead.produces else (index, other)
                distances[symptom].setdefault(cause, 1)
        first = min(together, key=lambda index: (_stage(faults[index]), faults[index].order))
        for index in (index for index in together if index != first):
            distances[index].setdefault(first, 1)


def _without_cycles(faults: Sequence[Fault], distances: Mapping[int, Mapping[int, int]]) -> dict[int, tuple[int, ...]]:
    """Keep of every cycle only what leads away from its earliest member."""
    placed: dict[int, int] = {}
    waiting = {index: set(causes) for index, causes in distances.items()}
    while waiting:
        free = [index for index, causes in waiting.items() if not causes & waiting.keys()]
        if not free:
            free = [min(waiting, key=lambda index: (_stage(faults[index]), faults[index].order))]
        for index in sorted(free, key=lambda index: faults[index].order):
            placed[index] = len(placed)
            del waiting[index]
    return {index: _nearest_first(faults, causes, placed, placed[index]) for index, causes in distances.items()}


def _nearest_first(faults: Sequence[Fault], causes: Mapping[int, int], placed: Mapping[int, int], before: int) -> tuple[int, ...]:
    """The causes that were placed before, the nearest first."""
    earlier = (index for index in causes if placed[index] < before)
    return tuple(sorted(earlier, key=lambda index: (causes[index], faults[index].order)))


def _stage(fault: Fault) -> int:
    return _STAGES.index(fault.suffers) if fault.suffers else -1
