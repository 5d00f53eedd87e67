"""A module broken on purpose: its mutants, each with one condition changed."""

import ast
import copy
from collections.abc import Callable, Iterator
from typing import NamedTuple

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
_TENFOLD = 10

_Change = Callable[[ast.AST], None]


class Mutant(NamedTuple):
    """A module with one thing changed, words for it, and the first and last line of what was changed."""

    words: str
    lines: range
    tree: ast.Module


def mutants(tree: ast.Module) -> Iterator[Mutant]:
    """Every mutant of a module. Each changes one node, and no two are the same."""
    whole, numbers = _tests(tree), _numbers(tree)
    values = _defaults(tree) | _declarations(tree)
    for place, node in enumerate(ast.walk(tree)):
        if node in values:
            continue
        for words, where, change in _changes(node, node in whole, node in numbers):
            copied = copy.deepcopy(tree)
            twin = next(one for count, one in enumerate(ast.walk(copied)) if count == place)
            change(twin)
            yield Mutant(
                f"line {where.lineno}: {words}",
                range(where.lineno, (where.end_lineno or where.lineno) + 1),
                ast.fix_missing_locations(copied),
            )


def _tests(tree: ast.Module) -> set[ast.AST]:
    """The conditions that are turned around as a whole, which need not be turned around for themselves too."""
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        match node:
            case ast.If(test=test) | ast.IfExp(test=test):
                found.add(test)
            case ast.comprehension(ifs=ifs):
                found.update(ifs)
    return found


def _numbers(tree: ast.Module) -> set[ast.AST]:
    """The numbers that conditions go by: a module's own (`LIMIT = 3`, `PATIENCE = timedelta(minutes=5)`), and what is compared with."""
    places: list[ast.AST] = [one for node in ast.walk(tree) if isinstance(node, ast.Compare) for one in node.comparators]
    for statement in tree.body:
        match statement:
            case ast.Assign(value=ast.Constant() as value):
                places.append(value)
            case ast.Assign(value=ast.Call(args=args, keywords=keywords)):
                places += [*args, *(keyword.value for keyword in keywords)]
    return {one for one in places if isinstance(one, ast.Constant) and type(one.value) in (int, float) and one.value}


def _defaults(tree: ast.Module) -> set[ast.AST]:
    """The values `x or "nothing"`, which are no conditions: what stands there when there is none."""
    tests = {one for test in _tests(tree) for one in ast.walk(test)}
    return {
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or) and isinstance(node.values[-1], ast.Constant) and node not in tests
    }


def _declarations(tree: ast.Module) -> set[ast.AST]:
    """All that a rule declares of itself, which its fixtures do not judge."""
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return {one for function in functions for decorator in function.decorator_list for one in ast.walk(decorator)}


def _changes(node: ast.AST, is_whole: bool, is_number: bool) -> Iterator[tuple[str, ast.expr, _Change]]:
    match node:
        case ast.If(test=test, body=body, orelse=orelse):
            yield f"if turned around: {ast.unparse(test)}", test, _turn_around
            if len(body) == 1 and isinstance(body[0], _ENDINGS) and not orelse:
                yield f"guard dropped: {ast.unparse(test)}", test, _never
        case ast.IfExp(test=test):
            yield f"either or: {ast.unparse(test)}", test, _turn_around
        case ast.comprehension(ifs=ifs):
            for place, test in enumerate(ifs):
                yield f"filter turned around: {ast.unparse(test)}", test, _filter(place, lambda one: ast.UnaryOp(ast.Not(), one))
                yield f"filter dropped: {ast.unparse(test)}", test, _filter(place, lambda _one: ast.Constant(value=True))
        case ast.BoolOp(op=op):
            yield f"{'and' if isinstance(op, ast.And) else 'or'} swapped: {ast.unparse(node)}", node, _swap
        case ast.Compare(ops=[op]) if type(op) in _OPPOSITE and not is_whole:
            yield f"comparison turned around: {ast.unparse(node)}", node, _oppose
        case ast.UnaryOp(op=ast.Not()) if not is_whole:
            yield f"not dropped: {ast.unparse(node)}", node, _affirm
        case ast.Constant(value=value) if is_number:
            yield f"number tenfold: {value!r}", node, _number(_TENFOLD)
            yield f"number to nothing: {value!r}", node, _number(0)


def _turn_around(node: ast.AST) -> None:
    if isinstance(node, ast.If | ast.IfExp):
        node.test = ast.UnaryOp(ast.Not(), node.test)


def _never(node: ast.AST) -> None:
    if isinstance(node, ast.If):
        node.test = ast.Constant(value=False)


def _filter(place: int, changed: Callable[[ast.expr], ast.expr]) -> _Change:
    def change(node: ast.AST) -> None:
        if isinstance(node, ast.comprehension):
            node.ifs[place] = changed(node.ifs[place])

    return change


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


def _number(factor: int) -> _Change:
    def change(node: ast.AST) -> None:
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            node.value = node.value * factor

    return change
