"""Goes through every string of an object, typed or not, and puts what a visitor makes of it in its place."""

from datetime import datetime
from typing import Any, Protocol, TypeVar

import msgspec

from kubedx.kube import EnvVar, RawObject
from kubedx.redact.fields import LABELS, NAMING, RESOURCES, Way, snake, way_of

S = TypeVar("S", bound=msgspec.Struct)

_DEEPEST = 60
_WORDLESS = frozenset((bool, int, float, datetime))


class Visitor(Protocol):
    """What is done with the strings."""

    def string(self, way: Way, text: str, struct: str) -> str:
        """The string in place of this one, which goes that way and stands in that struct."""
        ...

    def key(self, text: str) -> str:
        """The key in place of that of a label or annotation."""
        ...

    def label(self, key: str, value: str) -> str:
        """The value in place of that of a label."""
        ...

    def variable(self, name: str, value: str) -> str:
        """The value in place of that of a variable of the environment, or of a parameter."""
        ...


def walked(found: S, visitor: Visitor) -> S:
    """The same object with other strings."""
    if isinstance(found, RawObject):
        metadata, data = walked(found.metadata, visitor), _untyped(found.data, "", visitor, 0)
        return msgspec.structs.replace(found, metadata=metadata, served_as=walked(found.served_as, visitor), data=data)
    struct = type(found).__name__
    changed = {}
    for field in found.__struct_fields__:
        before = getattr(found, field)
        if not before or type(before) in _WORDLESS:
            continue
        after = _field(found, struct, field, before, visitor)
        if after is not before:
            changed[field] = after
    return msgspec.structs.replace(found, **changed) if changed else found


def _field(found: msgspec.Struct, struct: str, field: str, value: Any, visitor: Visitor) -> Any:
    if isinstance(found, EnvVar) and field == "value":
        return visitor.variable(found.name, value) if value else value
    if field == "values" and struct in {"LabelSelectorRequirement", "NodeSelectorRequirement"}:
        return tuple(visitor.label(getattr(found, "key", ""), one) for one in value)
    if field == "value" and struct in {"Taint", "Toleration"}:
        return visitor.label(getattr(found, "key", ""), value) if value else value
    return _value(struct, field, value, visitor)


def _value(struct: str, field: str, value: Any, visitor: Visitor) -> Any:
    kind = type(value)
    if kind is str:
        return visitor.string(way_of(struct, field), value, struct) if value else value
    if kind is tuple:
        return _words(value, visitor) if field in {"args", "command"} else tuple([_value(struct, field, one, visitor) for one in value])
    if kind is dict:
        return _mapping(struct, field, value, visitor)
    return walked(value, visitor) if isinstance(value, msgspec.Struct) else value


def _words(words: tuple[Any, ...], visitor: Visitor) -> tuple[Any, ...]:
    """A command line: what stands behind `--password` is judged together with it."""
    flags = ("", *(word if isinstance(word, str) and word.startswith("-") and "=" not in word else "" for word in words))
    return tuple(
        (visitor.variable(flag, word) if flag else visitor.string(Way.TEXT, word, "")) if isinstance(word, str) and word else word
        for flag, word in zip(flags, words, strict=False)
    )


def _mapping(struct: str, field: str, mapping: dict[str, Any], visitor: Visitor) -> dict[str, Any]:
    if not mapping:
        return mapping
    if field in LABELS:
        return {visitor.key(key): visitor.label(key, value) if isinstance(value, str) else value for key, value in mapping.items()}
    if field in RESOURCES:
        return {visitor.string(Way.DOMAIN, key, struct): value for key, value in mapping.items()}
    return {visitor.key(key): _member(struct, field, key, value, visitor) for key, value in mapping.items()}


def _member(struct: str, field: str, key: str, value: Any, visitor: Visitor) -> Any:
    if not isinstance(value, str):
        return _value(struct, field, value, visitor)
    return visitor.string(Way.QUIET_NAME, value, struct) if key in NAMING else visitor.variable(key, value)


def _untyped(value: Any, key: str, visitor: Visitor, depth: int) -> Any:
    """A part of a custom resource, whose fields are taken for what fields of that name are elsewhere."""
    if depth > _DEEPEST:
        return None
    match value:
        case str():
            return visitor.string(way_of("", snake(key)), value, "") if value else value
        case dict() if snake(key) in LABELS or key == "annotations":
            return _mapping("", snake(key), value, visitor)
        case dict():
            return {_inner_key(inner, visitor): _untyped(member, inner, visitor, depth + 1) for inner, member in value.items()}
        case list():
            return [_untyped(member, key, visitor, depth + 1) for member in value]
        case _:
            return value


def _inner_key(key: str, visitor: Visitor) -> str:
    """A key of a custom resource: the name of a field, unless it cannot be one."""
    return key if key.isalnum() else visitor.key(key)
