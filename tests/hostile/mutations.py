"""Ways to damage a real dump: fields dropped, null, of the wrong type, huge; owners in circles; uids shared."""

import copy
import random
from collections.abc import Callable
from typing import Any

Document = dict[str, Any]

_WRONG: tuple[Any, ...] = (None, True, -1, 2**70, 1e308, "", "x" * 5000, "\x1b[31m\x00", "\ud800", [], [None], {}, {"a": None}, [[[]]])


def mutated(documents: list[Document], rng: random.Random) -> list[Document]:
    """A copy of the documents with one to six injuries."""
    damaged = copy.deepcopy(documents)
    for _injury in range(rng.randint(1, 6)):
        rng.choice(_INJURIES)(damaged, rng)
    return damaged


def with_nulls(document: Document, rng: random.Random) -> Document:
    """A valid object, as Go may write it: nulls for collections and maps that are empty or absent."""
    written = copy.deepcopy(document)
    for place in _dicts(written):
        for key, value in list(place.items()):
            if value in ([], {}) and rng.random() < 0.5:
                place[key] = None
    spec = written.get("spec")
    if isinstance(spec, dict):
        for name in ("volumes", "tolerations", "initContainers", "rules", "tls", "accessModes", "externalIPs", "imagePullSecrets"):
            spec.setdefault(name, None)
    for name in ("ownerReferences", "finalizers", "labels", "annotations"):
        written["metadata"].setdefault(name, None)
    return written


def _dicts(value: Any) -> list[Document]:
    if isinstance(value, dict):
        return [value, *(inner for child in value.values() for inner in _dicts(child))]
    if isinstance(value, list):
        return [inner for child in value for inner in _dicts(child)]
    return []


def _place(documents: list[Document], rng: random.Random) -> tuple[Document, str] | None:
    """A random field of a random object, at any depth; kind, apiVersion and name are left, so that it stays that object."""
    place = rng.choice(documents)
    for _depth in range(rng.randint(0, 8)):
        inner = [child for child in place.values() if isinstance(child, dict) and child]
        inner += [entry for child in place.values() if isinstance(child, list) for entry in child if isinstance(entry, dict) and entry]
        if not inner:
            break
        place = rng.choice(inner)
    keys = [key for key in place if key not in {"kind", "apiVersion", "name", "namespace"}]
    return (place, rng.choice(keys)) if keys else None


def _drop(documents: list[Document], rng: random.Random) -> None:
    if found := _place(documents, rng):
        del found[0][found[1]]


def _replace(documents: list[Document], rng: random.Random) -> None:
    if found := _place(documents, rng):
        found[0][found[1]] = copy.deepcopy(rng.choice(_WRONG))


def _swap(documents: list[Document], rng: random.Random) -> None:
    first, second = _place(documents, rng), _place(documents, rng)
    if first and second:
        first[0][first[1]] = copy.deepcopy(second[0][second[1]])


def _own_in_a_circle(documents: list[Document], rng: random.Random) -> None:
    one, other = rng.choice(documents), rng.choice(documents)
    for owned, owner in ((one, other), (other, one)):
        meta, of = owned.get("metadata"), owner.get("metadata")
        if isinstance(meta, dict) and isinstance(of, dict):
            reference = {
                "apiVersion": owner.get("apiVersion"),
                "kind": owner.get("kind"),
                "name": of.get("name"),
                "uid": of.get("uid"),
                "controller": True,
            }
            meta["ownerReferences"] = [reference]


def _share_uid(documents: list[Document], rng: random.Random) -> None:
    one, other = rng.choice(documents).get("metadata"), rng.choice(documents).get("metadata")
    if isinstance(one, dict) and isinstance(other, dict):
        one["uid"] = other.get("uid")


def _repeat(documents: list[Document], rng: random.Random) -> None:
    documents.append(copy.deepcopy(rng.choice(documents)))


def _stretch(documents: list[Document], rng: random.Random) -> None:
    found = _place(documents, rng)
    if found and isinstance(found[0][found[1]], list):
        found[0][found[1]] = found[0][found[1]] * 50


_INJURIES: tuple[Callable[[list[Document], random.Random], None], ...] = (
    _drop,
    _drop,
    _replace,
    _replace,
    _replace,
    _swap,
    _own_in_a_circle,
    _share_uid,
    _repeat,
    _stretch,
)
