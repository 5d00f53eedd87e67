"""At most so many requests a second."""

from itertools import pairwise

from kubedx.source.http_pace import Pace


def test_turns_are_spread_evenly() -> None:
    pace = Pace(0.001)
    waits = [pace.turn() for _ in range(5)]
    assert waits[0] == 0.0
    assert all(900 < later - earlier <= 1000 for earlier, later in pairwise(waits))


def test_without_a_limit_nobody_waits() -> None:
    pace = Pace(None)
    assert [pace.turn() for _ in range(1000)] == [0.0] * 1000
