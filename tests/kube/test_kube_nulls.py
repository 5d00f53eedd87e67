"""Go writes null for empty lists, maps and pointers. Null is absent, anywhere, and never costs an object."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from msgspec import inspect

from kubedx.kube import TYPES, ConfigMap, EndpointSlice, Kind, KubeObject, Pod, RawObject, Secret, decode_list, decode_object
from kubedx.kube.config import ConfigMapOnWire, SecretOnWire

WIRE: dict[type[KubeObject], type[msgspec.Struct]] = {Secret: SecretOnWire, ConfigMap: ConfigMapOnWire}


def _with_null(info: inspect.Type, seen: frozenset[type]) -> Iterator[Any]:
    """Values of a type in which one thing is null: each field, element and map value in turn, at every depth."""
    match info:
        case inspect.StructType() if info.cls not in seen:
            for field in info.fields:
                for value in (None, *_with_null(field.type, seen | {info.cls})):
                    yield {field.encode_name: value}
        case inspect.UnionType():
            for member in info.types:
                yield from _with_null(member, seen)
        case inspect.VarTupleType():
            yield [None]
            for value in _with_null(info.item_type, seen):
                yield [value]
        case inspect.DictType():
            yield {"key": None}
            for value in _with_null(info.value_type, seen):
                yield {"key": value}
        case inspect.Metadata():
            yield from _with_null(info.type, seen)


@pytest.mark.parametrize("kind_type", TYPES, ids=lambda kind_type: kind_type.__name__)
def test_null_at_every_place(kind_type: type[KubeObject]) -> None:
    wire = WIRE.get(kind_type, kind_type)
    documents = list(_with_null(inspect.type_info(wire), frozenset()))

    decoded = decode_list(kind_type.KIND, json.dumps({"items": documents}).encode())

    assert decoded.gaps == ()
    assert len(decoded.items) == len(documents) > 10
    assert {type(item) for item in decoded.items} == {kind_type}


def test_null_means_the_default() -> None:
    pod = decode_object(Pod.KIND, {"spec": {"restartPolicy": None, "containers": None, "nodeSelector": {"disk": None}, "priority": None}})

    assert pod == Pod()


def test_one_null_does_not_touch_its_neighbours() -> None:
    body = {"items": [{"endpoints": None, "ports": None, "metadata": {"name": "a"}}, {"endpoints": [{"addresses": ["10.0.0.1"]}]}]}

    decoded = decode_list(EndpointSlice.KIND, json.dumps(body).encode())

    assert [item.name for item in decoded.items] == ["a", ""]
    assert isinstance(decoded.items[1], EndpointSlice)
    assert decoded.items[1].endpoints[0].addresses == ("10.0.0.1",)


def test_null_items() -> None:
    decoded = decode_list(Pod.KIND, b'{"items": null, "metadata": null}')

    assert decoded.items == ()
    assert decoded.gaps == ()
    assert decoded.continue_token == ""


def test_raw_objects_have_no_nulls_either() -> None:
    widget = decode_object(
        Kind("acme.example/v1", "Widget", "widgets"), {"spec": None, "status": {"conditions": [None], "phase": "Failed"}}
    )

    assert isinstance(widget, RawObject)
    assert widget.data == {"status": {"conditions": [], "phase": "Failed"}}
