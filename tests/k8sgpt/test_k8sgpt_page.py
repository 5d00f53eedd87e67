"""`docs/coming-from-k8sgpt.md` names a test for each weakness: every one of them exists."""

import ast
import re
from pathlib import Path

import pytest

from k8sgpt.test_k8sgpt_analyzers import params

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/coming-from-k8sgpt.md").read_text()
WEAKNESSES = PAGE.partition("## The 25 weaknesses")[2]
ROWS = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in WEAKNESSES.splitlines() if re.match(r"\| \d", line)]
NAMED = tuple(dict.fromkeys(re.findall(r"`(tests/[^`]+?::[^`]+)`", PAGE)))


def test_there_is_a_row_for_each_of_the_25_weaknesses() -> None:
    assert [row[0] for row in ROWS] == [str(number) for number in range(1, 26)]


def test_every_row_names_a_test() -> None:
    assert [row[0] for row in ROWS if "::" not in row[-1]] == []
    assert "later issue" not in PAGE


@pytest.mark.parametrize("named", NAMED)
def test_the_named_test_exists(named: str) -> None:
    path, _, rest = named.partition("::")
    function, _, parameter = rest.removesuffix("]").partition("[")
    tree = ast.parse((ROOT / path).read_text())
    assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    if function == "test_fixture":
        assert (ROOT / f"tests/rules/{parameter}.yaml").exists()
    elif parameter:
        assert parameter in {param.id for param in params()}
