"""Lists and objects, typed; what cannot be typed is a gap; nothing is dropped in silence."""

import json
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
import yaml

from kubedx.kube import (
    LAST_APPLIED,
    ConfigMap,
    Deployment,
    Gap,
    GapReason,
    Job,
    Kind,
    Node,
    Pod,
    RawObject,
    Ref,
    Secret,
    decode_item,
    decode_list,
    decode_object,
)

WIDGET = Kind("acme.example/v1", "Widget", "widgets")


def _list(*items: Any, **metadata: Any) -> bytes:
    return json.dumps({"kind": "List", "apiVersion": "v1", "metadata": metadata, "items": list(items)}).encode()


def _named(name: str, **more: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": "shop"}, **more}


def test_a_list_and_where_its_next_page_begins() -> None:
    decoded = decode_list(Pod.KIND, _list(_named("a"), _named("b"), **{"continue": "next", "resourceVersion": "42"}))

    assert [pod.ref for pod in decoded.items] == [Ref("v1", "Pod", "shop", "a"), Ref("v1", "Pod", "shop", "b")]
    assert (decoded.continue_token, decoded.resource_version, decoded.gaps) == ("next", "42", ())


def test_names_that_camel_case_would_get_wrong() -> None:
    pod = decode_object(
        Pod.KIND, {"spec": {"hostPID": True}, "status": {"podIP": "10.1.0.7", "podIPs": [{"ip": "10.1.0.7"}], "hostIP": "10.0.0.1"}}
    )
    node = decode_object(
        Node.KIND, {"spec": {"podCIDR": "10.1.0.0/24", "providerID": "x://1"}, "status": {"nodeInfo": {"systemUUID": "u"}}}
    )

    assert isinstance(pod, Pod)
    assert (pod.spec.host_pid, pod.status.pod_ip, pod.status.pod_ips[0].ip, pod.status.host_ip) == (
        True,
        "10.1.0.7",
        "10.1.0.7",
        "10.0.0.1",
    )
    assert isinstance(node, Node)
    assert (node.spec.pod_cidr, node.spec.provider_id, node.status.node_info.system_uuid) == ("10.1.0.0/24", "x://1", "u")


def test_one_bad_object_is_a_gap_with_the_path_of_the_bad_field() -> None:
    decoded = decode_list(
        Pod.KIND, _list(_named("good"), _named("bad", spec={"containers": [{"name": "api", "image": 7}]}), _named("last"))
    )

    assert [pod.name for pod in decoded.items] == ["good", "last"]
    (gap,) = decoded.gaps
    assert (gap.api_version, gap.kind, gap.namespace, gap.name, gap.verb) == ("v1", "Pod", "shop", "bad", "list")
    assert gap.reason is GapReason.UNREADABLE
    assert "$.spec.containers[0].image" in gap.message


def test_the_path_is_of_the_fault_and_not_of_a_null_that_is_allowed() -> None:
    gap = decode_object(Pod.KIND, _named("bad", spec={"containers": [{"ports": None, "image": 7}]}))

    assert isinstance(gap, Gap)
    assert "$.spec.containers[0].image" in gap.message


@pytest.mark.parametrize("item", [7, "text", None, [], {"metadata": {"name": 7}}, {"metadata": "text"}])
def test_an_item_without_a_readable_name_is_a_gap_all_the_same(item: Any) -> None:
    decoded = decode_list(Pod.KIND, _list(_named("good"), item))

    assert [pod.name for pod in decoded.items] == ["good"]
    assert [(gap.namespace, gap.name) for gap in decoded.gaps] == [("", "")]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no json",
        b"[]",
        b"7",
        b"null",
        b"{}",
        b'{"items": 7}',
        b'{"kind": "Status", "code": 403}',
        b'{"items": [{}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_no_list_at_all(body: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_list(Pod.KIND, body)


def test_endless_nesting_of_a_whole_list() -> None:
    with pytest.raises(msgspec.DecodeError, match="cannot be split"):
        decode_list(Pod.KIND, b'{"items": [{"x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}]}")


def test_endless_nesting_of_one_object() -> None:
    document: dict[str, Any] = {}
    for _ in range(100_000):
        document = {"x": document}
    gap = decode_object(WIDGET, {"metadata": {"name": "deep", "namespace": "shop"}, "spec": document})
    while document:  # or Python runs out of stack when it frees it
        document = document["x"]

    assert isinstance(gap, Gap)
    assert (gap.namespace, gap.name, gap.message) == ("shop", "deep", "the object is nested too deeply")


def test_bytes_that_are_no_text() -> None:
    body = b'{"items": [{"metadata": {"name": "good"}}, {"metadata": {"name": "bad"}, "spec": {"nodeName": "\xff"}}]}'
    decoded = decode_list(Pod.KIND, body)

    assert [pod.name for pod in decoded.items] == ["good"]
    assert [(gap.name, gap.message) for gap in decoded.gaps] == [("bad", "the object holds bytes that are no UTF-8 text")]


def test_half_a_character_that_yaml_can_write() -> None:
    gap = decode_object(Pod.KIND, {"metadata": {"name": "\ud800"}})

    assert isinstance(gap, Gap)
    assert gap.name == ""


@pytest.mark.parametrize("number", [b"9" * 5000, b"1e999", b"-" + b"9" * 400])
def test_numbers_out_of_range(number: bytes) -> None:
    decoded = decode_list(Deployment.KIND, b'{"items": [{"metadata": {"generation": ' + number + b'}}, {"metadata": {"name": "good"}}]}')

    assert [(item.name) for item in decoded.items if item.name] == ["good"]
    assert len(decoded.items) + len(decoded.gaps) == 2


def test_a_time_without_a_zone_is_not_guessed() -> None:
    gap = decode_object(Pod.KIND, {"metadata": {"name": "a", "creationTimestamp": "2026-01-01T00:00:00"}})

    assert isinstance(gap, Gap)
    assert "$.metadata.creationTimestamp" in gap.message


def test_yaml_as_loaders_give_it() -> None:
    document = yaml.safe_load("""
        metadata: {name: report, creationTimestamp: 2026-01-01T10:00:00Z, labels: {built: 2026-01-01}}
        spec:
          template:
            spec:
              containers: [{name: main, resources: {limits: {cpu: 1, memory: 128Mi, ephemeral-storage: 1.5}}}]
        status: {startTime: "2026-01-01T10:00:01Z"}
    """)
    job = decode_object(Job.KIND, document)

    assert isinstance(job, Job)
    assert job.metadata.creation_timestamp == datetime(2026, 1, 1, 10, tzinfo=UTC)
    assert job.metadata.labels == {"built": "2026-01-01"}
    assert job.status.start_time == datetime(2026, 1, 1, 10, 0, 1, tzinfo=UTC)
    assert job.spec.template.spec.containers[0].resources.limits == {"cpu": 1, "memory": "128Mi", "ephemeral-storage": 1.5}


def test_the_last_applied_configuration_is_dropped() -> None:
    annotations = {LAST_APPLIED: "{}", "team": "red"}
    typed = decode_list(Deployment.KIND, _list({"metadata": {"annotations": annotations}})).items[0]
    raw = decode_list(WIDGET, _list({"metadata": {"annotations": annotations}})).items[0]

    assert typed.metadata.annotations == raw.metadata.annotations == {"team": "red"}
    assert isinstance(raw, RawObject)
    assert raw.data["metadata"]["annotations"] == {"team": "red"}


def test_a_kind_without_a_type_keeps_everything_but_managed_fields() -> None:
    status = {"conditions": [{"type": "Ready", "status": "False"}]}
    document = {
        "apiVersion": "acme.example/v1",
        "kind": "Widget",
        "metadata": {"name": "w", "namespace": "shop", "managedFields": [{"manager": "me"}]},
        "spec": {"since": date(2026, 1, 1)},
        "status": status,
    }
    widget = decode_object(WIDGET, document)

    assert isinstance(widget, RawObject)
    assert widget.ref == Ref("acme.example/v1", "Widget", "shop", "w")
    assert widget.metadata.managed_fields[0].manager == "me"
    assert widget.data["metadata"] == {"name": "w", "namespace": "shop"}
    assert (widget.data["spec"], widget.data["status"]) == ({"since": "2026-01-01"}, status)
    assert "managedFields" in document["metadata"]  # the caller's document stays as it was


def test_who_changed_an_object_is_kept_without_the_field_sets() -> None:
    entry = {
        "manager": "kubectl",
        "operation": "Update",
        "subresource": "scale",
        "time": "2026-01-01T00:00:00Z",
        "fieldsV1": {"f:spec": {}},
    }
    deployment = decode_object(Deployment.KIND, {"metadata": {"managedFields": [entry]}})

    assert isinstance(deployment, Deployment)
    (manager,) = deployment.metadata.managed_fields
    assert (manager.manager, manager.subresource, manager.time) == ("kubectl", "scale", datetime(2026, 1, 1, tzinfo=UTC))


VALUE = "aHVudGVyMg=="


def test_a_secret_keeps_its_keys_and_no_value() -> None:
    document = {
        "metadata": {"name": "db", "annotations": {LAST_APPLIED: VALUE}},
        "type": "Opaque",
        "data": {"password": VALUE, "dsn": VALUE},
        "stringData": {"extra": VALUE},
    }
    for secret in (decode_object(Secret.KIND, document), decode_list(Secret.KIND, _list(document)).items[0]):
        assert isinstance(secret, Secret)
        assert (secret.type, secret.keys, secret.keys_known) == ("Opaque", ("dsn", "extra", "password"), True)
        assert VALUE not in repr(secret)
        assert VALUE not in msgspec.json.encode(secret).decode()


def test_a_secret_that_is_broken_does_not_show_its_values_either() -> None:
    gap = decode_object(Secret.KIND, {"metadata": {"name": "db"}, "type": 7, "data": {"password": VALUE}})

    assert isinstance(gap, Gap)
    assert VALUE not in repr(gap)


EMPTY: list[dict[str, Any]] = [{"type": "Opaque"}, {"data": {}}]


def test_a_secret_without_data_may_have_been_stripped() -> None:
    stripped, empty = (decode_object(Secret.KIND, document) for document in EMPTY)

    assert isinstance(stripped, Secret)
    assert isinstance(empty, Secret)
    assert (stripped.keys_known, empty.keys_known) == (False, True)


def test_a_config_map_keeps_its_text_and_the_keys_of_its_binaries() -> None:
    config = decode_object(ConfigMap.KIND, {"data": {"b": "text"}, "binaryData": {"a": "AAEC"}, "immutable": True})

    assert config == ConfigMap(keys=("a", "b"), keys_known=True, data={"b": "text"}, immutable=True)


def test_an_empty_config_map_is_known_to_be_empty() -> None:
    assert decode_object(ConfigMap.KIND, {}) == ConfigMap(keys_known=True, data={})


def test_the_body_of_a_get() -> None:
    assert decode_item(Pod.KIND, b'{"metadata": {"name": "a"}}') == decode_object(Pod.KIND, {"metadata": {"name": "a"}})
