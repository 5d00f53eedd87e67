"""Rules broken on purpose, one condition at a time: whether their fixtures notice."""

import ast
import copy
import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from kubedx.analyzers import Rule, catalogue
from rules.test_rules import HERE, Case, as_expected

_OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_ENDINGS = (ast.Return, ast.Continue, ast.Break)


class Verdict(NamedTuple):
    """How many mutants of a rule were made and noticed, and what the others changed."""

    code: str
    made: int
    killed: int
    survivors: tuple[str, ...]


class Mutant(NamedTuple):
    """A module with one thing changed, and words for it."""

    words: str
    tree: ast.Module


def mutate(code: str) -> Verdict:
    """Judge the fixtures of a rule with each of its mutants. Raises ValueError where they fail though nothing is broken."""
    rule = catalogue()[code]
    cases = [Case(path) for path in sorted((HERE / code).glob("*.yaml"))]
    if not all(_holds(rule, case) for case in cases):
        raise ValueError(f"the fixtures of {code} fail with the rule as it is")
    module = sys.modules[rule.judge.__module__]
    source = Path(str(module.__file__)).read_text("utf-8")
    made, survivors = 0, []
    for mutant in mutants(ast.parse(source)):
        made += 1
        broken = _load(mutant.tree, rule)
        if broken is not None and all(_holds(broken, case) for case in cases):
            survivors.append(mutant.words)
    return Verdict(code, made, made - len(survivors), tuple(survivors))


def mutants(tree: ast.Module) -> Iterator[Mutant]:
    """Every mutant of a module. Each changes one node."""
    for place, node in enumerate(ast.walk(tree)):
        for words, change in _changes(node):
            copied = copy.deepcopy(tree)
            twin = next(one for count, one in enumerate(ast.walk(copied)) if count == place)
            change(twin)
            yield Mutant(f"line {getattr(node, 'lineno', 0)}: {words}", ast.fix_missing_locations(copied))


def _changes(node: ast.AST) -> Iterator[tuple[str, Callable[[ast.AST], None]]]:
    match node:
        case ast.If(test=test, body=body, orelse=orelse):
            yield f"if turned around: {ast.unparse(test)}", _negate
            if len(body) == 1 and isinstance(body[0], _ENDINGS) and not orelse:
                yield f"guard dropped: {ast.unparse(test)}", _never
        case ast.IfExp(test=test):
            yield f"either or: {ast.unparse(test)}", _negate
        case ast.BoolOp(op=op):
            yield f"{'and' if isinstance(op, ast.And) else 'or'} swapped: {ast.unparse(node)}", _swap
        case ast.Compare(ops=[op]) if type(op) in _OPPOSITE:
            yield f"comparison turned around: {ast.unparse(node)}", _oppose
        case ast.UnaryOp(op=ast.Not()):
            yield f"not dropped: {ast.unparse(node)}", _affirm


def _negate(node: ast.AST) -> None:
    if isinstance(node, ast.If | ast.IfExp):
        node.test = ast.UnaryOp(ast.Not(), node.test)


def _never(node: ast.AST) -> None:
    if isinstance(node, ast.If):
        node.test = ast.Constant(value=False)


def _swap(node: ast.AST) -> None:
    if isinstance(node, ast.BoolOp):
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()


def _oppose(node: ast.AST) -> None:
    if isinstance(node, ast.Compare):
        node.ops = [_OPPOSITE[type(node.ops[0])]()]


def _affirm(node: ast.AST) -> None:
    # What takes the place of `not x` must be an expression of the same node: `not not x`.
    if isinstance(node, ast.UnaryOp):
        node.operand = ast.UnaryOp(ast.Not(), node.operand)


def _load(tree: ast.Module, rule: Rule) -> Rule | None:
    """The rule of a mutant; None when the module does not even load, which any fixture would notice."""
    name = f"{rule.judge.__module__}_mutant"
    spec = importlib.util.spec_from_loader(name, loader=None)
    if spec is None:
        raise ImportError(name)
    module = importlib.util.module_from_spec(spec)
    try:
        exec(compile(tree, name, "exec"), module.__dict__)
    except Exception:  # noqa: BLE001  # whatever it is, the mutant is noticed
        return None
    found = getattr(module, rule.code.replace("-", "_"))
    return found if isinstance(found, Rule) else None


def _holds(rule: Rule, case: Case) -> bool:
    """Whether a fixture is content with a rule."""
    try:
        findings = case.findings(rule)
    except Exception:  # noqa: BLE001  # whatever it is, the mutant is noticed
        return False
    ordered = sorted(findings, key=lambda one: (str(one.subject), one.part, one.message))
    expected: Sequence[dict[str, object]] = sorted(case.expected, key=lambda one: (one["subject"], one.get("part", ""), one["message"]))
    if len(ordered) != len(expected):
        return False
    return all(as_expected(finding, wanted) == wanted for finding, wanted in zip(ordered, expected, strict=True))
