"""The cause graph: which fault explains which."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain

import msgspec

from kubedx.correlate.fault import Fault
from kubedx.correlate.impact import impact_of, upstream_of
from kubedx.correlate.life import stage
from kubedx.correlate.resolver import needs_resolver, resolvers
from kubedx.correlate.without_cycles import without_cycles
from kubedx.findings import Effect
from kubedx.inventory import Inventory
from kubedx.kube import Ref


class Explanations(msgspec.Struct, frozen=True):
    """For each fault (by its place in the sequence), the faults that explain it, the nearest first. Roots have none.

    `partial` are causes that would explain a fault on some of its objects only, which are named: on the others it has another reason.
    `open` are faults that need not follow from what explains them: a caller of what is down may fail for a reason of its own.
    """

    because: Mapping[int, tuple[int, ...]]
    partial: Mapping[int, Mapping[int, frozenset[Ref]]]
    open: frozenset[int]

    def root_of(self, index: int) -> int:
        """The fault at the start of the chain of nearest explanations."""
        while self.because[index]:
            index = self.because[index][0]
        return index


def explanations(faults: Sequence[Fault], inventory: Inventory) -> Explanations:
    """Who explains whom, without cycles."""
    graph = _Graph(faults, inventory)
    for index in range(len(faults)):
        graph.explain_by(index)
    graph.drop_partial()
    graph.meet_at_causes()
    because = without_cycles(graph.distances, lambda index: (stage(faults[index]), faults[index].order))
    is_open = frozenset(index for index, causes in because.items() if causes and all((index, cause) in graph.unforced for cause in causes))
    return Explanations(because, graph.partial, is_open)


class _Graph:
    """Collects for each fault its possible causes, and how many steps away each is."""

    def __init__(self, faults: Sequence[Fault], inventory: Inventory) -> None:
        self._faults = faults
        self._inventory = inventory
        self.distances: dict[int, dict[int, int]] = {index: {} for index in range(len(faults))}
        self.partial: dict[int, dict[int, frozenset[Ref]]] = {}
        self.unforced: set[tuple[int, int]] = set()
        self._covered: dict[int, dict[int, set[Ref]]] = {index: {} for index in range(len(faults))}
        self._objects = [fault.objects for fault in faults]
        self._at = _grouped((ref, index) for index, objects in enumerate(self._objects) for ref in objects)
        suffering = [index for index, fault in enumerate(faults) if fault.suffers is not None]
        self._suffering_at = _grouped((ref, index) for index in suffering for ref in self._objects[index])
        self._blaming = _grouped((ref, index) for index in suffering for ref in self._blamed_by(faults[index]))

    @cached_property
    def _upstream(self) -> frozenset[Ref]:
        """Every object from which an effect may come to one that suffers. Sound objects are many, and need not be looked at further."""
        return upstream_of((*self._suffering_at, *self._blaming), self._inventory)

    def _blamed_by(self, fault: Fault) -> Iterator[Ref]:
        """The objects through which alone a fault that names its reason is explained."""
        cause = fault.lead.cause
        if cause is not None and not (fault.lead.own_reason and self._inventory.exists(cause)):
            yield from {cause, self._inventory.top_owner_of(cause)}
        if needs_resolver(fault):
            yield from resolvers(self._inventory)

    def explain_by(self, cause: int) -> None:
        """Note the faults that this one explains by its effects."""
        fault = self._faults[cause]
        produces = frozenset(fault.lead.produces)
        if not produces:
            return
        for ref in self._objects[cause]:
            for index in self._suffering_at.get(ref, ()):
                if index != cause and self._follows_within(fault, self._faults[index], produces):
                    self._note(index, cause, 0, self._faults[index].subjects)
            self._explain_blaming(cause, ref, produces, 1)
        if self._objects[cause].isdisjoint(self._upstream):
            return
        for ref, effects, hops, must in impact_of(fault, self._inventory):
            for index in self._suffering_at.get(ref, ()):
                if index != cause and self._faults[index].suffers in effects & produces and self._is_open(self._faults[index]):
                    whole = ref == self._faults[index].owner
                    self._note(index, cause, hops, self._faults[index].subjects if whole else (ref,), must=must)
            self._explain_blaming(cause, ref, produces, hops + 1)

    def _explain_blaming(self, cause: int, ref: Ref, produces: frozenset[Effect], hops: int) -> None:
        for index in self._blaming.get(ref, ()):
            if index != cause and self._faults[index].suffers in produces:
                self._note(index, cause, hops, self._faults[index].subjects)

    def _note(self, symptom: int, cause: int, hops: int, subjects: Iterable[Ref], *, must: bool = True) -> None:
        known = self.distances[symptom]
        if must:
            self.unforced.discard((symptom, cause))
        elif cause not in known:
            self.unforced.add((symptom, cause))
        known[cause] = min(hops, known.get(cause, hops))
        self._covered[symptom].setdefault(cause, set()).update(subjects)

    @staticmethod
    def _is_open(fault: Fault) -> bool:
        """Whether a fault leaves open what its reason is."""
        return not fault.lead.own_reason and fault.lead.cause is None

    @staticmethod
    def _follows_within(cause: Fault, symptom: Fault, produces: frozenset[Effect]) -> bool:
        """Whether one fault of an object follows from another. Two containers of a pod do not explain each other."""
        if symptom.suffers not in produces or symptom.lead.own_reason or stage(cause) > stage(symptom):
            return False
        parts = cause.lead.part, symptom.lead.part
        return not all(parts) or parts[0] == parts[1]

    def drop_partial(self) -> None:
        """A fault of many pods of which only some depend on the causes has a reason that none of them is; they are kept as `partial`."""
        for index, causes in self._covered.items():
            if causes and not set(self._faults[index].subjects).issubset(chain.from_iterable(causes.values())):
                self.partial[index] = {cause: frozenset(subjects) for cause, subjects in causes.items()}
                self.distances[index].clear()

    def meet_at_causes(self) -> None:
        """Several faults that name the same cause, and have none in common beyond it, follow from the first of them.

        What is said of the whole of that cause beside, and can have no effect (a quota that is nearly used up), is shown with them.
        """
        sharing: dict[tuple[Ref, str], list[int]] = {}
        for index, fault in enumerate(self._faults):
            if fault.lead.cause is not None:
                sharing.setdefault((fault.lead.cause, self._reason_of(fault, fault.lead.cause)), []).append(index)
        for (place, _reason), together in sharing.items():
            first = min(together, key=lambda index: (stage(self._faults[index]), self._faults[index].order))
            for index in together:
                if index != first and self.distances[index].keys().isdisjoint(self.distances[first]):
                    self.distances[index].setdefault(first, 1)
            for beside in self._at.get(place, ()):
                if self._is_beside(beside, place, first):
                    self.distances[beside].setdefault(first, 1)

    def _reason_of(self, fault: Fault, cause: Ref) -> str:
        return fault.lead.code if fault.lead.own_reason and self._inventory.exists(cause) else ""

    def _is_beside(self, index: int, place: Ref, first: int) -> bool:
        fault, other = self._faults[index], self._faults[first]
        is_milder = fault.severity.rank > other.severity.rank
        is_of_whole = not fault.lead.part and place in fault.subjects
        return is_milder and is_of_whole and not fault.lead.produces and place not in self._objects[first]


def _grouped(entries: Iterable[tuple[Ref, int]]) -> dict[Ref, list[int]]:
    groups: dict[Ref, list[int]] = {}
    for ref, index in entries:
        groups.setdefault(ref, []).append(index)
    return groups
