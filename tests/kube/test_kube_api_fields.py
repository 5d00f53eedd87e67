"""The table of fields, and the fields of custom kinds."""

from typing import Any

import pytest

from kubedx.kube import FieldType, api_fields, custom_fields, is_newer
from kubedx.kube.api_fields import field_type


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("string", FieldType("string")),
        ("string|A|B!", FieldType("string", words=("A", "B"), required=True)),
        ("api.core.v1.Container", FieldType("object", schema="api.core.v1.Container")),
        ("[string]!", FieldType("list", FieldType("string"), required=True)),
        ("{[quantity]}", FieldType("map", FieldType("list", FieldType("quantity")))),
    ],
)
def test_types_as_the_table_writes_them(written: str, meant: FieldType) -> None:
    assert field_type(written) == meant


def test_every_field_of_the_table_leads_somewhere() -> None:
    table = api_fields()

    def schemas(field: FieldType) -> list[str]:
        return schemas(field.element) if field.element else [field.schema] if field.form == "object" else []

    led_to = {schema for name in table.schemas for field in table.fields(name).values() for schema in schemas(field)}
    assert led_to <= set(table.schemas)
    assert set(table.kinds.values()) <= set(table.schemas)
    assert table.fields(table.schema_of("v1", "Pod"))["spec"].schema == "api.core.v1.PodSpec"
    assert table.schema_of("example.com/v1", "Widget") == ""


def definition(schema: Any) -> dict[str, Any]:
    return {
        "spec": {"group": "example.com", "names": {"kind": "Widget"}, "versions": [{"name": "v1", "schema": {"openAPIV3Schema": schema}}]}
    }


def test_the_fields_of_a_custom_kind() -> None:
    spec = {
        "type": "object",
        "required": ["size", "mode"],
        "properties": {
            "size": {"type": "integer"},
            "mode": {"type": "string", "enum": ["A", "B"], "default": "A"},
            "port": {"x-kubernetes-int-or-string": True},
            "labels": {"type": "object", "additionalProperties": {"type": "string"}},
            "items": {"type": "array", "items": {"type": "object", "properties": {"x!|[": {"type": "boolean"}}}},
            "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True, "properties": {"a": {"type": "string"}}},
            "any": {},
        },
    }
    (fields,) = custom_fields(definition({"type": "object", "properties": {"spec": spec}})).values()
    root = fields.fields(fields.schema_of("example.com/v1", "Widget"))
    found = fields.fields(root["spec"].schema)

    assert set(root) == {"apiVersion", "kind", "metadata", "spec"}
    assert (found["size"].required, found["mode"].required, found["mode"].words) == (True, False, ("A", "B"))
    assert [found[name].form for name in ("port", "labels", "items", "free", "any")] == ["int-or-string", "map", "list", "any", "any"]
    assert found["items"].element is not None
    assert list(fields.fields(found["items"].element.schema)) == ["x!|["]


@pytest.mark.parametrize(
    "schema", [None, 3, [], {}, {"properties": None}, {"properties": {"spec": None}}, {"properties": {"spec": {"enum": 3}}}]
)
def test_schemas_that_are_none(schema: Any) -> None:
    for held in (definition(schema), {"spec": None}, {"spec": {"versions": [None, {"schema": 3}]}}, {}):
        for fields in custom_fields(held).values():
            assert all(fields.fields(name) for name in fields.schemas)


def test_a_schema_without_end() -> None:
    node: dict[str, Any] = {"type": "object", "properties": {}}
    top = node
    for _level in range(500):
        node["properties"]["deeper"] = {"type": "object", "properties": {}}
        node = node["properties"]["deeper"]

    (fields,) = custom_fields(definition(top)).values()
    assert len(fields.schemas) < 100


@pytest.mark.parametrize(
    ("version", "than", "newer"),
    [("v1.35.0", "v1.34.4", True), ("v1.34.9", "v1.34.4", False), ("v1.9.0", "v1.34.4", False), ("", "v1.34.4", False)],
)
def test_versions(version: str, than: str, newer: bool) -> None:
    assert is_newer(version, than) is newer
