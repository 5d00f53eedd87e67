"""A graph of causes without its cycles."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

Causes = Mapping[int, Mapping[int, int]]
"""For each fault its causes, and how many steps away each is."""


def without_cycles(causes: Causes, earliest: Callable[[int], Any]) -> dict[int, tuple[int, ...]]:
    """The causes of each, the nearest first.

    Of a cycle, the earliest member has no cause in it, and the others keep those that are nearer to it than they are. So none
    but that one loses its last explanation. Linear in the number of causes, but for sorting.
    """
    alone = dict.fromkeys(causes, ())
    causes = {index: because for index, because in causes.items() if because}
    causes |= {cause: {} for because in causes.values() for cause in because if cause not in causes}
    followers: dict[int, list[int]] = {index: [] for index in causes}
    for index, because in causes.items():
        for cause in because:
            followers[cause].append(index)
    placed: dict[int, int] = {}
    for component in _components(causes, followers):
        for index in _from_the_earliest(component, followers, earliest):
            placed[index] = len(placed)
    return alone | {index: _nearest_first(index, because, placed, earliest) for index, because in causes.items()}


def _nearest_first(index: int, because: Mapping[int, int], placed: Mapping[int, int], earliest: Callable[[int], Any]) -> tuple[int, ...]:
    before = (cause for cause in because if placed[cause] < placed[index])
    return tuple(sorted(before, key=lambda cause: (because[cause], earliest(cause))))


def _from_the_earliest(component: Iterable[int], followers: Mapping[int, Iterable[int]], earliest: Callable[[int], Any]) -> Iterator[int]:
    """The members of a cycle, by how far they are from the earliest: each follows from one before it."""
    remaining = set(component)
    frontier = [min(remaining, key=earliest)]
    while frontier:
        yield from frontier
        remaining.difference_update(frontier)
        following = {index for cause in frontier for index in followers[cause] if index in remaining}
        frontier = sorted(following, key=earliest)


def _components(causes: Causes, followers: Mapping[int, Iterable[int]]) -> Iterator[set[int]]:
    """The sets of faults that explain each other, causes before what follows from them (Kosaraju's algorithm)."""
    remaining = set(causes)
    for start in reversed(_finished(followers)):
        if start not in remaining:
            continue
        component, waiting = set[int](), [start]
        while waiting:
            index = waiting.pop()
            if index in remaining:
                remaining.remove(index)
                component.add(index)
                waiting.extend(causes[index])
        yield component


def _finished(graph: Mapping[int, Iterable[int]]) -> list[int]:
    """The nodes in the order in which a walk in depth leaves them."""
    finished: list[int] = []
    seen: set[int] = set()
    for start in graph:
        path = [(start, iter(graph[start]))] if start not in seen else []
        seen.add(start)
        while path:
            index, rest = path[-1]
            following = next((each for each in rest if each not in seen), None)
            if following is None:
                finished.append(index)
                path.pop()
            else:
                seen.add(following)
                path.append((following, iter(graph[following])))
    return finished
