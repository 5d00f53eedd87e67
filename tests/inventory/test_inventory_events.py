"""Events belong to one object, not to its name."""

import pytest

from kubedx.inventory import Inventory
from kubedx.kube import Event, KubeObject, Node, Pod
from kubedx.testing import build, object_from, reading_of

POD = build(Pod, "shop/cart", uid="u2")


def event(name: str, involved: dict[str, str], seen: str = "2026-01-01T00:00:00Z", **fields: object) -> Event:
    return build(Event, f"shop/{name}", involvedObject=involved, lastTimestamp=seen, **fields)


def of(obj: KubeObject, *events: Event) -> list[str]:
    return [found.name for found in Inventory(reading_of([obj, *events])).events(obj)]


THIS = {"apiVersion": "v1", "kind": "Pod", "namespace": "shop", "name": "cart"}


@pytest.mark.parametrize(
    ("involved", "is_of_it"),
    [
        (THIS | {"uid": "u2"}, True),
        (THIS, True),
        (THIS | {"uid": "u1"}, False),
        (THIS | {"apiVersion": ""}, True),
        (THIS | {"namespace": ""}, True),
        (THIS | {"namespace": "vault"}, False),
        (THIS | {"kind": "Deployment"}, False),
        (THIS | {"name": "cart-1"}, False),
        ({"name": "cart"}, False),
        ({"uid": "u2"}, True),
        ({}, False),
    ],
)
def test_by_uid_where_both_have_one_else_by_kind_namespace_and_name(involved: dict[str, str], is_of_it: bool) -> None:
    assert of(POD, event("e", involved)) == (["e"] if is_of_it else [])


def test_an_object_without_uid_goes_by_its_name() -> None:
    assert of(build(Pod, "shop/cart"), event("e", THIS | {"uid": "u1"})) == ["e"]


def test_an_object_of_another_group_is_another_object() -> None:
    theirs = object_from({"apiVersion": "serving.example.com/v1", "kind": "Pod", "metadata": {"name": "cart", "namespace": "shop"}})

    assert of(theirs, event("e", THIS)) == []


def test_the_kubelet_names_a_node_in_place_of_its_uid() -> None:
    node = build(Node, "node-a", uid="u9")
    about = {"kind": "Node", "name": "node-a"}

    assert of(node, event("kubelet", about | {"uid": "node-a"}), event("other", about | {"uid": "u8"})) == ["kubelet"]


def test_the_kubelet_reports_about_a_static_pod_under_its_hash() -> None:
    mirror = build(Pod, "shop/cart", uid="u2", annotations={"kubernetes.io/config.hash": "abc"})

    assert of(mirror, event("kubelet", THIS | {"uid": "abc"}), event("other", THIS | {"uid": "abd"})) == ["kubelet"]


def test_oldest_first_by_the_last_time_each_was_seen() -> None:
    modern = build(
        Event,
        "shop/modern",
        involvedObject=THIS,
        eventTime="2026-01-01T00:00:00.000000Z",
        series={"count": 3, "lastObservedTime": "2026-01-03T00:00:00.000000Z"},
    )
    events = [event("late", THIS | {"uid": "u2"}, "2026-01-04T00:00:00Z"), modern, event("early", THIS, "2026-01-02T00:00:00Z")]
    undated = build(Event, "shop/undated", involvedObject=THIS)

    assert of(POD, *events, undated) == ["undated", "early", "modern", "late"]


def test_reasons_and_type() -> None:
    pulled, failed = event("a", THIS, reason="Pulled"), event("b", THIS, reason="Failed", type="Warning")
    inventory = Inventory(reading_of([POD, pulled, failed]))

    assert inventory.events(POD, reasons=("Failed", "BackOff")) == (failed,)
    assert inventory.events(POD, type="Normal") == (pulled,)
    assert inventory.events(POD, reasons=("Pulled",), type="Warning") == ()
    assert inventory.all_events().items == (pulled, failed)
