"""Label selectors, by the examples of https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubedx.kube import LabelSelector, LabelSelectorRequirement, Service, ServiceSpec, format_selector, has_labels, parse_selector, selects
from kubedx.kube import service_selects as leads_to

PRODUCTION = {"environment": "production", "tier": "backend"}
QA = {"environment": "qa", "tier": "frontend"}
DEV = {"environment": "dev", "partition": "customerA"}
BARE: dict[str, str] = {}


@pytest.mark.parametrize(
    ("text", "selected"),
    [
        # "Equality-based requirement"
        ("environment = production", [PRODUCTION]),
        ("environment == production", [PRODUCTION]),
        ("tier != frontend", [PRODUCTION, DEV, BARE]),
        ("environment=production,tier!=frontend", [PRODUCTION]),
        # "Set-based requirement"
        ("environment in (production, qa)", [PRODUCTION, QA]),
        ("tier notin (frontend, backend)", [DEV, BARE]),
        ("partition", [DEV]),
        ("!partition", [PRODUCTION, QA, BARE]),
        ("partition,environment notin (qa)", [DEV]),
        ("partition in (customerA, customerB),environment!=qa", [DEV]),
        # "API": "environment in (production),tier in (frontend)"
        ("environment in (production),tier in (frontend)", []),
        ("", [PRODUCTION, QA, DEV, BARE]),
        ("  ", [PRODUCTION, QA, DEV, BARE]),
    ],
)
def test_string_form(text: str, selected: list[Mapping[str, str]]) -> None:
    selector = parse_selector(text)

    assert [labels for labels in (PRODUCTION, QA, DEV, BARE) if selects(selector, labels)] == selected


@pytest.mark.parametrize(
    ("text", "requirements"),
    [
        ("a=b,c in (d,e),!f", [("a", "In", ("b",)), ("c", "In", ("d", "e")), ("f", "DoesNotExist", ())]),
        ("app.kubernetes.io/name=cart", [("app.kubernetes.io/name", "In", ("cart",))]),
        ("a=", [("a", "In", ("",))]),
        ("a=,b", [("a", "In", ("",)), ("b", "Exists", ())]),
        ("a in (,b)", [("a", "In", ("", "b"))]),
        ("in in (notin)", [("in", "In", ("notin",))]),
        ("! a", [("a", "DoesNotExist", ())]),
        ("a>1,b<2", [("a", "Gt", ("1",)), ("b", "Lt", ("2",))]),
    ],
)
def test_parsed(text: str, requirements: list[tuple[str, str, tuple[str, ...]]]) -> None:
    parsed = parse_selector(text).match_expressions

    assert [(each.key, each.operator, each.values) for each in parsed] == requirements


@pytest.mark.parametrize(
    "text",
    [
        "a,",
        ",a",
        ",",
        "a b",
        "a in",
        "a in b",
        "a in (b",
        "a in (b c)",
        "a in b)",
        "!",
        "!a=b",
        "=b",
        "a==b=c",
        "a!b",
        "a/b/c",
        "-a",
        "a=-b",
        "a=b c",
        "a>b",
        "A.example/b",
        "a" * 64,
        "a=" + "b" * 64,
        f"{'d' * 254}/a",
        "a()",
        "/a",
        "a/",
        "ä",
        "a,,b",
        "a=b\x00",
    ],
)
def test_what_is_no_selector(text: str) -> None:
    with pytest.raises(ValueError, match="selector"):
        parse_selector(text)


@given(st.text(alphabet="ab/.-=!<>(), in"))
@settings(max_examples=200, deadline=None, database=None, derandomize=True)
def test_any_text_is_a_selector_or_an_error_and_can_be_written_again(text: str) -> None:
    try:
        selector = parse_selector(text)
    except ValueError:
        return
    assert parse_selector(format_selector(selector)) == selector


def test_match_labels_and_expressions_must_all_hold() -> None:
    # The selector of the section "Resources that support set-based requirements".
    selector = LabelSelector(
        match_labels={"component": "redis"},
        match_expressions=(
            LabelSelectorRequirement(key="tier", operator="In", values=("cache",)),
            LabelSelectorRequirement(key="environment", operator="NotIn", values=("dev",)),
        ),
    )

    assert selects(selector, {"component": "redis", "tier": "cache"})
    assert selects(selector, {"component": "redis", "tier": "cache", "environment": "qa"})
    assert not selects(selector, {"component": "redis", "tier": "cache", "environment": "dev"})
    assert not selects(selector, {"component": "redis"})
    assert not selects(selector, {"tier": "cache"})
    assert format_selector(selector) == "component=redis,tier=cache,environment!=dev"


def test_empty_selects_everything_and_none_nothing() -> None:
    # k8s.io/apimachinery/pkg/apis/meta/v1, LabelSelector: "An empty label selector matches all objects.
    # A null label selector matches no objects."
    assert selects(LabelSelector(), PRODUCTION)
    assert selects(LabelSelector(), {})
    assert not selects(None, PRODUCTION)


@pytest.mark.parametrize("operator", ["", "in", "Equals", "Gt"])
def test_an_operator_that_does_not_exist_holds_for_nothing(operator: str) -> None:
    selector = LabelSelector(match_expressions=(LabelSelectorRequirement(key="tier", operator=operator, values=("backend",)),))

    assert not selects(selector, PRODUCTION)


def test_plain_maps() -> None:
    assert has_labels(PRODUCTION, {"tier": "backend"})
    assert has_labels(PRODUCTION, {})
    assert not has_labels(PRODUCTION, {"tier": "backend", "partition": ""})


def test_a_service_without_a_selector_leads_to_no_pod() -> None:
    # https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors
    assert leads_to(Service(spec=ServiceSpec(selector={"tier": "backend"})), PRODUCTION)
    assert not leads_to(Service(spec=ServiceSpec(selector={"tier": "frontend"})), PRODUCTION)
    assert not leads_to(Service(), PRODUCTION)
    assert not leads_to(Service(spec=ServiceSpec(type="ExternalName", selector={"tier": "backend"})), PRODUCTION)


def test_format_of_every_operator() -> None:
    text = "a=1,b!=2,c in (1,2),d notin (1,2),e,!f,g>1,h<2"

    assert format_selector(parse_selector(text)) == text
