"""An entry of the playbook, and how it is read from its file. The format is told in the package's docstring."""

import pkgutil
import re
import shlex
import tomllib
from functools import cache
from typing import NoReturn

import msgspec

from kubedx.findings import RootCause
from kubedx.kube import pattern_of

PLACEHOLDER = pattern_of(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
MAX_STEPS = 8
MAX_CODE = 100

_CODE = pattern_of(r"[a-z0-9]+(-[a-z0-9]+)*")
_ROOM = "kubedx.explain.playbook"


class PlaybookInvalid(ValueError):  # noqa: N818  # named for the state
    """An entry that breaks the format. A mistake of its writer, found by the tests."""


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to do. `command` does it, empty when a person must."""

    text: str
    command: str = ""


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """What one language says, with placeholders. `cause` are alternatives, the best first."""

    cause: tuple[str, ...]
    steps: tuple[Step, ...]
    commands: tuple[str, ...] = ()


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What the playbook says about one rule's findings."""

    code: str
    en: Advice
    zh: Advice

    @property
    def placeholders(self) -> frozenset[str]:
        """The names of every placeholder in it."""
        return frozenset(name for advice in (self.en, self.zh) for text in _texts(advice) for name in PLACEHOLDER.findall(text))


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    cause: str | tuple[str, ...]
    steps: tuple[Step | str, ...]
    commands: tuple[str, ...] = ()


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    en: _Table
    zh: _Table


def parse_entry(code: str, text: str) -> Entry:
    """An entry from the text of its file. Raises PlaybookInvalid, with what is wrong."""
    try:
        document = msgspec.convert(tomllib.loads(text), _Document)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise PlaybookInvalid(f"playbook entry {code}: {error}") from error
    english = _advice(document.en)
    if len(document.zh.steps) != len(english.steps):
        raise PlaybookInvalid(f"playbook entry {code}: zh has {len(document.zh.steps)} steps, en has {len(english.steps)}")
    entry = Entry(code=code, en=english, zh=_with_commands_of(english, _advice(document.zh)))
    for advice in (entry.en, entry.zh):
        _check(code, advice)
    return entry


@cache
def load_entry(code: str) -> Entry | None:
    """The entry of a code, None when there is no file for it. Raises PlaybookInvalid."""
    if len(code) > MAX_CODE or not _CODE.fullmatch(code):
        return None
    return _read(code, f"entries/{code}.toml")


@cache
def generic_entry(namespaced: bool) -> Entry:
    """The entry for codes that have none, on objects that are in a namespace or not."""
    code = "generic" if namespaced else "generic-cluster"
    entry = _read(code, f"{code}.toml")
    if entry is None:
        raise PlaybookInvalid(f"the package lacks playbook/{code}.toml")
    return entry


def entry_for(root_cause: RootCause) -> Entry:
    """The entry of a root cause's code, or the generic one."""
    return load_entry(root_cause.code) or generic_entry(bool(root_cause.subject.namespace))


def _read(code: str, file: str) -> Entry | None:
    try:
        body = pkgutil.get_data(_ROOM, file)
        return None if body is None else parse_entry(code, body.decode("utf-8"))
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise PlaybookInvalid(f"playbook entry {code}: not UTF-8") from error


def _advice(table: _Table) -> Advice:
    return Advice(
        cause=(table.cause,) if isinstance(table.cause, str) else table.cause,
        steps=tuple(Step(step) if isinstance(step, str) else step for step in table.steps),
        commands=table.commands,
    )


def _with_commands_of(english: Advice, advice: Advice) -> Advice:
    steps = tuple(
        step if step.command else Step(step.text, original.command) for step, original in zip(advice.steps, english.steps, strict=True)
    )
    return Advice(cause=advice.cause, steps=steps, commands=advice.commands or english.commands)


def _texts(advice: Advice) -> tuple[str, ...]:
    return (*advice.cause, *(step.text for step in advice.steps), *_commands(advice))


def _commands(advice: Advice) -> tuple[str, ...]:
    return (*advice.commands, *(step.command for step in advice.steps if step.command))


def _check(code: str, advice: Advice) -> None:
    def refuse(why: str) -> NoReturn:
        raise PlaybookInvalid(f"playbook entry {code}: {why}")

    if not advice.cause or not all(sentence.strip() for sentence in advice.cause):
        refuse("cause is empty")
    if not 1 <= len(advice.steps) <= MAX_STEPS:
        refuse(f"{len(advice.steps)} steps; 1 to {MAX_STEPS} are wanted")
    if not all(step.text.strip() for step in advice.steps):
        refuse("a step has no text")
    if any("\n" in text for text in _texts(advice)):
        refuse("a text or command spans several lines")
    for command in _commands(advice):
        problem = command_problem(command)
        if problem:
            refuse(f"command `{command}` {problem}")


def command_problem(command: str) -> str:
    """Why a command is not fit for the playbook; empty when it is."""
    if PLACEHOLDER.search("".join(re.findall(r"'[^']*'|\"[^\"]*\"", command))):
        return "has a placeholder inside quotes"
    try:
        words = shlex.split(PLACEHOLDER.sub("x", command))
    except ValueError:
        return "has an open quote"
    if not words:
        return "is empty"
    if any(re.fullmatch(r"<[^ <>]+>", word) for word in words):
        return "has a <word> for people to fill in"
    return ""
