"""A made application of fifty services with one fault in it, which for the callers only their logs tell of.

Each fault (`faults_of_*.py`) is put into the application with what the control plane, the program itself and those that call it say of
it, and tells which objects a human may have to change and a word of the exact wrong value. The first incident should name one of them,
and hold the word.
"""

from collections.abc import Iterator
from typing import NamedTuple

from measure.application import Application
from measure.fault import Wanted
from measure.faults_of_programs import OF_PROGRAMS
from measure.faults_of_stores import OF_STORES
from measure.faults_of_voices import OF_VOICES
from measure.faults_of_wiring import OF_WIRING
from measure.recording import Data, incidents_of
from measure.voices import NOW

FAULTS = (*OF_WIRING, *OF_STORES, *OF_PROGRAMS, *OF_VOICES)


class Outcome(NamedTuple):
    """What came of a fault: the place of the first incident that names it (from 1; 0 for none), and whether that tells the wrong value."""

    fault: str
    place: int
    mechanism: bool
    incidents: int
    titles: tuple[str, ...]


def measure() -> Iterator[Outcome]:
    """Every fault by itself; first the application without any, of which nothing should be said."""
    sound = Application()
    told = _titles(incidents_of(sound.objects, sound.logs, NOW))
    yield Outcome("none", int(not told), not told, len(told), told)
    for fault in FAULTS:
        app = Application()
        wanted = fault(app)
        yield _outcome(fault.__name__.replace("_", "-"), wanted, incidents_of(app.objects, app.logs, NOW))


def _outcome(fault: str, wanted: Wanted, incidents: list[Data]) -> Outcome:
    places = [number for number, incident in enumerate(incidents, start=1) if not wanted.places.isdisjoint(_places(incident))]
    place = places[0] if places else 0
    named = bool(place) and any(word in _said(incidents[place - 1]) for word in wanted.words)
    return Outcome(fault, place, named, len(incidents), _titles(incidents))


def _places(incident: Data) -> Iterator[str]:
    root = incident["rootCause"]
    for ref in (root["subject"], root["cause"]):
        if ref:
            yield f"{ref['kind']} {ref['name']}"


def _said(incident: Data) -> str:
    root = incident["rootCause"]
    return f"{incident['title']} {root['message']} {[piece['value'] for piece in root['evidence']]}"


def _titles(incidents: list[Data]) -> tuple[str, ...]:
    return tuple(f"{one['rootCause']['code']}: {one['title']}" for one in incidents)
