"""How long verify waits, on a clock of its own."""

from types import SimpleNamespace

import pytest

from kubedx.cli import verify
from kubedx.cli.verify import Look, Waited
from kubedx.errors import ClusterUnreachable


class Clock:
    """Time that goes on only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(verify, "time", SimpleNamespace(monotonic=made.monotonic, sleep=made.sleep))
    return made


def waited(clock: Clock, broken_until: float, patience: float, comes_back: tuple[float, float] = (0, 0)) -> Waited:
    """Wait for an incident that is there until one moment, and again between two others."""

    def look() -> Look:
        there = clock.now < broken_until or comes_back[0] <= clock.now < comes_back[1]
        return Look(left=("web is down",)) if there else Look()

    return verify._until_resolved(look, patience)


def test_without_patience_it_looks_once(clock: Clock) -> None:
    assert waited(clock, 5, 0) == Waited(Look(left=("web is down",)), 0)
    assert clock.now == 0


def test_what_is_gone_must_stay_away_and_the_time_is_that_of_its_end(clock: Clock) -> None:
    found = waited(clock, 5, 300)

    assert found.look.resolved
    assert 5 <= found.seconds <= 8
    assert clock.now - found.seconds >= verify.STEADY


def test_a_container_between_two_crashes_is_not_well(clock: Clock) -> None:
    found = waited(clock, 2, 300, comes_back=(6, 40))

    assert found.look.resolved
    assert found.seconds >= 40


def test_patience_ends(clock: Clock) -> None:
    found = waited(clock, 1000, 60)

    assert not found.look.resolved
    assert (found.seconds, clock.now) == (60, 60)


def test_a_cluster_that_does_not_answer_for_a_moment_is_waited_for(clock: Clock) -> None:
    def look() -> Look:
        if 1 <= clock.now < 4:
            raise ClusterUnreachable("no answer")
        return Look() if clock.now >= 4 else Look(left=("web is down",))

    assert verify._until_resolved(look, 60).look.resolved


def test_a_cluster_that_never_answers_is_no_waiting(clock: Clock) -> None:
    def look() -> Look:
        raise ClusterUnreachable("no answer")

    with pytest.raises(ClusterUnreachable):
        verify._until_resolved(look, 60)
