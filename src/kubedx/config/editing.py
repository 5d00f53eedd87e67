"""Changing k8sgpt.yaml as a document: keys in any case, what we do not know left as it stands."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kubedx.errors import ConfigError

Document = dict[str, Any]


def value_of(mapping: Mapping[str, Any], key: str) -> Any:
    """The value under a key in any case, None when absent."""
    return next((value for name, value in mapping.items() if name.lower() == key.lower()), None)


def put(mapping: Document, key: str, value: object) -> None:
    """Set a key, under the spelling that it has already; None takes it away."""
    spelt = next((name for name in mapping if name.lower() == key.lower()), key)
    if value is None:
        mapping.pop(spelt, None)
    else:
        mapping[spelt] = value


def section_of(document: Document, key: str) -> Document:
    """The mapping under a key, made where there is none. Raises ConfigError when something else stands there."""
    value = value_of(document, key)
    if value is None:
        value = {}
        put(document, key, value)
    if not isinstance(value, dict):
        raise ConfigError(f"{key} in the config file must be a mapping; correct it there")
    return value


def entries_of(document: Document, key: str) -> list[Document]:
    """The list of mappings under a key, made where there is none. Raises ConfigError when something else stands there."""
    value = value_of(document, key)
    if value is None:
        value = []
        put(document, key, value)
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise ConfigError(f"{key} in the config file must be a list of mappings; correct it there")
    return value


def named(entries: Sequence[Document], name: str) -> Document | None:
    """The entry with that `name`."""
    return next((entry for entry in entries if str(value_of(entry, "name")) == name), None)


def names_of(entries: Sequence[Document]) -> Iterator[str]:
    """The `name` of each entry."""
    return (str(value_of(entry, "name")) for entry in entries)
