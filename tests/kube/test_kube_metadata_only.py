"""Secrets and ConfigMaps of which only metadata cross the wire."""

import json
from typing import Any

import msgspec
import pytest

from kubedx.kube import ConfigMap, decode_config_map_metadata, decode_secret_table

# The columns of https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables, as Secrets have them.
COLUMNS = [{"name": name, "type": "string"} for name in ("Name", "Type", "Data", "Age")]


def _managed(field: str, *keys: str, manager: str = "kubectl") -> dict[str, Any]:
    return {"manager": manager, "operation": "Update", "fieldsV1": {field: {".": {}} | {f"f:{key}": {} for key in keys}}}


def _row(count: int, *managed: dict[str, Any], name: str = "db", secret_type: str = "Opaque") -> dict[str, Any]:
    metadata = {"name": name, "namespace": "shop", "managedFields": list(managed)}
    return {"cells": [name, secret_type, count, "3d"], "object": {"kind": "PartialObjectMetadata", "metadata": metadata}}


def _table(*rows: Any, **metadata: Any) -> bytes:
    return json.dumps({"kind": "Table", "metadata": metadata, "columnDefinitions": COLUMNS, "rows": list(rows)}).encode()


def test_a_table_of_secrets() -> None:
    row = _row(2, _managed("f:data", "user"), _managed("f:data", "password", manager="rotator"), secret_type="kubernetes.io/basic-auth")
    decoded = decode_secret_table(_table(row, **{"continue": "next", "resourceVersion": "9"}))

    (secret,) = decoded.items
    assert (secret.ref.namespace, secret.ref.name, secret.type) == ("shop", "db", "kubernetes.io/basic-auth")
    assert (secret.keys, secret.keys_known) == (("password", "user"), True)
    assert [manager.manager for manager in secret.metadata.managed_fields] == ["kubectl", "rotator"]
    assert (decoded.continue_token, decoded.resource_version) == ("next", "9")


@pytest.mark.parametrize(
    "row",
    [
        _row(2),  # no managedFields
        _row(3, _managed("f:data", "user")),  # fewer keys than the table counts
        _row(0, _managed("f:data", "user")),  # more
    ],
)
def test_keys_that_are_not_sure_are_not_known(row: dict[str, Any]) -> None:
    assert [secret.keys_known for secret in decode_secret_table(_table(row)).items] == [False]


def test_an_empty_secret() -> None:
    row = _row(0, {"manager": "kubectl", "fieldsV1": {"f:type": {}}})

    assert [(secret.keys, secret.keys_known) for secret in decode_secret_table(_table(row)).items] == [((), True)]


def test_nulls_in_a_table() -> None:
    decoded = decode_secret_table(
        b'{"rows": [{"cells": null, "object": {"metadata": {"name": "db", "managedFields": null}}}], "metadata": null}'
    )

    assert [(secret.name, secret.type, secret.keys_known) for secret in decoded.items] == [("db", "", False)]
    assert decode_secret_table(b'{"rows": null}').items == ()


def test_a_bad_row_is_a_gap_with_its_name() -> None:
    bad = {"cells": ["bad"], "object": {"metadata": {"name": "bad", "namespace": "shop", "labels": 7}}}
    decoded = decode_secret_table(_table(bad, _row(0, name="good")))

    assert [secret.name for secret in decoded.items] == ["good"]
    assert [(gap.kind, gap.namespace, gap.name) for gap in decoded.gaps] == [("Secret", "shop", "bad")]


def test_a_server_that_sends_whole_secrets_all_the_same() -> None:
    body = json.dumps({"kind": "SecretList", "items": [{"metadata": {"name": "db"}, "type": "Opaque", "data": {"key": "c2VjcmV0"}}]})
    (secret,) = decode_secret_table(body.encode()).items

    assert (secret.keys, secret.keys_known) == (("key",), True)
    assert "c2VjcmV0" not in repr(secret)


@pytest.mark.parametrize("body", [b"", b"{}", b'{"rows": 7}', b"[]", b'{"kind": "Status"}'])
def test_no_list_at_all(body: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_secret_table(body)
    with pytest.raises(msgspec.DecodeError):
        decode_config_map_metadata(body)


def test_config_maps_as_metadata() -> None:
    owned = {"metadata": {"name": "app", "managedFields": [_managed("f:data", "app.yaml", ".hidden"), _managed("f:binaryData", "logo")]}}
    decoded = decode_config_map_metadata(json.dumps({"items": [owned, {"metadata": {"name": "old"}}]}).encode())

    app, old = decoded.items
    assert isinstance(app, ConfigMap)
    assert (app.keys, app.keys_known, app.data) == ((".hidden", "app.yaml", "logo"), True, None)
    assert (old.keys, old.keys_known, old.data) == ((), False, None)


def test_what_is_kept_does_not_hold_the_body() -> None:
    decoded = decode_config_map_metadata(json.dumps({"items": [{"metadata": {"managedFields": [_managed("f:data", "a")]}}]}).encode())

    assert type(decoded.items[0].metadata.managed_fields[0]).__name__ == "ManagedFields"
