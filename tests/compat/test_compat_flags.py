"""Every command and flag of k8sgpt is there with its short name and its default, or is a row of the page with its reason."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from compat.reference import ALIASES, COMMANDS, GLOBAL, GROUPS, Reference
from kubedx.cli.app import kubedx

PAGE = (Path(__file__).resolve().parents[2] / "docs/coming-from-k8sgpt.md").read_text()


def command_of(words: str) -> click.Command:
    command: click.Command | None = kubedx
    for word in words.split():
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), word)
    assert command is not None, words
    return command


def option_of(command: click.Command, long: str) -> click.Option | None:
    options = [param for param in command.get_params(click.Context(command, **command.context_settings)) if isinstance(param, click.Option)]
    return next((option for option in options if long in option.opts), None)


def differs(option: click.Option, flag: Reference) -> bool:
    default = "" if option.multiple or option.is_flag else str(option.default)
    short = next((name for name in option.opts if not name.startswith("--")), "")
    return (short, default, bool(option.is_flag), option.multiple) != (flag.short, flag.default, flag.switch, flag.several)


def different() -> Iterator[str]:
    """The flags that are other ones, as the page names them."""
    for words, flags in COMMANDS.items():
        for flag in flags:
            option = option_of(command_of(words), flag.long)
            if option is None or differs(option, flag):
                yield f"{words} {flag.long}"


def listed() -> list[str]:
    """The flags of the page's table of differences."""
    table = PAGE.partition("## Flags that differ")[2].partition("\n## ")[0]
    return [words for line in table.splitlines() if line.startswith("| `") for words in re.findall(r"`([^`]+)`", line.split("|")[1])]


@pytest.mark.parametrize("words", [*COMMANDS, *GROUPS, *ALIASES])
def test_every_command_is_there(words: str) -> None:
    assert command_of(words).callback is not None


@pytest.mark.parametrize("words", COMMANDS)
def test_the_global_flags_are_accepted_by_every_command(words: str) -> None:
    for flag in GLOBAL:
        option = option_of(command_of(words), flag.long)
        assert option is not None, flag
        assert not differs(option, flag), flag


@pytest.mark.parametrize("words", COMMANDS)
def test_every_flag_is_there_with_its_short_name(words: str) -> None:
    for flag in COMMANDS[words]:
        option = option_of(command_of(words), flag.long)
        assert option is not None, flag
        assert not flag.short or flag.short in option.opts, flag


def test_the_page_lists_the_flags_that_differ_and_no_other() -> None:
    assert sorted(listed()) == sorted(different())


def test_every_difference_of_a_flag_has_a_reason() -> None:
    table = PAGE.partition("## Flags that differ")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines() if line.startswith("| `")]
    assert all(len(row) == 4 and all(row) for row in rows)
