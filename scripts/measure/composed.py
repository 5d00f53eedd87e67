"""Clusters of many faults, composed of the rules' own fixtures: as many incidents are wanted as there are faults, of the same causes.

A `fires` fixture is a cluster of one fault whose cause is known. Several of them, of different rules, come into one cluster, each in
namespaces of its own. What one is found to be by itself it must be found to be among the others: no fault may swallow that of a
neighbour, nor be told twice. A fixture that brings objects without a namespace (a node, a class) would change what is true of the
others; it can only stand first.
"""

import random
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from kubedx.kube import TYPES
from measure.merged import SYSTEM, moment, renamed, together
from measure.recording import Data, Recording, incidents_of

TOGETHER = 6
_KINDS = {kind.KIND.kind: kind.KIND for kind in TYPES}
_UNTOLD = {"unlisted", "stale"}
"""Headers of clusters that are only seen in part: what one of them hides, it would hide of all."""

_MOMENT = "2026-03-01T12:00:00Z"


class Fault(NamedTuple):
    """A fixture as a recording, and the object that its header names as the place of the fault."""

    code: str
    recording: Recording
    places: frozenset[str]

    @property
    def is_local(self) -> bool:
        """Whether everything in it belongs to a namespace."""
        spaces = {_place(obj) for obj in self.recording.objects}
        # By another name the namespace of a part of the cluster would not be known as one.
        return "" not in spaces and spaces.isdisjoint(SYSTEM) and not any(name.endswith("-system") for name in spaces)


class Composition(NamedTuple):
    """How one cluster came out: its faults by name, those that were found, those that were not, and what was found beside."""

    names: tuple[str, ...]
    found: tuple[str, ...]
    lost: tuple[str, ...]
    surplus: tuple[str, ...]


def measure(folder: Path, seed: int) -> list[Composition]:
    """Every local fixture once, in clusters of six that one of the others leads; by chance, the same each time."""
    faults = fixtures(folder)
    chance = random.Random(seed)  # noqa: S311  # the same choice each time
    leaders, local = [one for one in faults if not one.is_local], [one for one in faults if one.is_local]
    chance.shuffle(leaders)
    chance.shuffle(local)
    groups = [local[begin : begin + TOGETHER - 1] for begin in range(0, len(local), TOGETHER - 1)]
    return [compose([leader, *group]) for leader, group in zip(leaders, groups, strict=False)]


def fixtures(folder: Path) -> list[Fault]:
    """The faults of all fixtures that say enough to stand in another cluster."""
    faults = (_fault(path) for path in sorted(folder.glob("*/fires*.yaml")))
    return [fault for fault in faults if fault is not None]


def _fault(path: Path) -> Fault | None:
    header, *documents = [document for document in yaml.safe_load_all(path.read_text()) if document]
    if header.keys() & _UNTOLD or not header.get("expect"):
        return None
    objects = [_completed(item) for document in documents for item in _items(document)]
    known = {obj["metadata"]["name"] for obj in objects if obj["kind"] == "Namespace"}
    spaces = {obj["metadata"].get("namespace", "") for obj in objects} - known - {""}
    # A fixture often leaves it unsaid that its namespaces exist.
    objects += [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}, "status": {"phase": "Active"}} for name in sorted(spaces)
    ]
    logs = {key.replace("/previous", ".previous"): text for key, text in (header.get("logs") or {}).items()}
    places = frozenset(str(one.get("cause") or one["subject"]) for one in header["expect"])
    truth = {"scan_time": str(header.get("now") or _MOMENT)}
    return Fault(path.parent.name, Recording(f"{path.parent.name}/{path.stem}", objects, logs, truth), places)


def _place(obj: Data) -> str:
    """The namespace of an object, or which it is; empty for one that belongs to none."""
    return str(obj["metadata"].get("namespace") or (obj["metadata"]["name"] if obj["kind"] == "Namespace" else ""))


def _items(document: Any) -> Iterable[Data]:
    if isinstance(document, list):
        return [item for inner in document for item in _items(inner)]
    return document["items"] if str(document.get("kind", "")).endswith("List") and "items" in document else [document]


def _completed(obj: Data) -> Data:
    found = _plain(obj)
    return {"apiVersion": found.get("apiVersion") or _KINDS[found["kind"]].api_version, **found}


def _plain(value: Any) -> Any:
    """Times that YAML made of plain words are words again."""
    match value:
        case dict():
            return {key: _plain(inner) for key, inner in value.items()}
        case list():
            return [_plain(inner) for inner in value]
        case _ if hasattr(value, "isoformat"):
            return value.isoformat().replace("+00:00", "Z")
    return value


def compose(faults: list[Fault]) -> Composition:
    """The faults in one cluster."""
    leader = faults[0].recording
    parts = [leader, *(renamed(one.recording, number, leader) for number, one in enumerate(faults[1:], start=1))]
    now = moment(leader).replace(tzinfo=UTC)
    wanted: dict[str, str] = {}
    for part in parts:
        wanted |= {one: f"{part.name}: {title}" for one, title in _identities(part.objects, part.logs, now).items()}
    found = _identities(*together(parts), now)
    return Composition(
        names=tuple(fault.recording.name for fault in faults),
        found=tuple(title for one, title in wanted.items() if one in found),
        lost=tuple(title for one, title in wanted.items() if one not in found),
        surplus=tuple(title for one, title in found.items() if one not in wanted),
    )


def _identities(objects: list[Data], logs: dict[str, str], now: datetime) -> dict[str, str]:
    """The incidents by id, each with its title."""
    return {one["id"]: f"{one['rootCause']['code']}: {one['title']}" for one in incidents_of(objects, logs, now)}
