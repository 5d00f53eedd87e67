"""The catalogue as a whole: every rule documented, named after its condition, tested both ways, with a playbook in both languages."""

import ast
import tomllib
import typing
from importlib import resources
from pathlib import Path

import pytest

from kubedx.analyzers import RETIRED, Rule, catalogue, rules
from kubedx.findings import Severity

RULES = tuple(catalogue().values())
FILES = {path.stem: path for path in Path(str(resources.files(rules))).glob("*/*.py") if not path.stem.startswith("_")}
SECTIONS = ("## What it means", "## When it is not reported", "## How to fix it")
REMEDIES = ("check-", "fix-", "use-", "avoid-", "do-not-", "prefer-", "should-", "missing-")
FIXTURES = Path(__file__).parent
PLAYBOOK = resources.files("kubedx.explain.playbook").joinpath("entries")


@pytest.fixture(params=RULES, ids=[rule.code for rule in RULES])
def rule(request: pytest.FixtureRequest) -> Rule:
    assert isinstance(request.param, Rule)
    return request.param


def test_codes_are_unique_never_reused_and_one_a_file() -> None:
    assert len({path.stem for path in FILES.values()}) == len(FILES) == len(RULES)
    assert not RETIRED & {rule.code for rule in RULES}


def test_the_file_bears_the_name_of_the_rule_and_holds_no_other(rule: Rule) -> None:
    tree = ast.parse(FILES[rule.code.replace("-", "_")].read_text())
    declared = [
        node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.decorator_list and not node.name.startswith("_")
    ]

    assert [name.replace("_", "-") for name in declared] == [rule.code]


def test_the_name_is_the_condition_and_not_the_remedy(rule: Rule) -> None:
    assert not rule.code.startswith(REMEDIES)


def test_its_page_has_a_summary_and_three_sections(rule: Rule) -> None:
    summary, _, rest = rule.doc.partition("\n")
    places = [rest.find(section) for section in SECTIONS]

    assert summary.endswith(".")
    assert all(place >= 0 for place in places)
    assert places == sorted(places)
    assert all(part.strip() for part in rest.split("## ")[1:])


def test_the_function_is_annotated_with_the_kinds_it_judges(rule: Rule) -> None:
    hints = typing.get_type_hints(rule.judge)
    judged = next(iter(hints.values()))

    assert set(typing.get_args(judged) or (judged,)) == set(rule.on)


def test_it_has_a_cluster_where_it_fires_and_one_where_it_is_quiet(rule: Rule) -> None:
    folder = FIXTURES / rule.code

    assert list(folder.glob("fires*.yaml"))
    assert list(folder.glob("quiet*.yaml"))


def test_it_has_a_playbook_entry_in_english_and_chinese(rule: Rule) -> None:
    entry = tomllib.loads(PLAYBOOK.joinpath(f"{rule.code}.toml").read_text())

    assert entry["en"]["steps"]
    assert len(entry["en"]["steps"]) == len(entry["zh"]["steps"])


def test_only_correlation_says_critical(rule: Rule) -> None:
    assert rule.severity is not Severity.CRITICAL


def test_every_playbook_entry_is_of_a_rule() -> None:
    entries = {path.name.removesuffix(".toml") for path in PLAYBOOK.iterdir() if path.name.endswith(".toml")}

    assert entries <= set(catalogue())
