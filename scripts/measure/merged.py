"""Three recordings in one cluster: three incidents of the same causes are wanted, none of them swallowed by another.

The first recording stays as it is. Of the two others come the namespaces of applications, renamed wherever a namespace is
named (fields, DNS names, messages, logs), their nodes under other names, and the cluster-scoped objects that the first one
lacks; their addresses and uids are moved so that none meets another, and their times so that all three are of one moment.
A fault of the whole cluster (a node, DNS, a class) can only stand in the first: the others would suffer from it too.
"""

import random
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any, NamedTuple

from measure.recording import Data, Recording, incidents_of

SYSTEM = {"", "default", "kube-system", "kube-public", "kube-node-lease", "ingress-nginx", "local-path-storage"}
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?=[.\d]*Z)")
_ADDRESS = re.compile(r"\b10\.(\d{1,3})(?=\.\d{1,3}\.\d{1,3}\b)")
_FORMAT = "%Y-%m-%dT%H:%M:%S"


class Merge(NamedTuple):
    """How one merge came out: which of its faults have an incident, and how many incidents name none of them."""

    names: tuple[str, ...]
    found: tuple[bool, ...]
    extra: int


def measure(recordings: Iterable[Recording], seed: int, scorer: ModuleType) -> list[Merge]:
    """Each recording of one fault, merged with two others that chance chooses."""
    single = [one for one in recordings if "root_cause" in one.truth and one.truth.get("category") != "healthy"]
    local = [one for one in single if one.truth["root_cause"].get("namespace", "") not in SYSTEM]
    merges = []
    for first in single:
        chance = random.Random(f"{seed} {first.name}")  # noqa: S311  # the same choice each time
        others = chance.sample([one for one in local if one.name != first.name], 2)
        merges.append(_judged((first, *(renamed(one, number, first) for number, one in enumerate(others, start=1))), scorer))
    return merges


def _judged(parts: tuple[Recording, ...], scorer: ModuleType) -> Merge:
    objects, logs = together(parts)
    incidents = incidents_of(objects, logs)
    owners = scorer.top_owners(objects)
    targets = [scorer.wanted(part.truth["root_cause"] | {"also": part.truth.get("also_accept", [])}, owners) for part in parts]
    found = tuple(any(scorer.meets(incident, target, owners) for incident in incidents) for target in targets)
    extra = sum(not any(scorer.meets(incident, target, owners) for target in targets) for incident in incidents)
    return Merge(tuple(part.name for part in parts), found, extra)


def together(parts: Sequence[Recording]) -> tuple[list[Data], dict[str, str]]:
    """The objects and logs of all parts; of a system namespace those of the first alone."""
    held: dict[tuple[str, ...], Data] = {}
    logs: dict[str, str] = {}
    for number, part in enumerate(parts):
        for obj in part.objects:
            meta = obj["metadata"]
            place = meta.get("namespace", "")
            if number and place in SYSTEM and place:
                continue
            held.setdefault((obj["apiVersion"].partition("/")[0], obj["kind"], place, meta["name"]), obj)
        logs |= part.logs
    return list(held.values()), logs


def renamed(part: Recording, number: int, first: Recording) -> Recording:
    """The recording with its own namespaces, nodes, addresses and uids, at the moment of the first one."""
    tag = f"-m{number}"
    places = {obj["metadata"]["name"] for obj in part.objects if obj["kind"] == "Namespace"} - SYSTEM
    nodes = {obj["metadata"]["name"] for obj in part.objects if obj["kind"] == "Node"}
    nodes |= {name for obj in part.objects if obj["kind"] == "Pod" and (name := (obj.get("spec") or {}).get("nodeName"))}
    shift = moment(first) - moment(part)
    text = _renaming(places, nodes, tag, number, shift)

    def walk(value: Any, key: str = "") -> Any:
        match value:
            case dict():
                return {name: walk(inner, name) for name, inner in value.items()}
            case list():
                return [walk(inner, key) for inner in value]
            case str() if key == "namespace" and value in places:
                return value + tag
            case str() if key == "uid":
                return value + tag
            case str():
                return text(value)
        return value

    def moved(obj: Data) -> Data:
        found: Data = walk(obj)
        if obj["kind"] == "Namespace" and obj["metadata"]["name"] in places:
            name = obj["metadata"]["name"] + tag
            labels = found["metadata"].get("labels") or {}
            found["metadata"] |= {"name": name, "labels": labels | {"kubernetes.io/metadata.name": name}}
        return found

    logs = {"/".join([_place(key, places, tag), *key.split("/")[1:]]): text(log) for key, log in part.logs.items()}
    return Recording(part.name, [moved(obj) for obj in part.objects], logs, walk(part.truth))


def _place(key: str, places: set[str], tag: str) -> str:
    place = key.partition("/")[0]
    return place + tag if place in places else place


def moment(recording: Recording) -> datetime:
    """When it was recorded, without a zone."""
    told = recording.truth.get("scan_time", "")
    return datetime.fromisoformat(str(told)[:19])


def _renaming(places: set[str], nodes: set[str], tag: str, number: int, shift: timedelta) -> Callable[[str], str]:
    """What is done to every string: namespaces where a namespace stands, node names as whole words, addresses, times."""
    names = "|".join(map(re.escape, sorted(places, key=len, reverse=True))) or r"(?!)"
    machines = "|".join(map(re.escape, sorted(nodes, key=len, reverse=True))) or r"(?!)"
    namespaces = re.compile(
        rf"(?<=[a-z0-9]\.)(?:{names})(?=\.svc\b|[:/\s\"',;)]|$)|(?<![\w./-])(?:{names})(?=/[a-z0-9])"
        rf"|(?<=namespace )(?:{names})\b|(?<=namespace \")(?:{names})(?=\")|(?<=serviceaccount:)(?:{names})(?=:)"
    )
    node_names = re.compile(rf"(?<![\w.-])(?:{machines})(?![\w.-])")

    def text(value: str) -> str:
        value = node_names.sub(lambda match: match[0] + tag, namespaces.sub(lambda match: match[0] + tag, value))
        value = _ADDRESS.sub(lambda match: f"10.{(int(match[1]) + number) % 256}", value)
        return _TIME.sub(lambda match: (datetime.fromisoformat(match[0]) + shift).strftime(_FORMAT), value)

    return text
