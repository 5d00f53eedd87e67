"""What begins and what is over, as it is told of a watched cluster."""

from datetime import UTC, datetime, timedelta

import msgspec

from kubedx.findings import Diagnosis, Turn, Turns
from kubedx.kube import Gap, GapReason
from kubedx.pipeline import Request, diagnose
from kubedx.testing import source_from_yaml

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SERVICES = """
kind: Service
metadata: {name: NAME, namespace: shop}
spec: {selector: {app: NAME}, ports: [{port: 80}]}
---
"""
SHOP = "kind: Namespace\nmetadata: {name: shop}"


def seen(seconds: int, *names: str) -> Diagnosis:
    """A shop in which these Services select nothing."""
    text = "".join(SERVICES.replace("NAME", name) for name in names)
    diagnosis = diagnose(source_from_yaml(f"{text}{SHOP}"), Request())
    assert len(diagnosis.incidents) == len(names)
    return msgspec.structs.replace(diagnosis, scanned_at=NOON + timedelta(seconds=seconds))


def told(turn: Turn | None) -> tuple[list[str], list[str], int] | None:
    if turn is None:
        return None
    return [one.root_cause.subject.name for one in turn.appeared], [one.incident.subject.name for one in turn.resolved], turn.open


def test_everything_is_new_at_first_and_then_what_begins() -> None:
    turns = Turns(timedelta(seconds=15))
    assert told(turns.take(seen(0, "cart"))) == (["cart"], [], 1)
    assert turns.take(seen(5, "cart")) is None
    assert told(turns.take(seen(10, "cart", "till"))) == (["till"], [], 2)


def test_what_is_gone_is_over_once_it_has_stayed_so() -> None:
    turns = Turns(timedelta(seconds=15))
    turns.take(seen(0, "cart"))
    assert turns.take(seen(60)) is None
    assert turns.pending
    turn = turns.take(seen(80))
    assert told(turn) == ([], ["cart"], 0)
    assert turn is not None
    assert turn.resolved[0].until == NOON + timedelta(seconds=60)
    assert not turns.pending


def test_what_comes_back_soon_was_there_all_the_time() -> None:
    turns = Turns(timedelta(seconds=15))
    turns.take(seen(0, "cart"))
    assert turns.take(seen(60)) is None
    assert turns.take(seen(70, "cart")) is None
    assert turns.take(seen(80)) is None
    assert turns.take(seen(90)) is None


def test_what_comes_back_late_is_new_again() -> None:
    turns = Turns(timedelta(seconds=15))
    turns.take(seen(0, "cart"))
    turns.take(seen(60))
    turns.take(seen(80))
    assert told(turns.take(seen(90, "cart"))) == (["cart"], [], 1)


def test_what_can_no_longer_be_read_is_not_over() -> None:
    turns = Turns(timedelta(seconds=15))
    turns.take(seen(0, "cart"))
    gap = Gap("v1", "Service", "", "list", GapReason.FORBIDDEN, "no more")
    blind = diagnose(source_from_yaml(SHOP, gaps=[gap]), Request())
    for seconds in (60, 90):
        assert turns.take(msgspec.structs.replace(blind, scanned_at=NOON + timedelta(seconds=seconds))) is None
