"""YAML into the plain values of JSON, as the Kubernetes tools read it, and safely.

Only the parser of PyYAML is used (libyaml where it is built in); values are made here from its events. That is several
times faster than its constructors, and nothing but text, numbers, booleans, null, lists and dicts can come out.

Scalars follow sigs.k8s.io/yaml, so what `kubectl -o yaml` printed comes back as it was: timestamps stay text, numbers
with colons are text (no base 60), a repeated key counts as last written, keys are text. Tags are ignored.
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import yaml

from kubedx.kube import pattern_of

MAX_DEPTH = 400
"""How deep lists and maps may nest. A structural schema of a CustomResourceDefinition stays far below."""

MAX_ALIASED = 1_000_000
"""How much the aliases of one document may repeat, in nodes and 64 letters of text: beyond it is a bomb, not a dump."""

MOST_REPEATED = 20
"""Keys that stand twice, of which is told."""

_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_BOOLEANS = {
    **dict.fromkeys(("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"), False),
}
_INTEGER = pattern_of(r"[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0o?[0-7_]*|[1-9][0-9_]*)")
_FLOAT = pattern_of(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_SPECIAL_FIRST = frozenset("~nNtTfFyYoO0123456789+-.")
_INTEGER_LIMITS = (-(2**63), 2**64 - 1)
_LONGEST_NUMBER = 40

_SEPARATOR = pattern_of(rb"^---(?=\s|$)", re.MULTILINE)
_NOT_CONTENT = pattern_of(rb"(?:\s*(?:[#%][^\n]*)?(?:\n|\Z)|\.\.\.\s*)*")


class YamlError(ValueError):
    """A document that cannot be read. The text says where (line and column of the file) and why."""


class YamlDocument(msgspec.Struct, frozen=True):
    """One document. When it is a map with a list under `items`, these come apart, each as JSON, and `value` lacks them.

    `repeated` are keys that stand twice in one map, each with the line of the second, a few at most.
    """

    value: Any
    items: tuple[bytes, ...] | None
    line: int
    repeated: tuple[tuple[str, int], ...] = ()


def documents(data: bytes) -> Iterator[YamlDocument | YamlError]:
    """The documents of a UTF-8 text, in order. One that cannot be read is yielded as an error, and the next is tried."""
    for text, line in _split(data):
        try:
            parser = _Loader(text)
            try:
                yield from _Builder(parser, line).documents()
            finally:
                parser.dispose()
        except YamlError as error:
            yield error
        except yaml.MarkedYAMLError as error:
            yield YamlError(_told(error, line))
        except (yaml.YAMLError, RecursionError, ValueError) as error:
            yield YamlError(f"line {line}: {_first_line(error)}")


def parse_yaml(text: str) -> list[Any]:
    """Every document of a short text, each as a plain value. Raises YamlError where one cannot be read."""
    result = []
    for document in documents(text.encode("utf-8", "replace")):
        if isinstance(document, YamlError):
            raise document
        value = document.value
        if document.items is not None:
            value = {**value, "items": [msgspec.json.decode(item) for item in document.items]}
        if value is not None:
            result.append(value)
    return result


def _split(data: bytes) -> Iterator[tuple[bytes, int]]:
    """The texts between `---` marks, each with the number of its first line.

    A line that begins with the mark ends a document whatever it stands in (YAML 1.2 §9.1.1, c-forbidden), so an error
    in one document does not hide the next.
    """
    starts = [0, *(match.end() for match in _SEPARATOR.finditer(data))]
    ends = [*(match.start() for match in _SEPARATOR.finditer(data)), len(data)]
    line, counted = 1, 0
    for start, end in zip(starts, ends, strict=True):
        line, counted = line + data.count(b"\n", counted, start), start
        text = data[start:end]
        blank = _NOT_CONTENT.match(text)
        if not blank or blank.end() < len(text):
            yield text, line


class _Builder:
    """Values from the events of one parser."""

    def __init__(self, parser: Any, line: int) -> None:
        self._next = parser.get_event
        self._line = line
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._nodes = 0
        self._aliased = 0
        self._repeated: list[tuple[str, int]] = []

    def documents(self) -> Iterator[YamlDocument]:
        while not isinstance(event := self._next(), yaml.StreamEndEvent):
            if isinstance(event, yaml.DocumentStartEvent):
                self._anchors.clear()
                self._repeated.clear()
                mark: Any = event.start_mark
                yield self._document(self._line + mark.line)

    def _document(self, line: int) -> YamlDocument:
        event = self._next()
        if not isinstance(event, yaml.MappingStartEvent):
            return YamlDocument(self._value(event, 1), None, line)
        pairs: dict[str, Any] = {}
        items: tuple[bytes, ...] | None = None
        merges: list[Any] = []
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key = self._key(event)
            self._note_repeated(key, pairs, event)
            event = self._next()
            if key == "items" and isinstance(event, yaml.SequenceStartEvent) and not event.anchor:
                items = tuple(self._items())
            elif key == "<<":
                merges.append(self._value(event, 2))
            else:
                pairs[key] = self._value(event, 2)
        return YamlDocument(_merged(pairs, merges), items, line, tuple(self._repeated))

    def _items(self) -> Iterator[bytes]:
        # Encoded one by one, so that a list of a whole cluster never stands in memory as dicts.
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            yield msgspec.json.encode(self._value(event, 3))

    def _key(self, event: Any) -> str:
        if isinstance(event, yaml.ScalarEvent):
            name: str = self._anchored(event, event.value, self._count(event))
            return name
        if isinstance(event, yaml.AliasEvent) and isinstance(alias := self._alias(event), str):
            return alias
        raise self._error(event, "a key that is no text")

    def _value(self, event: Any, depth: int) -> Any:
        if isinstance(event, yaml.ScalarEvent):
            plain = event.implicit[0] and not event.style
            return self._anchored(event, _scalar(event.value) if plain else event.value, self._count(event))
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        if depth > MAX_DEPTH:
            raise self._error(event, f"lists and maps nest deeper than {MAX_DEPTH}")
        before = self._nodes
        self._nodes += 1
        value: Any = self._map(depth) if isinstance(event, yaml.MappingStartEvent) else self._list(depth)
        return self._anchored(event, value, self._nodes - before)

    def _map(self, depth: int) -> dict[str, Any]:
        pairs: dict[str, Any] = {}
        merges: list[Any] = []
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key = self._key(event)
            self._note_repeated(key, pairs, event)
            value = self._value(self._next(), depth + 1)
            if key == "<<":
                merges.append(value)
            else:
                pairs[key] = value
        return _merged(pairs, merges)

    def _note_repeated(self, key: str, pairs: dict[str, Any], event: Any) -> None:
        if key in pairs and len(self._repeated) < MOST_REPEATED:
            self._repeated.append((key, self._line + event.start_mark.line))

    def _list(self, depth: int) -> list[Any]:
        values = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            values.append(self._value(event, depth + 1))
        return values

    def _count(self, scalar: Any) -> int:
        size = 1 + len(scalar.value) // 64
        self._nodes += size
        return size

    def _anchored(self, event: Any, value: Any, size: int) -> Any:
        if event.anchor:
            self._anchors[event.anchor] = (value, size)
        return value

    def _alias(self, event: Any) -> Any:
        known = self._anchors.get(event.anchor)
        if known is None:  # an anchor counts from its end on, so a node cannot hold itself
            raise self._error(event, f"alias {event.anchor!r} stands for nothing that is complete")
        value, size = known
        self._nodes += size
        self._aliased += size
        if self._aliased > MAX_ALIASED:
            raise self._error(event, f"its aliases repeat more than {MAX_ALIASED} nodes")
        return value

    def _error(self, event: Any, problem: str) -> YamlError:
        mark = event.start_mark
        return YamlError(f"line {self._line + mark.line}, column {mark.column + 1}: {problem}")


def _merged(pairs: dict[str, Any], merges: list[Any]) -> dict[str, Any]:
    """The map with the keys that `<<` adds: https://yaml.org/type/merge.html"""
    for merge in merges:
        for source in merge if isinstance(merge, list) else [merge]:
            if isinstance(source, dict):
                for key, value in source.items():
                    pairs.setdefault(key, value)
    return pairs


def _scalar(text: str) -> Any:
    """The value of a scalar without quotes: https://yaml.org/type/ as far as sigs.k8s.io/yaml reads it."""
    if text in _NULLS:
        return None
    if text[0] not in _SPECIAL_FIRST:
        return text
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if len(text) > _LONGEST_NUMBER:
        return text
    if _INTEGER.fullmatch(text):
        return _integer(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _integer(text: str) -> int | str:
    digits = text.replace("_", "")
    sign, bare = (digits[0], digits[1:]) if digits[0] in "+-" else ("", digits)
    if len(bare) > 1 and bare[0] == "0" and bare[1].isdigit():
        bare = f"0o{bare[1:]}"
    try:
        value = int(sign + bare, 0)
    except ValueError:
        return text
    return value if _INTEGER_LIMITS[0] <= value <= _INTEGER_LIMITS[1] else text


def _told(error: yaml.MarkedYAMLError, line: int) -> str:
    mark = error.problem_mark or error.context_mark
    where = f"line {line + mark.line}, column {mark.column + 1}" if mark is not None else f"line {line}"
    return f"{where}: {error.problem or error.context or 'not YAML'}"


def _first_line(error: Exception) -> str:
    return str(getattr(error, "reason", "") or error).partition("\n")[0] or type(error).__name__
