"""`docs/coming-from-k8sgpt.md` names a test for each weakness: every one of them exists."""

import ast
import re
from pathlib import Path

import pytest

from k8sgpt.test_k8sgpt_analyzers import params

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/coming-from-k8sgpt.md").read_text()
ROWS = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in PAGE.splitlines() if re.match(r"\| \d", line)]
NAMED = tuple(dict.fromkeys(re.findall(r"`(tests/[^`]+?::[^`]+)`", PAGE)))
LATER = {"16", "17", "19"}
"""Weaknesses of the servers alone."""


def test_there_is_a_row_for_each_of_the_25_weaknesses() -> None:
    assert [row[0] for row in ROWS] == [str(number) for number in range(1, 26)]


def test_every_row_names_a_test_or_the_issue_that_is_to_come() -> None:
    for row in ROWS:
        assert "::" in row[-1] or ("later issue" in row[2] and row[0] in LATER), row[0]


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
