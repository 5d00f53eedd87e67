"""Typed objects back into the JSON that the API server would write of them, so that decoding it gives equal objects.

What no type keeps does not come back: unknown fields, a Secret's values, last-applied-configuration, and the field sets
of managedFields. ConfigMaps and Secrets of which only metadata were read are written as the Table that the API server
answers with (`kube.metadata_only`), because as whole objects they would seem to have no keys. Where no manager was kept of
one whose keys are known, a manager without a name holds them.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from kubedx.kube.config import ConfigMap, Secret
from kubedx.kube.object import KubeObject, RawObject
from kubedx.kube.ref import Kind

_COLUMNS = {"Secret": ("Name", "Type", "Data", "Age"), "ConfigMap": ("Name", "Data", "Age")}


def encode_documents(kind: Kind, objects: Sequence[KubeObject]) -> tuple[bytes, ...]:
    """The objects of one kind as JSON documents: a List, and a Table of those that were read as metadata alone. One object a line."""
    whole = [found for found in objects if not _is_partial(found)]
    rows = [_row(found) for found in objects if isinstance(found, ConfigMap | Secret) and _is_partial(found)]
    documents = []
    if whole or not rows:
        documents.append(b'{"apiVersion":"v1","kind":"List","items":[' + _lines(encode_object(found) for found in whole) + b"]}\n")
    if rows:
        columns = msgspec.json.encode([{"name": name} for name in _COLUMNS[kind.kind]])
        head = b'{"apiVersion":"meta.k8s.io/v1","kind":"Table","columnDefinitions":' + columns + b',"rows":['
        documents.append(head + _lines(msgspec.json.encode(row) for row in rows) + b"]}\n")
    return tuple(documents)


def encode_object(found: KubeObject) -> bytes:
    """One object as JSON, on one line. The keys of a Secret have empty values."""
    body = msgspec.json.encode(_wire(found))
    if isinstance(found, RawObject):
        return body
    head = msgspec.json.encode({"apiVersion": found.kind.api_version, "kind": found.kind.kind})
    return head if body == b"{}" else head[:-1] + b"," + body[1:]


def _lines(bodies: Iterable[bytes]) -> bytes:
    return b",\n".join(bodies).join((b"\n", b"\n"))


def _wire(found: KubeObject) -> Any:
    match found:
        case RawObject():
            return _raw(found)
        case Secret() if found.keys_known:
            return {"metadata": found.metadata, "type": found.type, "data": dict.fromkeys(found.keys, "")}
        case Secret():
            return {"metadata": found.metadata, "type": found.type}
        case ConfigMap():
            binary = dict.fromkeys((key for key in found.keys if key not in (found.data or {})), "")
            wire = {"metadata": found.metadata, "data": found.data, "immutable": found.immutable}
            return wire | ({"binaryData": binary} if binary else {})
        case _:
            return found


def _raw(found: RawObject) -> dict[str, Any]:
    data = {"apiVersion": found.kind.api_version, "kind": found.kind.kind, **found.data}
    if found.metadata.managed_fields:
        metadata = data.get("metadata")
        data["metadata"] = {**(metadata if isinstance(metadata, dict) else {}), "managedFields": found.metadata.managed_fields}
    return data


def _is_partial(found: KubeObject) -> bool:
    """Whether only metadata were read of it, and its keys from managedFields."""
    match found:
        case ConfigMap():
            return found.data is None
        case Secret():
            return bool(found.keys) and not found.keys_known
        case _:
            return False


def _row(found: ConfigMap | Secret) -> dict[str, Any]:
    metadata = msgspec.to_builtins(found.metadata)
    if found.keys or found.keys_known:
        first, *others = metadata.get("managedFields") or [{}]
        first = {**first, "fieldsV1": {"f:data": {f"f:{key}": {} for key in found.keys}}}
        metadata["managedFields"] = [first, *others]
    partial = {"apiVersion": "meta.k8s.io/v1", "kind": "PartialObjectMetadata", "metadata": metadata}
    # A count that is not that of the keys tells that there are more of them.
    count = len(found.keys) if found.keys_known else None
    cells = [found.name, found.type, count, None] if isinstance(found, Secret) else [found.name, count, None]
    return {"cells": cells, "object": partial}
