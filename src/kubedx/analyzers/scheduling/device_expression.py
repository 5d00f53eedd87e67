"""Conditions on devices, as far as they can be judged to the letter: the part of CEL that drivers' examples are written in.

`device.driver`, attributes and capacities, literals, comparisons, `in`, `has()`, `&&`, `||`, `!`, and a few functions on texts, versions
and quantities. All else (macros, arithmetic, patterns that are more than words and `.*`), and whatever would be an error there,
is not told: None, never a guess.

Source: staging/src/k8s.io/dynamic-resource-allocation/cel/compile.go in kubernetes/kubernetes.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from kubedx.kube import Device, parse_quantity

MAX_EXPRESSION = 2000
MAX_TEXT = 64
MAX_STARS = 3
"""Of a pattern: as many as cannot be slow on so short a text."""
MAX_DEPTH = 40
_TOKEN = re.compile(
    r"""\s*(?:(?P<word>[A-Za-z_]\w*)|(?P<number>\d+)(?![\w.])|(?P<text>"[^"\\]*"|'[^'\\]*')|(?P<mark>&&|\|\||[=!<>]=|[!<>().,\[\]]))"""
)
_PATTERN = re.compile(r"\^?(?:[\w -]|\.\*){1,60}\$?")
_VERSION = re.compile(r"(\d{1,9})\.(\d{1,9})\.(\d{1,9})")


class _Untold(Exception):  # noqa: N818  # an answer, not an error
    """The expression, or a part of it, cannot be judged here."""


class _Missing(_Untold):
    """There is no such name, which is an error but to `has()`."""


class Version(NamedTuple):
    """A semantic version without what may follow a hyphen or plus."""

    major: int
    minor: int
    patch: int


class _Offer(NamedTuple):
    """A device as an expression sees it."""

    driver: str
    device: Device


Value = Any
"""A text, number, truth, version, quantity, a list of these, or a map of names."""
_Node = Callable[[_Offer], Value]


def meets(expression: str, driver: str, device: Device) -> bool | None:
    """Whether a device of a driver meets a condition; None where that cannot be told."""
    try:
        answer = _compiled(expression)(_Offer(driver, device))
    except (_Untold, ValueError):
        return None
    return answer if isinstance(answer, bool) else None


def demanded_driver(expression: str) -> str:
    """The one driver of which alone the devices of an expression can be; empty when it does not say so at its top."""
    parts = expression.split("&&") if "||" not in expression and "?" not in expression else []
    found = (re.fullmatch(r"""\s*\(?\s*device\.driver\s*==\s*["']([^"'\\]+)["']\s*\)?\s*""", part) for part in parts)
    return next((match[1] for match in found if match), "")


@lru_cache(maxsize=256)
def _compiled(expression: str) -> _Node:
    if len(expression) > MAX_EXPRESSION:
        raise _Untold
    parser = _Parser(_tokens(expression))
    node = parser.either()
    if parser.at_hand:
        raise _Untold
    return node


def _tokens(expression: str) -> list[tuple[str, str]]:
    tokens, place, text = [], 0, expression.strip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            raise _Untold
        tokens.append((match.lastgroup, match[match.lastgroup]))
        place = match.end()
    return tokens


class _Parser:
    """Recursive descent; every method leaves the place behind what it read."""

    def __init__(self, tokens: Sequence[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0

    @property
    def at_hand(self) -> str:
        """The text of the token at hand; empty at the end."""
        return self._tokens[self._place][1] if self._place < len(self._tokens) else ""

    def _take(self, *wanted: str) -> str:
        """The token at hand, if it is one of these, and one step on."""
        found = self.at_hand
        if not found or (wanted and found not in wanted):
            return ""
        self._place += 1
        return found

    def _need(self, wanted: str) -> None:
        if not self._take(wanted):
            raise _Untold

    def either(self) -> _Node:
        """`a || b`"""
        return self._joined("||", self._both, decisive=True)

    def _both(self) -> _Node:
        return self._joined("&&", self._relation, decisive=False)

    def _joined(self, mark: str, part: Callable[[], _Node], *, decisive: bool) -> _Node:
        parts = [part()]
        while self._take(mark):
            parts.append(part())
        return parts[0] if len(parts) == 1 else lambda offer: _decide(parts, offer, decisive=decisive)

    def _relation(self) -> _Node:
        left = self._unary()
        mark = self._take("==", "!=", "<", "<=", ">", ">=", "in")
        if not mark:
            return left
        right = self._unary()
        return lambda offer: _compare(mark, left(offer), right(offer))

    def _unary(self) -> _Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _Untold
        node = self._negated() if self._take("!") else self._postfix(self._primary())
        self._depth -= 1
        return node

    def _negated(self) -> _Node:
        inner = self._unary()
        return lambda offer: not _truth(inner(offer))

    def _primary(self) -> _Node:
        if self._take("("):
            inner = self.either()
            self._need(")")
            return inner
        if self._take("["):
            items = self._until("]")
            return lambda offer: [item(offer) for item in items]
        kind, word = self._tokens[self._place] if self._place < len(self._tokens) else ("", "")
        self._place += 1
        if kind == "text":
            return _constant(word[1:-1])
        if kind == "number":
            return _constant(int(word))
        if kind == "word" and self.at_hand != "(":
            return _named(word)
        return self._function(word)

    def _function(self, name: str) -> _Node:
        self._need("(")
        arguments = self._until(")")
        if len(arguments) != 1 or name not in {"has", "quantity", "semver"}:
            raise _Untold
        argument = arguments[0]
        if name == "has":
            return lambda offer: _is_there(argument, offer)
        return lambda offer: _parsed(name, argument(offer))

    def _postfix(self, value: _Node) -> _Node:
        while mark := self._take(".", "["):
            if mark == "[":
                key = self.either()
                self._need("]")
                value = _item(value, key)
                continue
            name = self._take()
            value = _call(value, name, self._until(")")) if self._take("(") else _item(value, _constant(name))
        return value

    def _until(self, end: str) -> list[_Node]:
        found: list[_Node] = []
        while not self._take(end):
            if found:
                self._need(",")
            found.append(self.either())
        return found


def _decide(parts: Sequence[_Node], offer: _Offer, *, decisive: bool) -> bool:
    """`||` and `&&`: one that decides does so whatever the others are, untold ones too."""
    untold = False
    for part in parts:
        try:
            if _truth(part(offer)) is decisive:
                return decisive
        except _Untold:
            untold = True
    if untold:
        raise _Untold
    return not decisive


def _truth(value: Value) -> bool:
    if not isinstance(value, bool):
        raise _Untold
    return value


def _compare(mark: str, left: Value, right: Value) -> bool:
    if mark == "in":
        if not isinstance(right, list | Mapping):
            raise _Untold
        return bool(left in right)
    if type(left) is not type(right) or isinstance(left, list | Mapping):
        raise _Untold
    if mark in {"==", "!="}:
        return bool(left == right) is (mark == "==")
    if isinstance(left, bool | Version | Decimal):
        raise _Untold
    order = int(left > right) - int(left < right)
    return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[mark]


def _named(word: str) -> _Node:
    known: dict[str, _Node] = {"true": _constant(True), "false": _constant(False), "device": _device}
    if word not in known:
        raise _Untold
    return known[word]


def _constant(value: Value) -> _Node:
    return lambda _offer: value


def _device(offer: _Offer) -> Value:
    device = offer.device
    attributes = {key: _plain(one.string, one.number, one.truth, one.version) for key, one in device.attributes.items()}
    capacity = {key: parse_quantity(one.value) for key, one in device.capacity.items()}
    return {
        "driver": offer.driver,
        "attributes": _by_domain(attributes, offer.driver),
        "capacity": _by_domain(capacity, offer.driver),
        "allowMultipleAllocations": device.allow_multiple_allocations,
    }


def _plain(string: str | None, number: int | None, truth: bool | None, version: str | None) -> Value:
    if version is not None:
        return _parsed("semver", version)
    return next((one for one in (string, number, truth) if one is not None), None)


class _Domains(dict[str, dict[str, Value]]):
    """Names by domain. One that has none is empty, as in the scheduler."""

    def __missing__(self, key: str) -> dict[str, Value]:
        return {}


def _by_domain(values: Mapping[str, Value], driver: str) -> _Domains:
    found = _Domains()
    for key, value in values.items():
        domain, slash, name = key.partition("/")
        found.setdefault(domain if slash else driver, {})[name if slash else key] = value
    return found


def _item(value: _Node, key: _Node) -> _Node:
    def look_up(offer: _Offer) -> Value:
        table, name = value(offer), key(offer)
        if not isinstance(table, Mapping) or not isinstance(name, str):
            raise _Untold
        if name not in table and not isinstance(table, _Domains):
            raise _Missing
        return table[name]

    return look_up


def _is_there(argument: _Node, offer: _Offer) -> bool:
    try:
        argument(offer)
    except _Missing:
        return False
    return True


def _parsed(name: str, text: Value) -> Value:
    if not isinstance(text, str):
        raise _Untold
    if name == "quantity":
        return parse_quantity(text)
    match = _VERSION.fullmatch(text)
    if match is None:
        raise _Untold
    return Version(int(match[1]), int(match[2]), int(match[3]))


def _call(value: _Node, name: str, arguments: Sequence[_Node]) -> _Node:
    return lambda offer: _called(value(offer), name, [argument(offer) for argument in arguments])


def _called(subject: Value, name: str, arguments: Sequence[Value]) -> Value:
    if isinstance(subject, str) and not arguments and name in {"lowerAscii", "upperAscii"} and subject.isascii():
        return subject.lower() if name == "lowerAscii" else subject.upper()
    if len(arguments) != 1 or type(arguments[0]) is not type(subject):
        raise _Untold
    other = arguments[0]
    if isinstance(subject, str):
        return _of_text(subject, name, other)
    if isinstance(subject, Version | Decimal):
        return _of_order(subject, name, other)
    raise _Untold


def _of_text(subject: str, name: str, other: str) -> bool:
    match name:
        case "startsWith":
            return subject.startswith(other)
        case "endsWith":
            return subject.endswith(other)
        case "contains":
            return other in subject
        case "matches" if _PATTERN.fullmatch(other) and len(subject) <= MAX_TEXT and other.count("*") <= MAX_STARS:
            return re.search(other, subject) is not None
    raise _Untold


def _of_order(subject: Any, name: str, other: Any) -> Value:
    order = (subject > other) - (subject < other)
    answers = {"compareTo": order, "isGreaterThan": order > 0, "isLessThan": order < 0}
    if name not in answers:
        raise _Untold
    return answers[name]
