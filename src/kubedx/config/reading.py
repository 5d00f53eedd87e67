"""Weakly typed reading of a document's keys, as viper reads them: keys in any case, numbers and text for each other.

Viper's rules: https://github.com/spf13/viper#readme (keys are case-insensitive) and mapstructure's `WeaklyTypedInput`.
What cannot be read as its type is an error that names the key; it is never taken as empty.
"""

import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from kubedx.errors import ConfigError


class Section:
    """A mapping of the document, with the path by which errors name it."""

    def __init__(self, value: object, path: str, file: str) -> None:
        self.path, self.file = path, file
        if value is None:
            value = {}
        if not isinstance(value, Mapping):
            raise self.refuse("", value, "a mapping of settings")
        self._values: dict[str, Any] = {str(key).lower(): item for key, item in value.items()}

    def refuse(self, key: str, value: object, wanted: str) -> ConfigError:
        """The error for a value of the wrong type. Shows the type and not the value, which may be a secret."""
        where = ".".join(part for part in (self.path, key) if part) or "the document"
        return ConfigError(f"{self.file}: {where} must be {wanted}, and is {_type_name(value)}; correct it there")

    @property
    def names(self) -> tuple[str, ...]:
        """The keys that stand in it, in lower case."""
        return tuple(self._values)

    def section(self, key: str) -> "Section":
        """The mapping under a key, empty when absent."""
        return Section(self._values.get(key), self._path(key), self.file)

    def sections(self, key: str) -> tuple["Section", ...]:
        """The list of mappings under a key, empty when absent."""
        value = self._values.get(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            raise self.refuse(key, value, "a list")
        return tuple(Section(item, f"{self._path(key)}[{index}]", self.file) for index, item in enumerate(value))

    def text(self, key: str) -> str:
        """A text, empty when absent; numbers and booleans are written out."""
        value = self._values.get(key)
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str | int | float):
            return str(value)
        raise self.refuse(key, value, "text")

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; one text is split at commas."""
        value = self._values.get(key)
        if value is None:
            return ()
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        if isinstance(value, list) and all(isinstance(item, str | int | float) for item in value):
            return tuple(str(item) for item in value)
        raise self.refuse(key, value, "a list of texts")

    def number(self, key: str) -> float | None:
        """A finite number, None when absent or empty."""
        value = self._values.get(key)
        if value is None or value == "":
            return None
        try:
            number = float(value) if isinstance(value, str | int | float) else math.nan
        except (ValueError, OverflowError):
            number = math.nan
        if not math.isfinite(number):
            raise self.refuse(key, value, "a number")
        return number

    def whole(self, key: str) -> int | None:
        """A whole number, None when absent or empty."""
        number = self.number(key)
        if number is not None and number != int(number):
            raise self.refuse(key, self._values[key], "a whole number")
        return None if number is None else int(number)

    def day(self, key: str) -> date | None:
        """A date such as 2027-01-31, None when absent or empty."""
        value = self._values.get(key)
        if value is None or value == "":
            return None
        if isinstance(value, datetime):
            return value.date()
        try:
            return value if isinstance(value, date) else date.fromisoformat(str(value))
        except ValueError:
            raise self.refuse(key, value, "a date such as 2027-01-31") from None

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        """Header names with their values: of a mapping, or of a list of mappings, each value one text or a list of them."""
        value = self._values.get(key)
        if value is None:
            return ()
        pairs = []
        for mapping in value if isinstance(value, list) else [value]:
            if not isinstance(mapping, Mapping):
                raise self.refuse(key, mapping, "a list of mappings from a header's name to its values")
            for name, items in mapping.items():
                for item in items if isinstance(items, list) else [items]:
                    if not isinstance(item, str | int | float):
                        raise self.refuse(key, item, "a list of mappings from a header's name to its values")
                    pairs.append((str(name), str(item)))
        return tuple(pairs)

    def _path(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


def _type_name(value: object) -> str:
    if value is None:
        return "empty"
    names = {dict: "a mapping", list: "a list", str: "text", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), f"a {type(value).__name__}")
