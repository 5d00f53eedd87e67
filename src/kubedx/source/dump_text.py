"""The bytes of a text file as UTF-8, whatever wrote them: PowerShell redirects write UTF-16, editors write marks."""

import codecs
import re

from kubedx.kube import pattern_of

_MARKS: tuple[tuple[bytes, str], ...] = (
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Every escape, so that the second backslash of an escaped one begins none; the halves that stand alone are the group.
_ESCAPE = pattern_of(rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL)
_STEP = 1024 * 1024


def as_utf8(data: bytes) -> bytes:
    """The same text in UTF-8 without a byte order mark; what cannot be decoded becomes U+FFFD."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            body = data[len(mark) :]
            return body if encoding == "utf-8" and _is_utf8(body) else _recode(body, encoding)
    if data[:4].count(0) == 2:  # two letters in four bytes: UTF-16 that lost its mark
        return _recode(data, "utf-16-be" if data[0] == 0 else "utf-16-le")
    return data if _is_utf8(data) else _recode(data, "utf-8")


def is_binary(head: bytes) -> bool:
    """Whether the beginning of a file cannot be that of a text: it holds NUL bytes and is no UTF-16 or UTF-32."""
    if any(head.startswith(mark) for mark, _ in _MARKS) or head[:4].count(0) == 2:
        return False
    return b"\0" in head


def without_lone_surrogates(data: bytes) -> bytes:
    """The same JSON with U+FFFD for every escape of half a letter, which JSON allows and nothing can decode."""
    if b"\\ud" not in data and b"\\uD" not in data:
        return data
    return _ESCAPE.sub(lambda match: b"\\ufffd" if match[1] else match[0], data)


def line_of(data: bytes, position: int) -> int:
    """The number of the line, counted from 1, that holds a byte."""
    return data.count(b"\n", 0, position) + 1


def _recode(data: bytes, encoding: str) -> bytes:
    return data.decode(encoding, "replace").encode("utf-8", "replace")


def _is_utf8(data: bytes) -> bool:
    # In steps: a whole decoded copy of a large dump would double the memory for a yes or no.
    if data.isascii():
        return True
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(data)
    try:
        for start in range(0, len(view), _STEP):
            decoder.decode(view[start : start + _STEP])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
