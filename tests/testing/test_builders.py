"""The builders of kubedx.testing."""

from datetime import UTC, datetime

import pytest

from kubedx.kube import ConfigMap, Deployment, Gap, GapReason, GroupKind, Listed, Namespace, Pod, RawObject
from kubedx.source import Scope
from kubedx.testing import build, object_from, objects_from_yaml, reading_from_yaml, source_from_yaml

SHOP = """
kind: Pod
metadata: {name: cart-1, namespace: shop, creationTimestamp: 2026-01-02T03:04:05Z}
spec: {nodeName: node-a}
---
# nothing here
---
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: web, namespace: shop}, data: {mode: "on", port: "8080:80"}}
- {apiVersion: shop.example/v1, kind: Basket, metadata: {name: b, namespace: shop}}
"""


def test_objects_from_yaml() -> None:
    pod, config, basket = objects_from_yaml(SHOP)
    assert isinstance(pod, Pod)
    assert pod.spec.node_name == "node-a"
    assert isinstance(config, ConfigMap)
    assert config.data == {"mode": "on", "port": "8080:80"}
    assert isinstance(basket, RawObject)


def test_reading_from_yaml_lists_every_kind() -> None:
    reading = reading_from_yaml(SHOP)
    assert reading.now == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert Listed(GroupKind("", "Secret")) in reading.listed
    assert Listed(GroupKind("shop.example", "Basket")) in reading.listed
    assert [found.name for found in reading.objects[GroupKind("", "Pod")]] == ["cart-1"]


def test_reading_from_yaml_with_gaps_and_scope() -> None:
    gap = Gap("v1", "Secret", "", "list", GapReason.FORBIDDEN, "secrets is forbidden")
    reading = reading_from_yaml(SHOP, gaps=[gap], confirmed=False)
    assert Listed(GroupKind("", "Secret")) not in reading.listed
    assert not reading.confirmed
    assert reading_from_yaml(SHOP, scope=Scope(namespaces=("billing",))).objects[GroupKind("", "Pod")] == ()


def test_what_does_not_fit_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"cart-1.*containers"):
        objects_from_yaml("{kind: Pod, metadata: {name: cart-1, namespace: shop}, spec: {containers: 7}}")
    with pytest.raises(ValueError, match="apiVersion"):
        object_from({"kind": "Basket", "metadata": {"name": "b"}})
    with pytest.raises(ValueError, match="line 2"):
        objects_from_yaml("{kind: Pod")
    with pytest.raises(ValueError, match="str"):
        objects_from_yaml("only words")


def test_build() -> None:
    pod = build(Pod, "shop/cart-1", labels={"app": "cart"}, spec={"nodeName": "node-a"}, metadata={"uid": "u1"})
    assert (pod.namespace, pod.name, pod.uid, pod.metadata.labels) == ("shop", "cart-1", "u1", {"app": "cart"})
    assert build(Deployment, "cart").namespace == "default"
    assert build(Namespace, "shop").namespace == ""


def test_source_from_yaml_has_logs() -> None:
    source = source_from_yaml(SHOP, logs={"shop/cart-1/api": "started"})
    assert source.kinds[0].kind in {"Basket", "ConfigMap", "Pod"}
