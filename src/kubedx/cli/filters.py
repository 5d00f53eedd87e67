"""The names for `--filter`: which are known, and what was probably meant."""

import difflib
from collections.abc import Collection
from typing import NamedTuple

from kubedx.errors import UsageError

GROUPS = {
    "VirtualService": ("CustomResource",),
    "Application": ("CustomResource",),
}
"""Names that people try, and the filters that judge what they mean."""


class Filters(NamedTuple):
    """The filters that are known, under their own spelling, and one warning for each that is not."""

    known: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def known_filters(asked: Collection[str], names: Collection[str]) -> Filters:
    """The asked filters, in any case of letters. Raises UsageError when some were asked for and none is known."""
    by_lower = {group.lower(): tuple(name for name in members if name in names) for group, members in GROUPS.items()}
    by_lower = {word: members for word, members in by_lower.items() if members} | {name.lower(): (name,) for name in names}
    known = tuple(dict.fromkeys(name for word in asked for name in by_lower.get(word.lower(), ())))
    warnings = tuple(_unknown(word, by_lower) for word in asked if word.lower() not in by_lower)
    if warnings and not known:
        raise UsageError(f"{warnings[0]}; kubedx rules lists them all")
    return Filters(known, warnings)


def _unknown(word: str, by_lower: dict[str, tuple[str, ...]]) -> str:
    near = difflib.get_close_matches(word.lower(), by_lower, n=1)
    return f'filter "{word}" is not known' + (f"; did you mean {', '.join(by_lower[near[0]])}?" if near else "")
