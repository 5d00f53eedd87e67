"""Text that strangers wrote into a cluster, made safe to print and broken into lines.

Every string of a diagnosis goes through `printable` before it reaches a terminal. Widths are in terminal cells: a
Chinese character takes two (https://www.unicode.org/reports/tr11/).
"""

import re

from rich.cells import cell_len, set_cell_size

from kubedx.kube import pattern_of

MAX_TEXT = 4000
"""Characters of one text that a terminal report shows; the middle of a longer one is left out."""

# C0 and C1 controls (escape sequences begin with one), bidirectional overrides, invisible marks, line separators, what is no
# character (XML knows none of them) and lone surrogates. The two joiners (200C, 200D) stay: Persian, Hindi and emoji need them
# and they move nothing.
_UNSAFE = pattern_of(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)

_NO_LINE_STARTS_WITH = "，。、；：！？）】》」』”’…%,.;:!?)]}"
_NO_LINE_ENDS_WITH = "（【《「『“‘"

# A word of a script that is written without spaces is one character; any other run without spaces is a word.
_WORD = pattern_of(
    r"[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\uffe0-\uffe6\U00020000-\U0003fffd]"
)


def printable(text: str) -> str:
    """The text with everything made visible that would move a cursor, reorder letters or hide. Line ends stay; tabs become spaces."""
    return _UNSAFE.sub(_visible, text.replace("\r\n", "\n").expandtabs(4))


def shortened(text: str, cells: int, ellipsis: str) -> str:
    """The text, without words of its middle where it is wider than that. Errors name what failed first and why last.

    Words are kept whole, except one that alone is wider. `cells` is at least 8.
    """
    if cell_len(text) <= cells:
        return text
    room = cells - cell_len(ellipsis) - 2
    head = _taken(text, room * 3 // 5)
    tail = _taken(text[::-1], room - cell_len(head))[::-1]
    return f"{head.rstrip()} {ellipsis} {tail.lstrip()}"


def wrapped(text: str, cells: int) -> list[str]:
    """The text in lines of at most that width; one line at least. A wider word gets a line of its own, whole: names are never cut."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.extend(_wrapped_paragraph(paragraph, cells))
    return lines


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _taken(text: str, cells: int) -> str:
    """Whole words from the beginning of the text, or characters where the first word alone is wider."""
    taken, width = "", 0
    for unit in _units(text):
        width += cell_len(unit)
        if width > cells:
            return taken or set_cell_size(text, cells)
        taken += unit
    return taken


def _wrapped_paragraph(text: str, cells: int) -> list[str]:
    lines, line, width = [], "", 0
    for unit in _units(text):
        extent = cell_len(unit)
        if line and width + cell_len(unit.rstrip()) > cells:
            lines.append(line.rstrip())
            line, width = "", 0
        line += unit
        width += extent
    return [*lines, line.rstrip()]


def _units(text: str) -> list[str]:
    """The pieces between which a line may break, each with the spaces that follow it."""
    units: list[str] = []
    for piece in re.findall(r"\s*\S+\s*|\s+", text):
        for unit in _pieces(piece):
            if units and (unit[0] in _NO_LINE_STARTS_WITH or units[-1][-1] in _NO_LINE_ENDS_WITH) and not units[-1][-1].isspace():
                units[-1] += unit
            else:
                units.append(unit)
    return units


def _pieces(piece: str) -> list[str]:
    """A run without spaces, split before and after every wide character."""
    pieces, start = [], 0
    for match in _WORD.finditer(piece):
        if match.start() > start:
            pieces.append(piece[start : match.start()])
        pieces.append(match[0])
        start = match.end()
    rest = piece[start:]
    if rest.isspace() and pieces:
        pieces[-1] += rest
    elif rest:
        pieces.append(rest)
    return pieces
