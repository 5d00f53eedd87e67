"""Rules broken on purpose, one condition at a time: whether their fixtures notice.

What is broken is a module of the rules' folder: a rule's own, judged by its fixtures, or one that rules of a subject share, judged
by the fixtures of all of them. A mutant that no behaviour can tell from the module bears, on its line or the one above,
`# equivalent mutant: <reason>`; a reason that no mutant needs is reported, so that none outlives its code.
"""

import ast
import importlib
import importlib.util
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple
from unittest.mock import patch

from kubedx.analyzers import Rule, catalogue
from rules.mutants import Mutant, mutants
from rules.test_rules import HERE, Case, as_expected

_REASON = re.compile(r"#\s*equivalent mutant: \S")


class Verdict(NamedTuple):
    """How many mutants of a module were made and noticed, and what the others changed."""

    module: str
    made: int
    survivors: tuple[str, ...]
    not_executed: tuple[str, ...]
    equivalent: tuple[str, ...]
    needless_reasons: tuple[str, ...]

    @property
    def noticed(self) -> int:
        """How many mutants a fixture noticed."""
        return self.made - len(self.survivors) - len(self.not_executed) - len(self.equivalent)


class _Trial(NamedTuple):
    """A fixture of a rule, with the lines of the module that it executes."""

    rule: str
    case: Case
    lines: frozenset[int]


def modules() -> tuple[str, ...]:
    """The modules of all rules, and those that rules of a subject share."""
    rules = sorted(rule.judge.__module__ for rule in catalogue().values())
    folders = {name.rpartition(".")[0] for name in rules}
    return tuple(sorted([*rules, *(name for name in sys.modules if name.rpartition(".")[0] in folders and "._" in name)]))


def module_of(code: str) -> str:
    """The module of a rule."""
    return str(catalogue()[code].judge.__module__)


def mutate(name: str) -> Verdict:
    """Judge the fixtures with each mutant of a module. Raises ValueError where they fail though nothing is broken."""
    source = Path(str(importlib.import_module(name).__file__)).read_text("utf-8")
    dependents = _dependents(name)
    trials = _trials(name, dependents)
    body = frozenset(_lines_at_import(ast.parse(source)))
    reasons = _reasons(source)
    made, survivors, not_executed, equivalent, used = 0, list[str](), list[str](), list[str](), set[int]()
    for mutant in mutants(ast.parse(source)):
        made += 1
        at_import = not body.isdisjoint(mutant.lines)
        chosen = [one for one in trials if at_import or not one.lines.isdisjoint(mutant.lines)]
        killer = _killer(name, mutant, dependents, chosen)
        if isinstance(killer, _Trial):
            trials.remove(killer)
            trials.insert(0, killer)
        elif killer:
            continue
        elif reason := reasons & {mutant.lines.start - 1, *mutant.lines}:
            used |= reason
            equivalent.append(mutant.words)
        else:
            (survivors if chosen else not_executed).append(mutant.words)
    needless = tuple(f"line {line}: no mutant needs this reason" for line in sorted(reasons - used))
    return Verdict(name, made, tuple(survivors), tuple(not_executed), tuple(equivalent), needless)


def _reasons(source: str) -> set[int]:
    return {number for number, line in enumerate(source.splitlines(), 1) if _REASON.search(line)}


def _dependents(name: str) -> tuple[str, ...]:
    """The modules of its folder that import a module, directly or through another, and itself: all that a mutant changes."""
    folder = name.rpartition(".")[0]
    neighbours = {one: _imports(one) for one in modules() if one.rpartition(".")[0] == folder}
    found = {name}
    while more := {one for one, imported in neighbours.items() if one not in found and imported & found}:
        found |= more
    return tuple(sorted(found))


def _imports(name: str) -> set[str]:
    tree = ast.parse(Path(str(sys.modules[name].__file__)).read_text("utf-8"))
    return {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


def _trials(name: str, dependents: Sequence[str]) -> list[_Trial]:
    trials = []
    for rule in catalogue().values():
        if rule.judge.__module__ not in dependents:
            continue
        for path in sorted((HERE / rule.code).glob("*.yaml")):
            case = Case(path)
            with _LinesOf(str(sys.modules[name].__file__)) as executed:
                holds = _holds(rule, case)
            if not holds:
                raise ValueError(f"the fixture {rule.code}/{path.name} fails with the rule as it is")
            trials.append(_Trial(rule.code, case, frozenset(executed)))
    return trials


class _LinesOf:
    """The lines of a file that are executed meanwhile."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._lines: set[int] = set()

    def __enter__(self) -> set[int]:
        self._before = sys.gettrace()
        sys.settrace(self._call)
        return self._lines

    def __exit__(self, *_error: object) -> None:
        sys.settrace(self._before)

    def _call(self, frame: FrameType, _event: str, _argument: Any) -> Any:
        return self._line if frame.f_code.co_filename == self._file else None

    def _line(self, frame: FrameType, _event: str, _argument: Any) -> Any:
        self._lines.add(frame.f_lineno)
        return self._line


def _lines_at_import(tree: ast.Module) -> Iterator[int]:
    """The lines of a module that are executed when it is imported."""
    for statement in tree.body:
        for node in ast.walk(statement) if not isinstance(statement, ast.FunctionDef | ast.ClassDef) else statement.decorator_list:
            if isinstance(node, ast.expr):
                yield from range(node.lineno, (node.end_lineno or node.lineno) + 1)


def _killer(name: str, mutant: Mutant, dependents: Sequence[str], trials: Sequence[_Trial]) -> _Trial | bool:
    """The fixture that notices a mutant; True where it does not even load, False where none notices."""
    if not trials:
        return False
    try:
        rules = broken(name, mutant, dependents, {one.rule for one in trials})
    except Exception:  # noqa: BLE001  # whatever it is, the mutant is noticed
        return True
    return next((one for one in trials if not _holds(rules[one.rule], one.case)), False)


def broken(name: str, mutant: Mutant, dependents: Sequence[str], codes: Iterable[str]) -> dict[str, Rule]:
    """The rules of these codes as they are with a mutant in the place of a module."""
    file = str(sys.modules[name].__file__)
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    with patch.dict(sys.modules):
        for one in dependents:
            del sys.modules[one]
        sys.modules[name] = module
        exec(compile(mutant.tree, file, "exec"), module.__dict__)
        return {code: _rule(code) for code in codes}


def _rule(code: str) -> Rule:
    found = getattr(importlib.import_module(module_of(code)), code.replace("-", "_"))
    assert isinstance(found, Rule)
    return found


def _holds(rule: Rule, case: Case) -> bool:
    """Whether a fixture is content with a rule."""
    expected: Sequence[dict[str, object]] = sorted(case.expected, key=lambda one: (one["subject"], one.get("part", ""), one["message"]))
    try:
        findings = sorted(case.findings(rule), key=lambda one: (str(one.subject), one.part, one.message))
        said = [as_expected(finding, wanted) for finding, wanted in zip(findings, expected, strict=True)]
    except Exception:  # noqa: BLE001  # whatever it is, the mutant is noticed
        return False
    return said == expected
