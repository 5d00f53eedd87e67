"""Rules in CEL that never end, want all memory or break the library: each costs itself alone, and the scan goes on."""

from typing import Any

import pytest

from kubedx.kube import Kind, KubeObject
from kubedx.plugins import DeclaredRuleError, declared_rules, failing_examples, judge_declared
from kubedx.testing import object_from

ENDLESS = "objects.Service.all(a, objects.Service.all(b, objects.Service.all(c, objects.Service.all(d, a.kind == b.kind))))"
GREEDY = "size(objects.Service.map(a, objects.Service.map(b, objects.Service.map(c, objects.Service)))) > 0"


CART = object_from({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "cart", "namespace": "shop"}})
SERVICES = [
    object_from({"apiVersion": "v1", "kind": "Service", "metadata": {"name": f"till-{number}", "namespace": "shop"}})
    for number in range(300)
]


def objects(kind: Kind) -> list[KubeObject]:
    return [CART] if kind.kind == "Deployment" else SERVICES


def rule(name: str, when: str, message: str = "'odd'", **spec: Any) -> tuple[str, object]:
    known = {"on": "Deployment", "consults": ["Service"], "when": when, "message": message}
    return "rules.yaml", {"apiVersion": "kubedx.dev/v1", "kind": "Rule", "metadata": {"name": name}, "spec": known | spec}


def test_a_rule_that_never_ends_costs_itself_alone() -> None:
    rules = declared_rules([rule("first", "true"), rule("endless", ENDLESS), rule("last", "object.metadata.name == 'cart'")])
    verdicts = judge_declared(rules, objects, seconds=1)
    assert [one.code for one in verdicts.findings] == ["custom/first", "custom/last"]
    (crash,) = verdicts.crashed
    assert (crash.code, crash.error) == ("custom/endless", "stopped after 1s; make its loops smaller")


def test_a_rule_that_wants_all_memory_costs_itself_alone() -> None:
    rules = declared_rules([rule("greedy", GREEDY), rule("last", "true")])
    verdicts = judge_declared(rules, objects, seconds=3)
    assert [one.code for one in verdicts.findings] == ["custom/last"]
    (crash,) = verdicts.crashed
    assert crash.code == "custom/greedy"


@pytest.mark.parametrize("expression", ["(" * 16_000, "[" * 8_000 + "]" * 8_000, "true || " * 10_000 + "true"])
def test_an_expression_that_breaks_the_library_is_one_sentence(expression: str) -> None:
    with pytest.raises(DeclaredRuleError, match=r"rules\.yaml: rule odd") as caught:
        declared_rules([rule("odd", expression)])
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("when", "error"),
    [
        ("1", "`when` gives int and not true or false"),
        ("null", "`when` gives NoneType and not true or false"),
        ("object", "`when` gives dict and not true or false"),
        ("1 / 0 == 1", ""),
        ("object.nothing.at.all", ""),
        ("nobody.knows", ""),
    ],
)
def test_what_is_neither_true_nor_false_fails_on_its_object(when: str, error: str) -> None:
    verdicts = judge_declared(declared_rules([rule("odd", when)]), objects)
    assert verdicts.findings == ()
    (crash,) = verdicts.crashed
    assert crash.ref.name == "cart"
    assert error in crash.error


def test_a_message_that_is_no_text_fails_on_its_object() -> None:
    (crash,) = judge_declared(declared_rules([rule("odd", "true", "3")]), objects).crashed
    assert "`message` gives int and no text" in crash.error


def test_a_test_that_never_ends_is_a_test_that_fails() -> None:
    example = {"object": {"metadata": {"name": "cart"}}, "objects": {"Service": []}}
    (odd,) = declared_rules([rule("odd", "object.metadata.name == 'cart'", tests={"fires": [example], "quiet": [example]})])
    assert list(failing_examples(odd)) == ["custom/odd: quiet 1 fires: odd"]
