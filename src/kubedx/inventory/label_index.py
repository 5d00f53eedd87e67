"""An inverted index of labels: from a label to what bears it, so that a selector looks only at what it may select."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Generic, TypeVar

from kubedx.kube import LabelSelector, selects

T = TypeVar("T")

Entry = tuple[str, Mapping[str, str], T]
"""A namespace, labels, and what bears them."""


class LabelIndex(Generic[T]):
    """Things by namespace and label. What it answers keeps the order in which the entries came."""

    def __init__(self, entries: Iterable[Entry[T]]) -> None:
        self._entries = tuple(entries)
        self._selected: dict[tuple[str | None, frozenset[tuple[str, str]]], tuple[T, ...]] = {}

    @cached_property
    def _by_namespace(self) -> Mapping[str, tuple[int, ...]]:
        places: dict[str, list[int]] = {}
        for place, (namespace, _, _) in enumerate(self._entries):
            places.setdefault(namespace, []).append(place)
        return {namespace: tuple(found) for namespace, found in places.items()}

    @cached_property
    def _by_pair(self) -> Mapping[tuple[str, str], Mapping[str, list[int]]]:
        """The entries of each label and value, by namespace."""
        places: dict[tuple[str, str], dict[str, list[int]]] = {}
        for place, (namespace, labels, _) in enumerate(self._entries):
            for pair in labels.items():
                places.setdefault(pair, {}).setdefault(namespace, []).append(place)
        return places

    @cached_property
    def _by_key(self) -> Mapping[str, Mapping[str, list[int]]]:
        """The entries that have a label, whatever its value, by namespace."""
        places: dict[str, dict[str, list[int]]] = {}
        for place, (namespace, labels, _) in enumerate(self._entries):
            for key in labels:
                places.setdefault(key, {}).setdefault(namespace, []).append(place)
        return places

    def select(self, namespace: str | None, selector: LabelSelector | None) -> tuple[T, ...]:
        """What a selector selects, in one namespace or (None) in all. No selector selects nothing, an empty selector everything."""
        if selector is None:
            return ()
        if selector.match_expressions:
            return tuple(self._select(namespace, selector))
        # Many rules, and the edges, ask what the same Service selects.
        key = namespace, frozenset(selector.match_labels.items())
        if key not in self._selected:
            self._selected[key] = tuple(self._select(namespace, selector))
        return self._selected[key]

    def _select(self, namespace: str | None, selector: LabelSelector) -> Iterator[T]:
        for place in self.candidates(namespace, selector):
            _, labels, thing = self._entries[place]
            if selects(selector, labels):
                yield thing

    def candidates(self, namespace: str | None, selector: LabelSelector) -> Iterable[int]:
        """The places of the entries that a selector may select: those that meet the rarest of its demands for a label.

        Everything in the namespace where it demands no label at all, since what it forbids is not indexed.
        """
        found = [_lists(self._by_pair.get(pair), namespace) for pair in selector.match_labels.items()]
        for requirement in selector.match_expressions:
            if requirement.operator == "In":
                pairs = dict.fromkeys((requirement.key, value) for value in requirement.values)
                found.append([places for pair in pairs for places in _lists(self._by_pair.get(pair), namespace)])
            elif requirement.operator == "Exists":
                found.append(_lists(self._by_key.get(requirement.key), namespace))
        if not found:
            return range(len(self._entries)) if namespace is None else self._by_namespace.get(namespace, ())
        rarest = min(found, key=lambda lists: sum(map(len, lists)))
        return sorted(place for places in rarest for place in places)


def _lists(by_namespace: Mapping[str, list[int]] | None, namespace: str | None) -> list[list[int]]:
    if by_namespace is None:
        return []
    return list(by_namespace.values()) if namespace is None else [by_namespace.get(namespace, [])]
