"""ConfigMaps and Secrets of which only metadata were read, so that no value crosses the wire.

The API server answers a list with metadata alone where the client accepts `as=PartialObjectMetadataList`, or, with the
columns that `kubectl get` prints, `as=Table` and `includeObject=Metadata`
(https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables).
The names of the keys are in managedFields: a field set has `f:data`, and in it `f:<key>` for every key
(https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management).
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from kubedx.kube.config import ConfigMap, Secret
from kubedx.kube.decode import REFUSALS, WIRES, DecodedList, ListMeta, Wire, decode_as, decode_list_as, decoded_list
from kubedx.kube.object import FieldSet, ManagedFields, ObjectMeta, Struct


class _FieldSet(FieldSet, frozen=True):
    data: dict[str, msgspec.Raw] = msgspec.field(name="f:data", default_factory=dict)
    binary_data: dict[str, msgspec.Raw] = msgspec.field(name="f:binaryData", default_factory=dict)


class _ManagedOnWire(ManagedFields, frozen=True):
    fields_v1: _FieldSet = _FieldSet()


class _MetaOnWire(ObjectMeta, frozen=True):
    managed_fields: tuple[_ManagedOnWire, ...] = ()

    def keys(self) -> tuple[str, ...]:
        """The keys that any manager owns. Every key of an object has an owner."""
        sets = [manager.fields_v1 for manager in self.managed_fields]
        paths = {path for fields in sets for path in (*fields.data, *fields.binary_data)}
        return tuple(sorted(path.removeprefix("f:") for path in paths if path.startswith("f:")))

    def without_field_sets(self) -> ObjectMeta:
        """The metadata alone, which hold no slice of the body any more."""
        return msgspec.convert(self, ObjectMeta, from_attributes=True)


class _PartialOnWire(Struct, frozen=True):
    metadata: _MetaOnWire = _MetaOnWire()


class _Column(Struct, frozen=True):
    name: str = ""


class _Row(Struct, frozen=True):
    object: _PartialOnWire
    cells: tuple[Any, ...] = ()


class _Table(Struct, frozen=True):
    rows: tuple[msgspec.Raw, ...] | None
    column_definitions: tuple[_Column, ...] | None = None
    metadata: ListMeta | None = None


METADATA_WIRES: tuple[type[Struct], ...] = (_PartialOnWire, _Table, _Row)
"""The structs that are decoded here."""


def _config_map(partial: _PartialOnWire) -> ConfigMap:
    meta = partial.metadata
    return ConfigMap(metadata=meta.without_field_sets(), keys=meta.keys(), keys_known=bool(meta.managed_fields))


def decode_config_map_metadata(body: bytes) -> DecodedList[ConfigMap]:
    """Decode a PartialObjectMetadataList of ConfigMaps: `data` is None; keys are known where managedFields are there.

    Raises msgspec.DecodeError when the body is no JSON list at all.
    """
    return decode_list_as(ConfigMap.KIND, body, Wire(_PartialOnWire, _config_map))


def decode_secret_table(body: bytes) -> DecodedList[Secret]:
    """Decode a Table of Secrets whose rows carry metadata.

    The keys are known where managedFields name as many as the column `Data` counts. A server that answers with whole
    Secrets is understood too, and their values are dropped. Raises msgspec.DecodeError when the body is neither.
    """
    try:
        table = msgspec.json.decode(body, type=_Table)
    except REFUSALS:
        return decode_list_as(Secret.KIND, body, WIRES[Secret])
    wire = _rows(tuple(column.name for column in table.column_definitions or ()))
    return decoded_list([decode_as(Secret.KIND, row, wire) for row in table.rows or ()], table.metadata)


def _rows(columns: Sequence[str]) -> Wire:
    """How a row becomes a Secret, given the names of the columns."""

    def build(row: _Row) -> Secret:
        cells = dict(zip(columns, row.cells, strict=False))
        meta = row.object.metadata
        keys = meta.keys()
        secret_type = cells.get("Type")
        return Secret(
            metadata=meta.without_field_sets(),
            type=secret_type if isinstance(secret_type, str) else "",
            keys=keys,
            keys_known=bool(meta.managed_fields) and cells.get("Data", len(keys)) == len(keys),
        )

    return Wire(_Row, build)
