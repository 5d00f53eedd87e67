"""Text that must not be printed."""

from typing import NoReturn


class SecretText:
    """A password, token or header value. Printing, formatting and pickling it tell nothing; `reveal` is the only way to its text."""

    __slots__ = ("_text",)

    def __init__(self, text: str = "") -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the one place that sends it."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SecretText) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return "SecretText('***')" if self._text else "SecretText('')"

    def __str__(self) -> str:
        return "***" if self._text else ""

    def __reduce__(self) -> NoReturn:
        raise TypeError("a SecretText is not serialised")
