"""The objects of a dump, each once, under the type of its kind.

The same object in two files: the later resourceVersion counts, then the later generation, then the file read last.
Objects of kinds that have a type are typed at once, so that the text they came from (with the values of Secrets) can go;
those of other kinds stay JSON until somebody asks for their kind.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from kubedx.kube import (
    CustomResourceDefinition,
    DecodedList,
    Gap,
    GapReason,
    GroupKind,
    Kind,
    KubeObject,
    decode_config_map_metadata,
    decode_item,
    decode_list,
    decode_secret_table,
    type_of,
)
from kubedx.source.dump_documents import Form, Item
from kubedx.source.dump_header import Header
from kubedx.source.dump_kinds import read_as

_BATCH = 32 * 1024 * 1024
_COLUMNS = b'{"columnDefinitions":[{"name":"Name"},{"name":"Type"},{"name":"Data"},{"name":"Age"}],"rows":['

_Key = tuple[str, str]
_Rank = tuple[int, int, int]


class _Raw(msgspec.Struct, frozen=True, gc=False):
    kind: Kind
    body: bytes


class ObjectStore:
    """Collects objects while a dump is read, then answers for them. Not for several threads while it collects.

    With `keep_schemas`, CustomResourceDefinitions stay as JSON too, in `definitions`: their types have no schema.
    """

    def __init__(self, *, keep_schemas: bool = False) -> None:
        self.definitions: list[bytes] = []
        self._keep_schemas = keep_schemas
        self.gaps: list[Gap] = []
        self._typed: defaultdict[GroupKind, dict[_Key, KubeObject]] = defaultdict(dict)
        self._raw: defaultdict[GroupKind, dict[_Key, _Raw]] = defaultdict(dict)
        self._ranks: defaultdict[GroupKind, dict[_Key, _Rank]] = defaultdict(dict)
        self._documents = 0

    def add(self, items: Iterable[Item]) -> None:
        """Take the objects of one document; of two of a name the newer stays."""
        self._documents += 1
        groups: defaultdict[tuple[Kind, Form], dict[_Key, Item]] = defaultdict(dict)
        for item in items:
            header = item.header
            kind = read_as(header.api_version, header.kind, namespaced=bool(header.namespace))
            if kind is None or (item.form is not Form.WHOLE and kind.kind not in {"Secret", "ConfigMap"}):
                self.gaps.append(_not_read(header, item.form))
            elif not header.name:
                self.gaps.append(
                    Gap(header.api_version, header.kind, header.namespace, "list", GapReason.UNREADABLE, "an object without a name")
                )
            elif self._is_newest(kind.group_kind, header):
                groups[kind, item.form][header.namespace, header.name] = item
        for (kind, form), found in groups.items():
            self._store(kind, form, list(found.values()))

    def kinds(self) -> list[Kind]:
        """The kinds of which it has an object."""
        typed = (next(iter(found.values())).kind for found in self._typed.values() if found)
        raw = (next(iter(found.values())).kind for found in self._raw.values() if found)
        return sorted({*typed, *raw})

    def of(self, group_kind: GroupKind) -> tuple[KubeObject, ...]:
        """The objects of a kind, by namespace and name."""
        self._type_now(group_kind)
        found = self._typed.get(group_kind, {})
        return tuple(found[key] for key in sorted(found))

    def get(self, group_kind: GroupKind, namespace: str, name: str) -> KubeObject | None:
        """One object."""
        self._type_now(group_kind)
        return self._typed.get(group_kind, {}).get((namespace, name))

    def names(self, group_kind: GroupKind) -> Iterator[_Key]:
        """The namespace and name of every object of a kind."""
        yield from self._typed.get(group_kind, {})
        yield from self._raw.get(group_kind, {})

    def group_kinds(self) -> Iterator[GroupKind]:
        """The kinds of which it has an object, without their versions."""
        yield from (key for key, found in self._typed.items() if found)
        yield from (key for key, found in self._raw.items() if found)

    def _is_newest(self, group_kind: GroupKind, header: Header) -> bool:
        key = header.namespace, header.name
        rank = header.resource_version, header.generation, self._documents
        ranks = self._ranks[group_kind]
        if key in ranks and ranks[key] > rank:
            return False
        ranks[key] = rank
        return True

    def _store(self, kind: Kind, form: Form, items: Sequence[Item]) -> None:
        group_kind = kind.group_kind
        if type_of(group_kind) is None:
            self._raw[group_kind].update(((item.header.namespace, item.header.name), _Raw(kind, bytes(item.body))) for item in items)
            return
        if self._keep_schemas and group_kind == CustomResourceDefinition.KIND.group_kind:
            self.definitions += (bytes(item.body) for item in items)
        shelf = self._typed[group_kind]
        for batch in _batches(items):
            decoded = _decode(kind, form, batch)
            shelf.update(((found.namespace, found.name), found) for found in decoded.items)
            self.gaps += decoded.gaps

    def _type_now(self, group_kind: GroupKind) -> None:
        waiting = self._raw.pop(group_kind, {})
        for key, raw in waiting.items():
            decoded = decode_item(raw.kind, raw.body)
            if isinstance(decoded, Gap):
                self.gaps.append(decoded)
            else:
                self._typed[group_kind][key] = decoded


def _batches(items: Sequence[Item]) -> Iterator[list[Item]]:
    """The items in parts, since each part is copied to be decoded in one call."""
    batch: list[Item] = []
    size = 0
    for item in items:
        length = len(memoryview(item.body))
        if batch and size + length > _BATCH:
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += length
    if batch:
        yield batch


def _decode(kind: Kind, form: Form, items: Sequence[Item]) -> DecodedList[Any]:
    bodies = b",".join(item.body for item in items)
    if form is Form.ROW:
        return decode_secret_table(_COLUMNS + bodies + b"]}")
    if form is Form.WHOLE:
        return decode_list(kind, b'{"items":[' + bodies + b"]}")
    if kind.kind == "ConfigMap":
        return decode_config_map_metadata(b'{"items":[' + bodies + b"]}")
    rows = b",".join(b'{"object":' + bytes(item.body) + b"}" for item in items)
    return decode_secret_table(b'{"rows":[' + rows + b"]}")


def _not_read(header: Header, form: Form) -> Gap:
    version = f"{header.kind} is written in version {header.api_version}, which is not read"
    message = version if form is Form.WHOLE else "only the metadata of the object are in the dump"
    return Gap(header.api_version, header.kind, header.namespace, "list", GapReason.UNREADABLE, message, header.name)
