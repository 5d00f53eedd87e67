"""Text that may leave this machine, as a type of its own: what sends text takes nothing else."""

from collections.abc import Iterable
from typing import LiteralString, Self

from kubedx.kube import pattern_of

_PART = pattern_of(r"\{([a-z_]+)\}")


class SafeText(str):
    """Text without secrets, and without names where those are masked. Only this room makes it.

    Slicing and joining as a `str` give a plain `str` again; `join` and `compose` keep the type.
    """

    __slots__ = ()

    def __new__(cls, *_args: object) -> Self:
        """Refuse: text becomes safe by `Redactor.mask`, and in no other way."""
        raise TypeError("SafeText is made by Redactor.mask")


def sealed(text: str) -> SafeText:
    """Mark text as safe. For this room alone: it is not exported."""
    return str.__new__(SafeText, text)


def fixed(text: LiteralString) -> SafeText:
    """Text that stands in our own source code."""
    return sealed(text)


def join(separator: LiteralString, parts: Iterable[SafeText]) -> SafeText:
    """Safe parts joined by a separator of our own."""
    return sealed(separator.join(parts))


def compose(template: LiteralString, **parts: SafeText) -> SafeText:
    """A template of our own with safe parts in place of `{name}`, in one pass: a part's own braces mean nothing. Raises KeyError."""
    return sealed(_PART.sub(lambda match: parts[match[1]], template))


def shorten(text: SafeText, limit: int, *, one_line: bool = False) -> SafeText:
    """At most `limit` characters of a safe text, whole words where they end nearby; as one line when asked.

    Text is cut after it was masked and never before: half a secret is not recognised.
    """
    plain = " ".join(text.split()) if one_line else str(text)
    if len(plain) <= limit:
        return sealed(plain)
    cut = plain[: limit - 1]
    end = max(cut.rfind(" "), cut.rfind("\n"))
    return sealed((cut[:end] if end > limit - 60 else cut).rstrip() + "…")
