"""Selectors: the index answers what looking at every object would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubedx.inventory import Inventory
from kubedx.inventory.label_index import LabelIndex
from kubedx.kube import LabelSelector, LabelSelectorRequirement, Node, Pod, selects
from kubedx.testing import build, reading_of

KEYS, VALUES = ("app", "tier", "zone"), ("a", "b", "")

labels_given = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES))
requirements = st.builds(
    LabelSelectorRequirement,
    key=st.sampled_from(KEYS),
    operator=st.sampled_from(("In", "NotIn", "Exists", "DoesNotExist", "Nonsense")),
    values=st.lists(st.sampled_from(VALUES), max_size=3).map(tuple),
)
selectors = st.none() | st.builds(LabelSelector, match_labels=labels_given, match_expressions=st.lists(requirements, max_size=2).map(tuple))


@given(
    st.lists(st.tuples(st.sampled_from(("shop", "vault")), labels_given), max_size=12), st.sampled_from((None, "shop", "none")), selectors
)
def test_the_index_selects_what_a_scan_selects(
    entries: list[tuple[str, dict[str, str]]], namespace: str | None, selector: LabelSelector | None
) -> None:
    index = LabelIndex((place, labels, number) for number, (place, labels) in enumerate(entries))
    scanned = [number for number, (place, labels) in enumerate(entries) if namespace in (None, place) and selects(selector, labels)]

    assert list(index.select(namespace, selector)) == scanned


def pods(*given: tuple[str, dict[str, str]]) -> Inventory:
    return Inventory(reading_of([build(Pod, name, labels=labels) for name, labels in given]))


ONE_EACH = pods(
    ("shop/cart", {"app": "cart", "tier": "web"}),
    ("shop/cart-canary", {"app": "cart", "tier": "web", "canary": ""}),
    ("shop/db", {"app": "db"}),
    ("shop/bare", {}),
    ("vault/cart", {"app": "cart"}),
)


@pytest.mark.parametrize(
    ("expressions", "names"),
    [
        ([("app", "In", ("cart", "db"))], ["cart", "cart-canary", "db"]),
        ([("app", "NotIn", ("cart",))], ["bare", "db"]),
        ([("canary", "Exists", ())], ["cart-canary"]),
        ([("app", "DoesNotExist", ())], ["bare"]),
        ([("app", "In", ("cart",)), ("canary", "DoesNotExist", ())], ["cart"]),
        ([("app", "In", ())], []),
        ([("app", "Like", ("cart",))], []),
    ],
)
def test_operators(expressions: list[tuple[str, str, tuple[str, ...]]], names: list[str]) -> None:
    wanted = tuple(LabelSelectorRequirement(key=key, operator=operator, values=values) for key, operator, values in expressions)

    assert [pod.name for pod in ONE_EACH.select(Pod, "shop", LabelSelector(match_expressions=wanted))] == names


def test_an_empty_selector_selects_everything_and_none_nothing() -> None:
    assert len(ONE_EACH.select(Pod, None, LabelSelector())) == 5
    assert len(ONE_EACH.select(Pod, "shop", LabelSelector())) == 4
    assert len(ONE_EACH.select(Pod, "shop", None)) == 0


def test_a_service_without_labels_selects_nothing() -> None:
    assert len(ONE_EACH.select_labels(Pod, "shop", {})) == 0
    assert [pod.namespace for pod in ONE_EACH.select_labels(Pod, None, {"app": "cart"})] == ["shop", "shop", "vault"]


def test_cluster_scoped_kinds_are_selected_whatever_the_namespace() -> None:
    inventory = Inventory(reading_of([build(Node, "node-a", labels={"pool": "big"})]))

    assert len(inventory.select_labels(Node, "shop", {"pool": "big"})) == 1


def test_a_selector_looks_only_at_what_bears_its_rarest_label() -> None:
    index = LabelIndex((f"ns-{n % 10}", {"app": f"app-{n}", "team": "blue"}, n) for n in range(1000))
    rare = LabelSelector(
        match_labels={"team": "blue"}, match_expressions=(LabelSelectorRequirement(key="app", operator="In", values=("app-7", "app-17")),)
    )

    assert len(list(index.candidates("ns-7", rare))) == 2
    assert len(list(index.candidates(None, LabelSelector(match_labels={"app": "app-7", "team": "blue"})))) == 1
    assert len(list(index.candidates("ns-7", LabelSelector(match_labels={"team": "blue"})))) == 100
    assert len(list(index.candidates("ns-7", LabelSelector(match_labels={"team": "red"})))) == 0
