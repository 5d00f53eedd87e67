"""Causes without cycles: nothing but the earliest member of a cycle loses its last explanation."""

import random

import pytest

from kubedx.correlate.without_cycles import without_cycles


def graph(seed: int) -> dict[int, dict[int, int]]:
    chance = random.Random(seed)
    size = chance.randint(1, 12)
    edges = [(chance.randrange(size), chance.randrange(size), chance.randint(0, 3)) for _ in range(chance.randint(0, 3 * size))]
    return {index: {cause: hops for symptom, cause, hops in edges if symptom == index != cause} for index in range(size)}


def test_what_follows_from_a_cycle_keeps_its_explanation() -> None:
    """Fault 0 strikes earliest of all, but follows from the two that explain each other."""
    because = without_cycles({0: {1: 1}, 1: {2: 1}, 2: {1: 1}}, earliest=lambda index: index)

    assert because == {0: (1,), 1: (), 2: (1,)}


@pytest.mark.parametrize("seed", range(50))
def test_no_chain_returns_to_itself(seed: int) -> None:
    causes = graph(seed)
    because = without_cycles(causes, earliest=lambda index: index)
    for index in causes:
        seen, current = set[int](), index
        while because[current]:
            assert current not in seen
            seen.add(current)
            current = because[current][0]


@pytest.mark.parametrize("seed", range(50))
def test_only_one_member_of_a_cycle_becomes_a_root(seed: int) -> None:
    causes = graph(seed)
    because = without_cycles(causes, earliest=lambda index: index)
    new_roots = [index for index in causes if causes[index] and not because[index]]
    for index in new_roots:
        reached, waiting = {index}, [index]
        while waiting:
            for cause in causes[waiting.pop()]:
                if cause not in reached:
                    reached.add(cause)
                    waiting.append(cause)
        assert not reached & set(new_roots) - {index}
