"""What is made of an inventory is made once for each question, however often a rule is asked."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

import pytest

from kubedx.analyzers import Hit, Outcome, judge, judge_again, near_miss, rule
from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.near_miss import nearest_object
from kubedx.analyzers.scheduling import room
from kubedx.analyzers.scheduling.room import free
from kubedx.findings import Evidence, EvidenceType, Severity
from kubedx.inventory import Changes, Found, Inventory
from kubedx.kube import Node, Pod, Service
from kubedx.testing import build, reading_of

BUILT: list[str] = []


@once_per_inventory
def pods_named(inventory: Inventory, prefix: str) -> int:
    BUILT.append(prefix)
    return sum(pod.name.startswith(prefix) for pod in inventory.list(Pod))


@rule(on=Pod, severity=Severity.ERROR, added="0.1")
def counts_pods(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """Every pod."""
    evidence = Evidence(type=EvidenceType.FIELD, ref=pod.ref, path="metadata.name", value=pod.name)
    yield Hit(message=str(pods_named(inventory, "cart")), evidence=(evidence,))


def inventory_of(*names: str) -> Inventory:
    return Inventory(reading_of([build(Pod, f"shop/{name}") for name in names]))


def test_each_question_is_answered_once_for_each_inventory() -> None:
    BUILT.clear()
    one, other = inventory_of("cart-1", "cart-2", "web-1"), inventory_of("cart-1")

    answers = [pods_named(one, "cart"), pods_named(one, "cart"), pods_named(one, "web"), pods_named(other, "cart")]

    assert answers == [2, 2, 1, 1]
    assert BUILT == ["cart", "web", "cart"]


@rule(on=Pod, reads=(Node,), severity=Severity.ERROR, added="0.1")
def counts_pods_too(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """Every pod, by a rule that looks at other kinds besides."""
    evidence = Evidence(type=EvidenceType.FIELD, ref=pod.ref, path="metadata.name", value=pod.name)
    yield Hit(message=str(pods_named(inventory, "cart")), evidence=(evidence,))


def test_rules_make_an_index_once_for_an_inventory_and_anew_for_the_next() -> None:
    inventory = inventory_of("cart-1", "cart-2", "cart-3")
    BUILT.clear()
    judgement = judge([counts_pods, counts_pods_too], inventory)
    changed = inventory.replace(Changes(objects=(build(Pod, "shop/cart-4"),)))

    again = judge_again(judgement, {"counts-pods": counts_pods, "counts-pods-too": counts_pods_too}, changed, list(judgement.judged))

    assert [finding.message for finding in judgement.findings] == ["3"] * 6
    assert [finding.message for finding in again.findings] == ["4"] * 6
    assert BUILT == ["cart", "cart"]


def test_a_name_that_many_get_wrong_is_compared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    compare = near_miss._nearest

    def counted(word: str, names: Iterable[str]) -> list[str]:
        asked.append(word)
        return compare(word, names)

    monkeypatch.setattr(near_miss, "_nearest", counted)
    inventory = Inventory(reading_of([build(Service, "shop/cart")]))

    meant = {str(nearest_object(inventory, Service, "shop", "catr")) for _ in range(5)}

    assert meant == {"Service shop/cart"}
    assert asked == ["catr"]


def test_what_the_pods_on_a_node_ask_for_is_added_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    added: list[Pod] = []
    requests = room.bound_requests

    def counted(pod: Pod) -> dict[str, Decimal]:
        added.append(pod)
        return requests(pod)

    monkeypatch.setattr(room, "bound_requests", counted)
    container = {"name": "api", "resources": {"requests": {"cpu": "500m"}}}
    pods = [build(Pod, f"shop/cart-{number}", spec={"nodeName": "node-a", "containers": [container]}) for number in range(3)]
    inventory = Inventory(reading_of([build(Node, "node-a", status={"allocatable": {"cpu": "4", "pods": "110"}}), *pods]))
    found = inventory.get(Node, "", "node-a")
    assert isinstance(found, Found)

    left = [{resource: str(amount) for resource, amount in free(found.object, inventory).items()} for _ in range(4)]

    assert left == [{"cpu": "2.5", "pods": "107"}] * 4
    assert len(added) == 3
