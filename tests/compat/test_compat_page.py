"""The tables of `docs/coming-from-k8sgpt.md`: each command, each difference of behaviour and each point of the checklist has a test."""

import re
from pathlib import Path

import pytest

from compat.reference import COMMANDS

PAGE = (Path(__file__).resolve().parents[2] / "docs/coming-from-k8sgpt.md").read_text()


def rows(heading: str) -> list[list[str]]:
    """The rows of the table below a heading, without its own two first lines."""
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines[2:]]


def test_each_command_has_its_row_and_no_other() -> None:
    assert [row[0].strip("`") for row in rows("The commands")] == list(COMMANDS)


def test_the_checklist_has_its_nine_points() -> None:
    assert [row[0] for row in rows("The checklist of a drop-in")] == [str(number) for number in range(1, 10)]


@pytest.mark.parametrize("heading", ["The commands", "Behaviour that differs", "The checklist of a drop-in"])
def test_every_row_names_its_tests(heading: str) -> None:
    table = rows(heading)
    assert table
    for row in table:
        assert all(row), row
        assert re.findall(r"`tests/\S+?::\w+`", row[-1]), row
