"""The objects in a text: JSON or YAML, one document or many, single objects or lists, told apart by content.

Understood are what `kubectl get -o json|yaml` and `kubectl get --raw` print (a List of one or mixed kinds, typed lists
whose items lack their kind, Tables, single objects), JSON lines, JSON documents one after the other, and JSON arrays.

JSON is taken apart without parsing the objects: each stays a slice of the text until it is typed.
"""

import enum
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from kubedx.kube import GroupKind, Kind, group_of, pattern_of, type_of
from kubedx.source.dump_header import Header, read_header
from kubedx.source.dump_text import line_of, without_lone_surrogates

if TYPE_CHECKING:
    from kubedx.source.yaml_documents import YamlDocument

# Possessive and within the line: a file of blanks must not be looked through once for every blank in it.
_LOOKS_YAML = pattern_of(rb"""^[^\S\n]*+(?:-[^\S\n]++)?["']?apiVersion["']?[^\S\n]*+:""", re.MULTILINE)
_LOOKS_JSON = pattern_of(rb'"apiVersion"\s*:')
_BEGINS_AS_OBJECT = pattern_of(
    rb"""\s*+(?:\{\s*+"(?:apiVersion|kind)"\s*+:\s*+"|(?:---[^\n]*+\n|#[^\n]*+\n|\s++)*+(?:-\s++)?(?:apiVersion|kind):\s)"""
)
_TRAILING = pattern_of(r"trailing characters \(byte (\d+)\)")
_AT_BYTE = pattern_of(r" ?\(byte (\d+)\)")
_NESTED_LISTS = 3

_METADATA_ONLY = "PartialObjectMetadata"
# The columns that the API server prints for the two kinds that are read as metadata
# (kubernetes/pkg/printers/internalversion/printers.go).
_KIND_OF_COLUMNS = {
    ("name", "type", "data", "age"): "Secret",
    ("name", "data", "age"): "ConfigMap",
}


class Form(enum.Enum):
    """How much of an object an item is."""

    WHOLE = enum.auto()
    METADATA = enum.auto()
    """Only its metadata: a PartialObjectMetadata."""
    ROW = enum.auto()
    """A row of the Table that the API server prints of Secrets, with the metadata of one."""


class Item(msgspec.Struct, frozen=True, gc=False):
    """One object, still as JSON."""

    header: Header
    body: msgspec.Raw | bytes
    form: Form = Form.WHOLE


class Document(msgspec.Struct, frozen=True):
    """What one document of a text holds.

    `is_list` tells a list from an object that stands alone. `empty_of` is the kind of a typed list without items.
    `nameless` counts what stands among the items and is no object. `version` is that of an API server, where it tells it.
    """

    items: tuple[Item, ...] = ()
    is_list: bool = False
    empty_of: GroupKind | None = None
    nameless: int = 0
    version: str = ""


class Unread(msgspec.Struct, frozen=True):
    """A document that could not be read: where (line) and why, as one clause."""

    message: str


class _Column(msgspec.Struct, frozen=True):
    name: str = ""


class _Row(msgspec.Struct, frozen=True):
    object: msgspec.Raw = msgspec.Raw(b"null")


class _ServerVersion(msgspec.Struct, frozen=True, rename="camel"):
    git_version: str = ""


class _Outer(msgspec.Struct, frozen=True, rename="camel"):
    """A document with its items unparsed. Items that are null are an empty list, as kubectl and Go write it; unset, there is no list."""

    api_version: str | None = None
    kind: str | None = None
    items: tuple[msgspec.Raw, ...] | msgspec.UnsetType | None = msgspec.UNSET
    rows: tuple[msgspec.Raw, ...] | None = None
    column_definitions: tuple[_Column, ...] | None = None
    server_version: _ServerVersion | None = None
    info: _ServerVersion | None = None


_OUTER = msgspec.json.Decoder(_Outer)
_ROW = msgspec.json.Decoder(_Row)
_RAW = msgspec.json.Decoder(msgspec.Raw)
_ARRAY = msgspec.json.Decoder(tuple[msgspec.Raw, ...])


def begins_as_objects(head: bytes) -> bool:
    """Whether a text begins as `kubectl` begins what it prints, so that it is no log even where a log would lie."""
    return _BEGINS_AS_OBJECT.match(head) is not None and (_LOOKS_JSON.search(head) or _LOOKS_YAML.search(head)) is not None


def may_hold_objects(head: bytes) -> bool:
    """Whether a text may hold objects, by its beginning."""
    return head.lstrip()[:1] in (b"{", b"[") or _LOOKS_YAML.search(head) is not None


def names_a_kind(data: bytes) -> bool:
    """Whether a text that cannot be read was to hold objects."""
    return (_LOOKS_JSON.search(data) or _LOOKS_YAML.search(data)) is not None


def is_json(data: bytes) -> bool:
    """Whether a text is JSON rather than YAML (which holds JSON: a `{` of YAML that is no JSON is found later)."""
    return data.lstrip()[:1] in (b"{", b"[")


def read_documents(data: bytes, items_of: Kind | None = None) -> Iterator[Document | Unread]:
    """Every document of a UTF-8 text that holds an object, and every one that cannot be read.

    `items_of` is the kind of the items of a plain JSON array, where they do not tell it themselves.
    """
    if not is_json(data):
        yield from _yaml_documents(data)
        return
    for found in _json_documents(without_lone_surrogates(data), items_of):
        # `{a: b}` is YAML alone; but broken JSON stays broken JSON.
        if isinstance(found, Unread) and not _LOOKS_JSON.search(data) and _LOOKS_YAML.search(data):
            yield from _yaml_documents(data)
            return
        yield found


def _json_documents(data: bytes, items_of: Kind | None) -> Iterator[Document | Unread]:
    view = memoryview(data)
    start = _next_value(data, 0)
    while start < len(data):
        try:
            found, end = _json_value(view, start, items_of)
        except msgspec.DecodeError as error:
            yield Unread(_where(data, start, str(error)))
            return
        except RecursionError:
            yield Unread(f"line {line_of(data, start)}: it is nested too deeply")
            return
        if found is not None:
            yield found
        start = _next_value(data, end)


def _json_value(view: memoryview, start: int, items_of: Kind | None) -> tuple[Document | None, int]:
    """The document that begins there, and where it ends."""
    try:
        return _json_document(view[start:], items_of), len(view)
    except (msgspec.ValidationError, UnicodeDecodeError):
        end = _end_of(view, start)
        return _single(msgspec.Raw(view[start:end])), end
    except msgspec.DecodeError:
        end = _end_of(view, start)
    try:
        return _json_document(view[start:end], items_of), end
    except (msgspec.ValidationError, UnicodeDecodeError):
        return _single(msgspec.Raw(view[start:end])), end


def _end_of(view: memoryview, start: int) -> int:
    try:
        _RAW.decode(view[start:])
    except msgspec.DecodeError as error:
        trailing = _TRAILING.search(str(error))
        if trailing is None or int(trailing[1]) < 2:
            raise
        return start + int(trailing[1]) - 1  # it counts bytes from 1, and names the first that trails
    return len(view)


def _next_value(data: bytes, start: int) -> int:
    # By steps, for a text of a million documents must not be copied a million times.
    while start < len(data) and data[start : start + 1].isspace():
        start += 1
    return start


def _where(data: bytes, start: int, message: str) -> str:
    at = _AT_BYTE.search(message)
    position = start + int(at[1]) - 1 if at else len(data)
    what = _AT_BYTE.sub("", message).removeprefix("JSON is malformed: ")
    if "truncated" in what:
        return f"line {line_of(data, len(data))}: the JSON is cut off at byte {len(data)}; write it again"
    return f"line {line_of(data, position)} (byte {position}): not JSON, {what}"


def _json_document(text: memoryview, items_of: Kind | None = None) -> Document | None:
    if bytes(text[:1]) == b"[":
        return _list_of(_ARRAY.decode(text), *((items_of.api_version, f"{items_of.kind}List") if items_of else ("", "")))
    outer = _OUTER.decode(text)
    api_version, kind = outer.api_version or "", outer.kind or ""
    if outer.rows is not None and kind == "Table":
        return _table(outer)
    if outer.items is not msgspec.UNSET and (not kind or kind.endswith("List")):
        return _list_of(outer.items or (), api_version, kind)
    # `kubectl version -o json`, or troubleshoot.sh's cluster_version.json.
    for told in (outer.server_version, outer.info):
        if told and told.git_version:
            return Document(version=told.git_version)
    return _single(msgspec.Raw(text)) if kind and api_version else None


def _yaml_documents(data: bytes) -> Iterator[Document | Unread]:
    from kubedx.source.yaml_documents import YamlError, documents  # most dumps are JSON, and PyYAML takes long to import

    for found in documents(data):
        if isinstance(found, YamlError):
            yield Unread(str(found))
        elif document := _yaml_document(found):
            yield document


def _yaml_document(found: "YamlDocument") -> Document | None:
    value = found.value
    if isinstance(value, list):
        return _list_of(map(msgspec.json.encode, value), "", "")
    if not isinstance(value, dict):
        return None
    api_version, kind = _text(value, "apiVersion"), _text(value, "kind")
    if found.items is not None and (not kind or kind.endswith("List")):
        return _list_of(found.items, api_version, kind)
    if found.items is not None:
        value = {**value, "items": [msgspec.Raw(item) for item in found.items]}
    try:
        return _json_document(memoryview(msgspec.json.encode(value)))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _single(body: msgspec.Raw) -> Document | None:
    header = read_header(body)
    if header is None or not header.kind or not header.api_version:
        return None
    # Configuration (a kubeconfig, a kustomization) has a kind and no name; it may hold credentials, and is no part of a cluster.
    if not header.name and type_of(_group_kind(header)) is None:
        return None
    return Document(items=(_identified(header, body),))


def _group_kind(header: Header) -> GroupKind:
    return GroupKind(group_of(header.api_version), header.kind)


def _list_of(bodies: Iterable[msgspec.Raw | bytes], api_version: str, kind: str, depth: int = 0) -> Document | None:
    """The objects of a list. None when there is no object in it, and nothing tells of what it is a list."""
    item_kind = kind.removesuffix("List") if kind != "List" else ""
    items: list[Item] = []
    nameless = 0
    for body in bodies:
        header = read_header(body)
        if header is not None and item_kind and not header.kind:
            header = msgspec.structs.replace(header, kind=item_kind, api_version=header.api_version or api_version)
        if header is None or not header.kind or not header.api_version:
            nameless += 1
        elif header.kind == "APIGroup":
            continue  # discovery, not an object
        elif header.kind.endswith("List") and not header.name and depth < _NESTED_LISTS:
            inner = _nested(body, depth + 1)
            items.extend(inner.items)
            nameless += inner.nameless
        else:
            items.append(_identified(header, body))
    if not items and not kind:
        return None
    empty_of = GroupKind(group_of(api_version), item_kind) if item_kind and not (items or nameless) else None
    return Document(tuple(items), is_list=True, empty_of=empty_of, nameless=nameless)


def _nested(body: msgspec.Raw | bytes, depth: int) -> Document:
    try:
        outer = _OUTER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Document(nameless=1)
    return _list_of(outer.items or (), outer.api_version or "", outer.kind or "", depth) or Document()


def _table(outer: _Outer) -> Document:
    columns = tuple(column.name.lower() for column in outer.column_definitions or ())
    kind = _KIND_OF_COLUMNS.get(columns[:4], "")
    items: list[Item] = []
    nameless = 0
    for row in outer.rows or ():
        item = _of_row(row, kind)
        if item is None:
            nameless += 1
        else:
            items.append(item)
    empty_of = GroupKind("", kind) if kind and not (items or nameless) else None
    return Document(tuple(items), is_list=True, empty_of=empty_of, nameless=nameless)


def _of_row(row: msgspec.Raw, kind: str) -> Item | None:
    """The object in a row of a Table; `kind` is what the columns of the Table tell."""
    try:
        body = _ROW.decode(row).object
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    header = read_header(body)
    if header is None or not header.kind:
        return None
    if header.kind != _METADATA_ONLY or not kind:
        return _identified(header, body)
    header = msgspec.structs.replace(header, kind=kind, api_version="v1")
    return Item(header, row, Form.ROW) if kind == "Secret" else Item(header, body, Form.METADATA)


def _identified(header: Header, body: msgspec.Raw | bytes) -> Item:
    """An item, under the kind of its object where it is only the metadata of one and its fields tell the kind."""
    if header.kind != _METADATA_ONLY:
        return Item(header, body)
    if kind := _owned_kind(body):
        header = msgspec.structs.replace(header, kind=kind, api_version="v1")
    return Item(header, body, Form.METADATA)


def _owned_kind(body: msgspec.Raw | bytes) -> str:
    """Secret or ConfigMap, by the fields that managedFields say it has: only these two have `data`, only a Secret a `type`."""
    text = bytes(body)
    if b'"f:type"' in text and b'"f:data"' in text:
        return "Secret"
    return "ConfigMap" if b'"f:data"' in text or b'"f:binaryData"' in text else ""


def _text(value: dict[str, Any], key: str) -> str:
    found = value.get(key)
    return found if isinstance(found, str) else ""
