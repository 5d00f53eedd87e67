"""A change of fields of one object: by the paths of evidence, as a JSON patch (RFC 6902), and done on the typed object."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from kubedx.kube import Gap, KubeObject, decode_object, encode_object, pattern_of

_TOKEN = pattern_of(r"([^.\[\]]+)|\[([^\]]*)\]")
_NAMING = ("name", "key", "secretName", "port", "containerPort")
"""The fields by whose value a path names an element of a list."""

Token = str | int
Place = tuple[Token, ...]


class Edit(NamedTuple):
    """A field, by its path in the manner of evidence (`spec.template.spec.containers[api].image`), and its new value.

    With `alike`, every field at that place of any list element counts that has the old value.
    """

    path: str
    value: str | int
    alike: bool = False


class FieldEdit(NamedTuple):
    """A field that an edit changes: where it stands, and what stood there (None: nothing)."""

    place: Place
    before: Any
    after: str | int


class Edited(NamedTuple):
    """The object with its edits, and the fields that they changed."""

    object: KubeObject
    fields: tuple[FieldEdit, ...]


def edited(obj: KubeObject, edits: Sequence[Edit]) -> Edited | None:
    """The object with these fields changed; None where a path leads nowhere, nothing changes, or the result is no object of the kind."""
    document: dict[str, Any] = msgspec.json.decode(encode_object(obj))
    fields = tuple(dict.fromkeys(field for edit in edits for field in _fields(document, edit)))
    if not fields or any(not list(_fields(document, edit)) for edit in edits):
        return None
    for field in fields:
        holder = _at(document, field.place[:-1])
        holder[field.place[-1]] = field.after
    changed = decode_object(obj.kind, document)
    return None if isinstance(changed, Gap) or changed == obj else Edited(changed, fields)


def json_patch(fields: Sequence[FieldEdit]) -> str:
    """The patch, which tests each field before it replaces it, so that it does nothing to an object that is another by now."""
    operations: list[dict[str, Any]] = []
    for field in fields:
        pointer = "".join(f"/{str(token).replace('~', '~0').replace('/', '~1')}" for token in field.place)
        if field.before is None:
            operations.append({"op": "add", "path": pointer, "value": field.after})
        else:
            operations.append({"op": "test", "path": pointer, "value": field.before})
            operations.append({"op": "replace", "path": pointer, "value": field.after})
    return msgspec.json.encode(operations).decode()


def words_of(place: Place) -> str:
    """A place as people write it: `spec.template.spec.containers[0].image`."""
    words = ""
    for token in place:
        plain = isinstance(token, str) and not re.search(r"[./]", token)
        words += f".{token}" if plain else f"[{token}]"
    return words.removeprefix(".")


def _fields(document: dict[str, Any], edit: Edit) -> Iterator[FieldEdit]:
    place = _resolve(document, [name or f"[{selector}]" for name, selector in _TOKEN.findall(edit.path)])
    if place is None:
        return
    holder = _at(document, place[:-1])
    before = holder.get(place[-1]) if isinstance(holder, dict) else holder[place[-1]]
    # What is written for people as text stays a number where one stood.
    value = int(edit.value) if isinstance(before, int) and isinstance(edit.value, str) and edit.value.isdigit() else edit.value
    if before == value or isinstance(before, dict | list):
        return
    places = _alike(document, place) if edit.alike else (place,)
    for one in places:
        if not edit.alike or _at(document, one) == before:
            yield FieldEdit(one, before, value)


def _resolve(document: Any, tokens: Sequence[str]) -> Place | None:
    """The place that a path means; its last field need not be there yet, all before it must."""
    place: list[Token] = []
    here = document
    for number, token in enumerate(tokens):
        step = _step(here, token)
        if step is None:
            return None
        place.append(step)
        last = number == len(tokens) - 1
        if isinstance(here, dict):
            if step not in here and not last:
                return None
            here = here.get(step)
        else:
            here = here[step]
    return tuple(place) or None


def _step(here: Any, token: str) -> Token | None:
    selector = token[1:-1] if token.startswith("[") else ""
    if isinstance(here, dict):
        return selector or token
    if not isinstance(here, list) or not token.startswith("["):
        return None
    named = next((index for index, element in enumerate(here) if _is_named(element, selector)), None)
    if named is None and selector.isdigit() and int(selector) < len(here):
        return int(selector)
    return named


def _is_named(element: Any, name: str) -> bool:
    """Whether an element bears this name: itself (a container), or the object that it refers to (an entry of envFrom)."""
    if not isinstance(element, dict):
        return False
    if any(str(element[field]) == name for field in _NAMING if field in element):
        return True
    return any(isinstance(inner, dict) and inner.get("name") == name for inner in element.values())


def _alike(document: Any, place: Place) -> Iterator[Place]:
    """The places that differ from this one in positions in lists alone."""
    reached: list[tuple[Place, Any]] = [((), document)]
    for token in place:
        following: list[tuple[Place, Any]] = []
        for path, here in reached:
            if isinstance(here, list):
                following += [((*path, index), element) for index, element in enumerate(here)]
            elif isinstance(here, dict) and token in here:
                following.append(((*path, token), here[token]))
        reached = following
    return (path for path, _value in reached)


def _at(document: Any, place: Place) -> Any:
    for token in place:
        document = document[token]
    return document
