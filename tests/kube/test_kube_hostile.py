"""Whatever a body holds, decoding answers with objects, gaps or a DecodeError, and what it answers can be worked with."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubedx.kube import (
    TYPES,
    Gap,
    Kind,
    KubeObject,
    Pod,
    conditions,
    container_statuses,
    decode_config_map_metadata,
    decode_list,
    decode_object,
    decode_secret_table,
    pod_spec,
    references,
)

KINDS = [*(kind_type.KIND for kind_type in TYPES), Kind("acme.example/v1", "Widget", "widgets")]

WORDS = st.sampled_from(
    ["metadata", "name", "spec", "status", "items", "containers", "conditions", "labels", "data", "template", "rows", "cells"]
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.sampled_from(["2026-01-01T00:00:00Z", "1Gi"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.one_of(WORDS, st.text(max_size=4)), inner, max_size=4)),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.one_of(WORDS, st.text(max_size=4)), VALUES, max_size=5)

generated = settings(max_examples=200, deadline=None, database=None, derandomize=True)

WHOLE: dict[str, Any] = {
    "metadata": {
        "name": "cart-0",
        "namespace": "shop",
        "labels": {"app": "cart"},
        "creationTimestamp": "2026-01-01T00:00:00Z",
        "ownerReferences": [{"kind": "StatefulSet", "name": "cart", "controller": True}],
        "managedFields": [{"manager": "kubelet", "fieldsV1": {"f:data": {"f:a": {}}}}],
    },
    "spec": {
        "containers": [
            {
                "name": "api",
                "env": [{"name": "DSN", "valueFrom": {"secretKeyRef": {"name": "db", "key": "dsn"}}}],
                "livenessProbe": {"httpGet": {"port": "http"}},
                "resources": {"limits": {"cpu": 1}},
            }
        ],
        "volumes": [{"name": "conf", "projected": {"sources": [{"configMap": {"name": "app", "items": [{"key": "a", "path": "a"}]}}]}}],
        "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": []}]}}},
        "template": {"spec": {"containers": [{"name": "api"}]}},
    },
    "status": {
        "conditions": [{"type": "Ready", "status": "False", "lastTransitionTime": "2026-01-01T00:00:00Z"}],
        "containerStatuses": [{"name": "api", "state": {"waiting": {"reason": "CrashLoopBackOff"}}, "restartCount": 3}],
    },
    "data": {"a": "b"},
}


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container and key in it, at every depth."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        yield value, key
        yield from _places(inner)


PLACES = len(list(_places(WHOLE)))


def _work_with(obj: KubeObject) -> None:
    """All that looks at an object without knowing what it holds."""
    assert isinstance(obj.ref.name, str)
    assert all(isinstance(condition.type, str) for condition in conditions(obj))
    spec = pod_spec(obj)
    assert all(reference.name for reference in references(spec, obj.name)) if spec else True
    if isinstance(obj, Pod):
        assert all(view.container.name in view.path for view in container_statuses(obj))
    msgspec.json.encode(obj)


def _check_gap(gap: Gap, kind: Kind) -> None:
    assert (gap.kind, gap.verb) == (kind.kind, "list")
    assert gap.message
    msgspec.json.encode(gap)


@given(st.sampled_from(KINDS), OBJECTS)
@generated
def test_any_document(kind: Kind, document: dict[str, Any]) -> None:
    decoded = decode_object(kind, document)
    if isinstance(decoded, Gap):
        _check_gap(decoded, kind)
    else:
        _work_with(decoded)


@given(st.sampled_from(KINDS), st.lists(st.one_of(OBJECTS, VALUES), max_size=4))
@generated
def test_any_list(kind: Kind, items: list[Any]) -> None:
    decoded = decode_list(
        kind, json.dumps({"items": items}).replace("NaN", "0").replace("-Infinity", "0").replace("Infinity", "0").encode()
    )

    assert len(decoded.items) + len(decoded.gaps) == len(items)
    for item in decoded.items:
        _work_with(item)
    for gap in decoded.gaps:
        _check_gap(gap, kind)


@given(st.sampled_from(KINDS), st.integers(0, PLACES - 1), st.one_of(VALUES, st.just(...)))
@generated
def test_any_change_to_a_whole_object(kind: Kind, place: int, value: Any) -> None:
    document = copy.deepcopy(WHOLE)
    container, key = list(_places(document))[place]
    if value is ...:
        del container[key]
    else:
        container[key] = value

    decoded = decode_object(kind, document)

    if isinstance(decoded, Gap):
        _check_gap(decoded, kind)
        assert value is not ...  # whatever is missing, the object is readable
        assert value is not None
    else:
        _work_with(decoded)


@given(st.sampled_from(KINDS), st.one_of(st.binary(), OBJECTS.map(lambda value: json.dumps(value).encode()), st.text().map(str.encode)))
@generated
def test_any_body(kind: Kind, body: bytes) -> None:
    for decode in (lambda: decode_list(kind, body), lambda: decode_secret_table(body), lambda: decode_config_map_metadata(body)):
        try:
            decoded = decode()
        except msgspec.DecodeError:
            continue
        for gap in decoded.gaps:
            assert gap.message


@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=3))
@generated
def test_a_body_with_damaged_bytes(position: int, damage: bytes) -> None:
    body = json.dumps({"items": [WHOLE, WHOLE]}).encode()
    position %= len(body)
    damaged = body[:position] + damage + body[position + len(damage) :]
    try:
        decoded = decode_list(Pod.KIND, damaged)
    except msgspec.DecodeError:
        return
    assert len(decoded.items) + len(decoded.gaps) <= 2


@pytest.mark.parametrize("depth", [100, 500, 900, 990, 1000, 1500])
def test_any_depth(depth: int) -> None:
    nested = b"[" * depth + b"]" * depth
    for body in (
        b'{"items": [{"spec": ' + nested + b"}]}",
        b'{"items": [{"x": ' + nested + b', "status": null, "metadata": {"name": null}}]}',
    ):
        for kind in (Pod.KIND, KINDS[-1]):
            try:
                decoded = decode_list(kind, body)
            except msgspec.DecodeError:
                continue
            assert len(decoded.items) + len(decoded.gaps) == 1
