"""The JSON document of design §6 as YAML 1.2, for people who read documents and for tools that take nothing else.

Written by hand, as the well-known writers hand on letters that reorder a line of a terminal, and take minutes for a document of some
megabytes. Every string is plain only where no version of YAML could take it for something else; else it is quoted as JSON quotes it,
which YAML is a superset of (https://yaml.org/spec/1.2.2/#131-json-superset).
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from kubedx.findings import Diagnosis, to_document
from kubedx.kube import pattern_of
from kubedx.report.json import escaped, plain

# What begins with a letter and holds nothing that YAML gives a meaning to. Numbers, dates and signs are quoted.
_PLAIN = pattern_of(r"[A-Za-z][A-Za-z0-9_./()-]*(?: [A-Za-z0-9_./()-]+)*")
# Words that YAML 1.1 takes for booleans or null (https://yaml.org/type/bool.html).
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"})


def render_yaml(diagnosis: Diagnosis, *, tool_version: str) -> str:
    """One YAML document, with a line end."""
    return yaml_text(to_document(diagnosis, tool_version=tool_version))


def yaml_text(document: dict[str, Any]) -> str:
    """Any document that is not empty, of JSON's own types."""
    return "".join(f"{line}\n" for line in _lines(plain(document), ""))


def _lines(value: Any, indent: str) -> Iterator[str]:
    """A collection that is not empty, one line an entry."""
    for key, item in value.items() if isinstance(value, dict) else ((None, item) for item in value):
        lead = f"{indent}-" if key is None else f"{indent}{_scalar(key)}:"
        if not isinstance(item, (dict, list)) or not item:
            yield f"{lead} {_scalar(item)}"
        elif key is None:  # the first entry stands behind the dash
            first, *others = _lines(item, f"{indent}  ")
            yield f"{lead} {first.removeprefix(f'{indent}  ')}"
            yield from others
        else:
            yield lead
            yield from _lines(item, f"{indent}  ")


def _scalar(value: Any) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    return escaped(msgspec.json.encode(value).decode())
