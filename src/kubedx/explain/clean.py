"""Making untrusted text safe to print: what a cluster or a model wrote may try to steer a terminal or the eye."""

import unicodedata

from kubedx.kube import pattern_of

_HARMFUL = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
# CSI and OSC sequences (ECMA-48), whole, so that no "[31m" stays behind.
_ESCAPE = pattern_of(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\^_]?")


def clean_line(text: str, limit: int = 0) -> str:
    """One line without control, format and surrogate characters; cut to `limit` characters, with an ellipsis, when one is given."""
    line = " ".join(clean_text(text).split())
    return line[: limit - 1].rstrip() + "…" if limit and len(line) > limit else line


def clean_text(text: str) -> str:
    """Text in which only newlines are left of all control characters: no escape sequences, no overprinting, no bidi overrides.

    Tabs become spaces. Zero-width joiners go too: they are format characters, and hide text from readers.
    """
    unified = _ESCAPE.sub("", text).replace("\r\n", "\n").replace("\r", "\n").expandtabs(4)
    return "".join(char for char in unified if char == "\n" or unicodedata.category(char) not in _HARMFUL)
