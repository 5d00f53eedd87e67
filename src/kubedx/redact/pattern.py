"""Patterns that are compiled when they are first used: most runs mask nothing, and compiling them takes longer than a small scan."""

import re
from collections.abc import Callable, Iterator
from functools import cached_property


class Pattern:
    """A regular expression, as `re.compile` gives it, with what this room asks of one."""

    def __init__(self, text: str, flags: re.RegexFlag = re.NOFLAG) -> None:
        self.pattern, self._flags = text, flags

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern, self._flags)

    @property
    def groups(self) -> int:
        """How many groups it has."""
        return self._compiled.groups

    def finditer(self, text: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
        """As `re.Pattern.finditer`."""
        return self._compiled.finditer(text, start, len(text) if end is None else end)

    def search(self, text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        """As `re.Pattern.search`."""
        return self._compiled.search(text, start, len(text) if end is None else end)

    def match(self, text: str, start: int = 0) -> re.Match[str] | None:
        """As `re.Pattern.match`."""
        return self._compiled.match(text, start)

    def fullmatch(self, text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        """As `re.Pattern.fullmatch`."""
        return self._compiled.fullmatch(text, start, len(text) if end is None else end)

    def sub(self, replacement: str | Callable[[re.Match[str]], str], text: str) -> str:
        """As `re.Pattern.sub`."""
        return self._compiled.sub(replacement, text)

    def findall(self, text: str) -> list[str]:
        """As `re.Pattern.findall`, for a pattern with one group at most."""
        return self._compiled.findall(text)

    def split(self, text: str) -> list[str]:
        """As `re.Pattern.split`, for a pattern whose groups all take part."""
        return self._compiled.split(text)
