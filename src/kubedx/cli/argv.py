"""Command lines by the rules of Go's pflag, which users of kubectl and k8sgpt have in their fingers, turned into click's.

The rules (https://github.com/spf13/pflag, flag.go): `--name=value` and `--name value`; `-n value`, `-nvalue` and
`-n=value`; booleans need no value and take one only behind `=`; short booleans combine (`-ec`, `-ecn shop`); flags and
operands may be mixed; `--` ends the flags; of a flag given twice the last counts, except lists, which add up. Flags may
stand before the command, as cobra allows it.
"""

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from kubedx.errors import UsageError

_TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
_FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False"})


class Flag(NamedTuple):
    """One flag of a command. Names have their dashes; `several` says that occurrences add up."""

    long: str
    short: str = ""
    takes_value: bool = True
    several: bool = False
    aliases: tuple[str, ...] = ()

    def __str__(self) -> str:
        """`-n, --namespace`, as help and errors name it."""
        return f"{self.short}, {self.long}" if self.short else self.long


class Grammar:
    """The flags of one command, by every name that they have."""

    def __init__(self, flags: Iterable[Flag]) -> None:
        self.flags = tuple(dict.fromkeys(flags))
        self.by_long: Mapping[str, Flag] = {name: flag for flag in self.flags for name in (flag.long, *flag.aliases)}
        self.by_short: Mapping[str, Flag] = {flag.short: flag for flag in self.flags if flag.short}


Commands: TypeAlias = Mapping[str, "Grammar | Commands"]
"""Commands by their name: each with its flags, or, where it is a group, with its own commands."""


def normalise(argv: Sequence[str], commands: Commands) -> list[str]:
    """The same command line for click: the command, each flag once as `--name=value` or `--name`, `--`, and the operands.

    Without a command among the words, they are handed on but for the flags that all commands have: they mean nothing without
    one. Raises UsageError for what pflag would refuse.
    """
    place = _command_place(argv, Grammar(_every_flag(commands)))
    if place is None:
        return _without_flags(argv, Grammar(_shared_flags(commands)))
    if argv[place] not in commands:
        return list(argv)
    grammar = commands[argv[place]]
    words = [*argv[:place], *argv[place + 1 :]]
    if not isinstance(grammar, Grammar):
        return [argv[place], *normalise(words, grammar)]
    settings, operands = _parse(words, grammar)
    return [argv[place], *_spelt(settings), *(["--", *operands] if operands else [])]


def _every_flag(commands: Commands) -> Iterator[Flag]:
    for grammar in commands.values():
        yield from grammar.flags if isinstance(grammar, Grammar) else _every_flag(grammar)


def _leaves(commands: Commands) -> Iterator[Grammar]:
    for grammar in commands.values():
        if isinstance(grammar, Grammar):
            yield grammar
        else:
            yield from _leaves(grammar)


def _shared_flags(commands: Commands) -> Iterator[Flag]:
    """The flags that each command has, but for the one for help; cobra calls them persistent."""
    first, *others = _leaves(commands)
    return (flag for flag in first.flags if flag.long != "--help" and all(flag.long in other.by_long for other in others))


def _without_flags(words: Sequence[str], grammar: Grammar) -> list[str]:
    """The words without these flags and their values. Raises UsageError for a value that lacks."""
    left = []
    rest = list(reversed(words))
    while rest:
        word = rest.pop()
        name, equals, _ = word.partition("=")
        flag = grammar.by_long.get(name) or grammar.by_short.get(name)
        if flag is None:
            left.append(word)
        elif flag.takes_value and not equals:
            _next(flag, rest)
    return left


def _command_place(argv: Sequence[str], every_flag: Grammar) -> int | None:
    """Where the first word stands that is neither a flag nor the value of one."""
    index = 0
    while index < len(argv):
        word = argv[index]
        if word == "--":
            return None
        if not word.startswith("-") or word == "-":
            return index
        flag = every_flag.by_long.get(word) if word.startswith("--") else every_flag.by_short.get(word)
        index += 2 if flag and flag.takes_value else 1
    return None


class _Setting(NamedTuple):
    flag: Flag
    value: str


def _spelt(settings: Sequence[_Setting]) -> list[str]:
    """Each setting in click's spelling; of those that do not add up the last alone, and no boolean that is false."""
    last = {setting.flag: index for index, setting in enumerate(settings)}
    words = []
    for index, (flag, value) in enumerate(settings):
        if not flag.several and last[flag] != index:
            continue
        if flag.takes_value:
            words.append(f"{flag.long}={value}")
        elif value == "true":
            words.append(flag.long)
    return words


def _parse(words: Sequence[str], grammar: Grammar) -> tuple[list[_Setting], list[str]]:
    settings: list[_Setting] = []
    operands: list[str] = []
    rest = list(reversed(words))
    while rest:
        word = rest.pop()
        if word == "--":
            operands.extend(reversed(rest))
            break
        if word.startswith("--"):
            settings.append(_long(word, rest, grammar))
        elif word.startswith("-") and len(word) > 1:
            settings.extend(_shorts(word, rest, grammar))
        else:
            operands.append(word)
    return settings, operands


def _long(word: str, rest: list[str], grammar: Grammar) -> _Setting:
    name, equals, value = word.partition("=")
    flag = grammar.by_long.get(name)
    if flag is None:
        raise UsageError(f"unknown flag {name}{_near(name, grammar)}")
    if equals:
        return _setting(flag, value)
    return _setting(flag, _next(flag, rest) if flag.takes_value else "true")


def _shorts(word: str, rest: list[str], grammar: Grammar) -> Iterable[_Setting]:
    """`-e`, `-ec`, `-n=shop`, `-nshop`, `-ecn shop`. As in pflag, `-n=` alone has the value `=`."""
    letters = word[1:]
    while letters:
        letter, letters = letters[0], letters[1:]
        flag = grammar.by_short.get(f"-{letter}")
        if flag is None:
            raise UsageError(f"unknown flag -{letter} in {word}{_near(f'-{word}', grammar)}")
        if len(letters) > 1 and letters[0] == "=":
            yield _setting(flag, letters[1:])
            return
        if flag.takes_value:
            yield _setting(flag, letters or _next(flag, rest))
            return
        yield _setting(flag, "true")


def _next(flag: Flag, rest: list[str]) -> str:
    if not rest:
        raise UsageError(f"flag {flag} needs a value")
    return rest.pop()


def _setting(flag: Flag, value: str) -> _Setting:
    if flag.takes_value:
        return _Setting(flag, value)
    if value in _TRUE:
        return _Setting(flag, "true")
    if value in _FALSE:
        return _Setting(flag, "false")
    raise UsageError(f'flag {flag} is true or false, not "{value}"')


def _near(name: str, grammar: Grammar) -> str:
    """` (did you mean --explain?)`; also for a long flag with one dash."""
    near = difflib.get_close_matches(name.partition("=")[0], grammar.by_long, n=1, cutoff=0.7)
    return f"; did you mean {near[0]}?" if near else "; --help lists all flags"
