"""What a caller's arguments mean, checked: from plain values to the words of the rooms. Each function raises UsageError."""

import difflib
import enum
from collections.abc import Iterable
from typing import TypeVar

from kubedx.analyzers import filters
from kubedx.correlate import Target
from kubedx.errors import UsageError
from kubedx.kube import LabelSelector, parse_selector

Names = str | Iterable[str]
Choice = TypeVar("Choice", bound=enum.StrEnum)


def names_of(given: Names) -> tuple[str, ...]:
    """One name or several, each once. A string is one name, and several where it has commas, as on the command line."""
    values = [given] if isinstance(given, str) else list(given)
    return tuple(dict.fromkeys(word.strip() for value in values for word in value.split(",") if word.strip()))


def filters_of(names: Iterable[str]) -> tuple[str, ...]:
    """The filters under their own spelling, in any case of letters. A program gets no scan of less than it asked for."""
    by_lower = {name.lower(): name for name in filters()}
    for name in names:
        if name.lower() not in by_lower:
            near = difflib.get_close_matches(name.lower(), by_lower, n=1)
            raise UsageError(
                f'filter "{name}" is not known; ' + (f"did you mean {by_lower[near[0]]}?" if near else "kubedx rules lists all")
            )
    return tuple(by_lower[name.lower()] for name in names)


def labels(selector: str) -> LabelSelector | None:
    """The selector; None for the empty one, which selects everything."""
    try:
        return parse_selector(selector) if selector else None
    except ValueError as error:
        raise UsageError(f"selector: {error}") from error


def target_of(about: str) -> Target | None:
    """The object that is named; None for the empty name."""
    if not about:
        return None
    kind, _, name = about.partition("/")
    if not (kind and name) or "/" in name:
        raise UsageError(f'about names an object by kind and name, as in "deployment/cart", not "{about}"')
    return Target(kind, name)


def choice(words: type[Choice], word: str, argument: str) -> Choice:
    """One of the words of an enumeration."""
    try:
        return words(word)
    except ValueError as error:
        raise UsageError(f'{argument} is one of {", ".join(words)}, not "{word}"') from error
