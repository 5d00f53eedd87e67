"""The forms that values of fields take, and what is said of a value that has another."""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from kubedx.kube import parse_quantity

MAX_SHOWN = 60
"""Letters of a value that are quoted."""

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")


class _Form(NamedTuple):
    called: str
    holds: Callable[[Any], bool]


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    return _is_number(value) and (isinstance(value, int) or value.is_integer())


def _is_quantity(value: Any) -> bool:
    if not (_is_text(value) or _is_number(value)):
        return False
    try:
        parse_quantity(value)
    except ValueError:
        return False
    return True


def _is_base64(value: Any) -> bool:
    if not _is_text(value):
        return False
    try:
        base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _is_map(value: Any) -> bool:
    return isinstance(value, dict)


_FORMS: Mapping[str, _Form] = {
    "any": _Form("anything", lambda _value: True),
    "boolean": _Form("true or false", _is_flag),
    "bytes": _Form("text in base64", _is_base64),
    "int-or-string": _Form("a whole number or text", lambda value: _is_text(value) or _is_whole(value)),
    "integer": _Form("a whole number", _is_whole),
    "list": _Form("a list", lambda value: isinstance(value, list)),
    "map": _Form("an object", _is_map),
    "number": _Form("a number", _is_number),
    "object": _Form("an object", _is_map),
    "quantity": _Form("a quantity such as 500m or 1Gi", _is_quantity),
    "string": _Form("text", _is_text),
    "time": _Form("a time such as 2026-01-31T12:00:00Z", lambda value: _is_text(value) and _TIME.fullmatch(value) is not None),
}


def is_of(value: Any, form: str) -> bool:
    """Whether a value has a form (`kube.FieldType`). As YAML and JSON are read, a number without a fraction is a whole one."""
    return _FORMS[form].holds(value)


def wanted(value: Any, form: str, *, quotes: bool) -> str:
    """What a field takes and what stands there instead, with what to do where that is plain. `quotes`: the value may be shown."""
    said = f"{_FORMS[form].called}, not {shown(value, quotes=quotes)}"
    if form == "string" and isinstance(value, bool | int | float):
        return f"{said}; put it in quotes"
    if form in {"integer", "boolean", "number"} and _is_text(value) and is_of(_unquoted(value), form):
        return f"{said}; leave the quotes out"
    if form == "bytes" and _is_text(value):
        return "text in base64, and is not; stringData takes plain text"
    return said


def printable(text: str) -> str:
    """A text without line ends and other letters that no line of a report can hold, and not longer than is quoted."""
    short = text[:MAX_SHOWN]
    return short if short.isprintable() else short.encode("unicode_escape").decode()


def shown(value: Any, *, quotes: bool) -> str:
    """A value as a noun."""
    words = {type(None): "nothing", dict: "an object", list: "a list", bool: f"the boolean {str(value).lower()}"}
    if type(value) in words:
        return words[type(value)]
    if _is_text(value):
        return f'the text "{printable(value)}"' if quotes else "text"
    return f"the number {value}" if quotes else "a number"


def _unquoted(text: str) -> Any:
    """What a text would be without quotes."""
    if text in {"true", "false"}:
        return text == "true"
    return int(text) if re.fullmatch(r"-?\d{1,18}", text) else text
