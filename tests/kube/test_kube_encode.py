"""Whatever was typed is written back as JSON that decodes to the same."""

import json
from typing import Any

import msgspec
import pytest
from msgspec import inspect

from kubedx.kube import (
    LAST_APPLIED,
    TYPES,
    ConfigMap,
    Kind,
    KubeObject,
    ManagedFields,
    ObjectMeta,
    RawObject,
    Secret,
    decode_config_map_metadata,
    decode_item,
    decode_list,
    decode_object,
    decode_secret_table,
    encode_documents,
    encode_object,
)
from kubedx.kube.config import ConfigMapOnWire, SecretOnWire

WIRE: dict[type[KubeObject], type[msgspec.Struct]] = {Secret: SecretOnWire, ConfigMap: ConfigMapOnWire}
DEEPEST = 14


def filled(info: inspect.Type, depth: int = 0) -> Any:
    """A value of a type in which nothing is empty or a default."""
    match info:
        case inspect.StructType():
            return {field.encode_name: filled(field.type, depth + 1) for field in info.fields} if depth < DEEPEST else {}
        case inspect.UnionType():
            return filled(next(member for member in info.types if not isinstance(member, inspect.NoneType)), depth)
        case inspect.VarTupleType():
            return [filled(info.item_type, depth)] * 2
        case inspect.DictType():
            return {"a": filled(info.value_type, depth), "b-c/d": filled(info.value_type, depth)}
        case inspect.Metadata():
            return filled(info.type, depth)
        case inspect.BoolType():
            return True
        case inspect.IntType():
            return 7
        case inspect.FloatType():
            return 0.25
        case inspect.DateTimeType():
            return "2026-01-02T03:04:05.678901Z"
        case _:
            return 'wörd ☃ "quoted" \\ \u2028'


def with_kind(kind: Kind, document: Any) -> Any:
    return {**document, "apiVersion": kind.api_version, "kind": kind.kind}


@pytest.mark.parametrize("kind_type", TYPES, ids=lambda kind_type: kind_type.__name__)
def test_every_field_of_every_kind(kind_type: type[KubeObject]) -> None:
    kind = kind_type.KIND
    document = with_kind(kind, filled(inspect.type_info(WIRE.get(kind_type, kind_type))))
    document["metadata"].pop("managedFields")
    first = decode_object(kind, document)
    assert isinstance(first, kind_type), first

    written = encode_object(first)

    assert decode_item(kind, written) == first
    assert b"\n" not in written
    told = json.loads(written)
    assert (told["apiVersion"], told["kind"]) == (kind.api_version, kind.kind)


@pytest.mark.parametrize("kind_type", TYPES, ids=lambda kind_type: kind_type.__name__)
def test_nothing_but_defaults(kind_type: type[KubeObject]) -> None:
    empty = decode_object(kind_type.KIND, {})
    assert isinstance(empty, kind_type)
    assert decode_item(kind_type.KIND, encode_object(empty)) == empty


def test_lists_have_one_object_a_line() -> None:
    pods = [kind_type() for kind_type in TYPES if kind_type.__name__ == "Pod"] * 3
    (document,) = encode_documents(pods[0].kind, pods)
    assert decode_list(pods[0].kind, document).items == tuple(pods)
    assert document.count(b"\n") == len(pods) + 2
    (empty,) = encode_documents(pods[0].kind, [])
    assert decode_list(pods[0].kind, empty).items == ()


MANAGED = (ManagedFields(manager="kubectl", operation="Update"), ManagedFields(manager="controller"))


class TestSecrets:
    @pytest.mark.parametrize("keys", [(), ("dsn",), ("a", "b.c")])
    def test_whose_keys_are_known(self, keys: tuple[str, ...]) -> None:
        secret = Secret(metadata=ObjectMeta(name="db", managed_fields=MANAGED), type="Opaque", keys=keys, keys_known=True)
        (document,) = encode_documents(Secret.KIND, [secret])
        assert decode_list(Secret.KIND, document).items == (secret,)

    def test_whose_keys_are_not(self) -> None:
        secret = Secret(metadata=ObjectMeta(name="db"), type="Opaque")
        (document,) = encode_documents(Secret.KIND, [secret])
        assert decode_list(Secret.KIND, document).items == (secret,)

    def test_of_which_only_some_keys_are_known(self) -> None:
        secret = Secret(metadata=ObjectMeta(name="db", managed_fields=MANAGED), type="Opaque", keys=("dsn",))
        (document,) = encode_documents(Secret.KIND, [secret])
        assert decode_secret_table(document).items == (secret,)

    def test_no_value_is_ever_written(self) -> None:
        secret = decode_object(Secret.KIND, {"metadata": {"name": "db"}, "data": {"dsn": "aHVudGVyMg=="}, "stringData": {"b": "hunter2"}})
        assert isinstance(secret, Secret)
        written = encode_object(secret)
        assert json.loads(written)["data"] == {"b": "", "dsn": ""}


class TestConfigMaps:
    def test_with_values(self) -> None:
        document = {"metadata": {"name": "web"}, "data": {"a": "1"}, "binaryData": {"b": "AAAA"}, "immutable": True}
        whole = decode_object(ConfigMap.KIND, document)
        assert isinstance(whole, ConfigMap)
        assert decode_item(ConfigMap.KIND, encode_object(whole)) == whole

    @pytest.mark.parametrize("keys", [(), ("a", "b")])
    def test_of_which_only_metadata_were_read(self, keys: tuple[str, ...]) -> None:
        partial = ConfigMap(metadata=ObjectMeta(name="web", managed_fields=MANAGED), keys=keys, keys_known=True)
        (document,) = encode_documents(ConfigMap.KIND, [partial])
        rows = json.loads(document)["rows"]
        body = json.dumps({"items": [row["object"] for row in rows]}).encode()
        assert decode_config_map_metadata(body).items == (partial,)

    def test_both_in_one_list(self) -> None:
        whole = ConfigMap(metadata=ObjectMeta(name="a"), data={}, keys_known=True)
        partial = ConfigMap(metadata=ObjectMeta(name="b"))
        assert len(encode_documents(ConfigMap.KIND, [partial, whole])) == 2


def test_custom_resources_keep_everything_but_last_applied() -> None:
    kind = Kind("acme.example/v1", "Widget", "widgets")
    metadata = {
        "name": "w",
        "annotations": {LAST_APPLIED: "{}", "note": "x"},
        "managedFields": [{"manager": "kubectl", "operation": "Apply", "fieldsV1": {"f:spec": {}}}],
    }
    document = {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": metadata, "spec": {"n": 1.5, "list": [1, {"a": None}]}}
    first = decode_object(kind, document)
    assert isinstance(first, RawObject)
    written = encode_object(first)
    assert LAST_APPLIED.encode() not in written
    assert decode_item(kind, written) == first
