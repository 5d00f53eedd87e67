"""Laying changes over an inventory: the old one stays as it is, and what did not change is shared."""

from collections.abc import Iterable

import pytest

from kubedx.inventory import Absent, Changes, Edge, EdgeKind, Found, Inventory, Unknown, edge_index
from kubedx.inventory.edge_layer import Layer
from kubedx.inventory.snapshot import Snapshot
from kubedx.kube import ConfigMap, ContainerLog, Event, Gap, GapReason, LogKey, Pod, Ref, Secret, Service
from kubedx.testing import build, reading_of

POD = build(
    Pod, "shop/cart", labels={"app": "cart"}, spec={"containers": [{"name": "api", "envFrom": [{"configMapRef": {"name": "urls"}}]}]}
)
SERVICE = build(Service, "shop/cart", spec={"selector": {"app": "cart"}})
DB = build(Service, "shop/db")
READING = reading_of([POD, SERVICE, DB, build(Secret, "shop/db")], confirmed=False)


def test_answers_to_questions_of_presence() -> None:
    inventory = Inventory(READING)
    asked = inventory.replace(Changes(objects=(build(ConfigMap, "shop/there"),), absent=(Ref("v1", "ConfigMap", "shop", "gone"),)))

    assert asked.get(ConfigMap, "shop", "gone") == Absent(confirmed=True)
    assert asked.get(ConfigMap, "shop", "other") == Absent(confirmed=False)
    assert isinstance(asked.get(ConfigMap, "shop", "there"), Found)
    assert inventory.get(ConfigMap, "shop", "there") == Absent(confirmed=False)
    assert inventory.get(ConfigMap, "shop", "gone") == Absent(confirmed=False)


def test_an_object_that_turns_out_to_be_gone_is_gone() -> None:
    inventory = Inventory(READING).replace(Changes(absent=(POD.ref,)))

    assert inventory.get(Pod, "shop", "cart") == Absent(confirmed=True)
    assert inventory.list(Pod).items == ()
    assert inventory.edges_from(SERVICE.ref, EdgeKind.SELECTS) == ()
    back = inventory.replace(Changes(objects=(POD,), absent=(POD.ref,)))
    assert back.get(Pod, "shop", "cart") == Found(POD)


def test_a_changed_object_takes_the_place_of_the_old_one() -> None:
    other = build(Pod, "shop/cart", labels={"app": "other"})
    inventory = Inventory(READING)
    changed = inventory.replace(Changes(objects=(other,)))

    assert changed.list(Pod).items == (other,)
    assert changed.select_labels(Pod, "shop", {"app": "cart"}).items == ()
    assert changed.edges_from(SERVICE.ref) == ()
    assert inventory.select_labels(Pod, "shop", {"app": "cart"}).items == (POD,)
    assert [edge.target for edge in inventory.edges_from(SERVICE.ref)] == [POD.ref]


def test_an_object_that_was_unreadable_and_now_is_read_is_there() -> None:
    gap = Gap("v1", "ConfigMap", "shop", "list", GapReason.UNREADABLE, "bad", "urls")
    urls = build(ConfigMap, "shop/urls")
    inventory = Inventory(reading_of([], gaps=[gap]))

    assert isinstance(inventory.get(ConfigMap, "shop", "urls"), Unknown)
    assert inventory.replace(Changes(objects=(urls,))).get(ConfigMap, "shop", "urls") == Found(urls)


def test_logs_and_gaps_add_up_over_rounds() -> None:
    first, second = LogKey(POD.ref, "api"), LogKey(POD.ref, "api", True)
    log = ContainerLog(first, ("refused",))
    gap = Gap("v1", "Pod", "shop", "get log", GapReason.FORBIDDEN, "no", "cart")
    inventory = Inventory(READING).replace(Changes(logs=(log,), gaps=(gap,))).replace(Changes(no_logs=(second,), gaps=(gap,)))

    assert inventory.log(POD.ref, "api") == Found(log)
    assert inventory.log(POD.ref, "api", previous=True) == Absent(confirmed=True)
    assert inventory.gaps == (gap,)


def test_a_view_of_the_changed_inventory_sees_the_changes() -> None:
    view = Inventory(READING).view([Pod]).replace(Changes(objects=(build(Pod, "shop/second"),)))

    assert len(view.list(Pod)) == 2
    with pytest.raises(LookupError):
        view.list(Secret)


def test_a_new_event_is_found() -> None:
    event = build(Event, "shop/e", involvedObject={"kind": "Pod", "namespace": "shop", "name": "cart"})
    inventory = Inventory(READING)

    assert inventory.events(POD) == ()
    assert inventory.replace(Changes(objects=(event,))).events(POD) == (event,)


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[frozenset[EdgeKind]]:
    """The layers of edges that were built, each as often as it was."""
    built: list[frozenset[EdgeKind]] = []

    def counting(layer: Layer) -> Layer:
        def build_and_count(snapshot: Snapshot) -> Iterable[Edge]:
            built.append(layer.kinds)
            return layer.build(snapshot)

        return Layer(layer.kinds, layer.reads, build_and_count)

    monkeypatch.setattr(edge_index, "LAYERS", tuple(counting(layer) for layer in edge_index.LAYERS))
    return built


def test_edges_are_built_when_asked_for_once_for_all_views(builds: list[frozenset[EdgeKind]]) -> None:
    inventory = Inventory(READING)
    inventory.list(Pod)
    assert builds == []

    for each in (inventory, inventory.view([Pod]), inventory.view([Secret]), inventory.replace(Changes(no_logs=(LogKey(POD.ref, "api"),)))):
        each.edges_to(POD.ref, EdgeKind.SELECTS)
    assert builds == [{EdgeKind.SELECTS}]


def test_only_the_edges_of_changed_kinds_are_built_again(builds: list[frozenset[EdgeKind]]) -> None:
    inventory = Inventory(READING)
    assert inventory.edges_from(POD.ref, EdgeKind.CALLS) == ()
    inventory.edges_from(POD.ref)
    del builds[:]

    urls = build(ConfigMap, "shop/urls", data={"DB": "tcp://db:5432"})
    changed = inventory.replace(Changes(objects=(urls,)))
    changed.edges_from(POD.ref)

    assert [edge.target for edge in changed.edges_from(POD.ref, EdgeKind.CALLS)] == [DB.ref]
    assert builds == [{EdgeKind.CALLS}]


def test_tables_of_other_kinds_are_shared() -> None:
    inventory = Inventory(READING)
    pods = inventory.list(Pod)
    changed = inventory.replace(Changes(objects=(build(ConfigMap, "shop/urls"),)))

    assert changed.list(Pod).items is pods.items
