"""`--help` of every command ends with examples, whose words the command line understands."""

import re
import shlex
from collections.abc import Iterator

import click
import pytest

from kubedx.cli.app import _grammars_of, kubedx
from kubedx.cli.argv import normalise
from kubedx.cli.examples import EXAMPLES


def leaves(group: click.Group, words: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from leaves(command, f"{words}{name} ")
        elif not command.hidden:
            yield f"{words}{name}", command


LEAVES = dict(leaves(kubedx))
LINES = [line.strip() for command in LEAVES.values() for line in (command.epilog or "").splitlines()]
TYPED = sorted({found[1].strip() for line in LINES if (found := re.search(r"\bkubedx ([a-z][^;|>)…']*?)(?:  |[;|>)…']|$)", line))})


@pytest.mark.parametrize("words", LEAVES)
def test_help_ends_with_examples(words: str) -> None:
    epilog = LEAVES[words].epilog or ""
    assert "Examples:" in epilog
    assert f"kubedx {words}" in epilog


def test_no_example_is_of_a_command_that_is_not_there() -> None:
    assert set(EXAMPLES) <= set(LEAVES)


@pytest.mark.parametrize("typed", TYPED)
def test_an_example_can_be_typed(typed: str) -> None:
    words = shlex.split(typed)
    assert normalise(words, _grammars_of(kubedx))[0] in kubedx.commands
