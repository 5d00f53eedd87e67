"""A page of terminal text: paragraphs with indents and styles, in a given width. Knows nothing of incidents."""

import io
from collections.abc import Sequence
from itertools import zip_longest
from typing import NamedTuple

from rich.cells import cell_len

from kubedx.report.printable import MAX_TEXT, printable, shortened, wrapped

NARROWEST = 40
WIDEST = 120
"""Longer lines are hard to read, however wide the terminal is."""

WIDEST_COLUMNS = 240
"""Of all columns that stand side by side."""

_GAP = " | "


Pieces = tuple[tuple[str, str], ...]
"""A line: its texts, each with its style."""


class Glyphs(NamedTuple):
    """The few characters beyond ASCII that the page itself uses."""

    ellipsis: str
    bar: str
    times: str
    branch: str
    trunk: str
    follows: str
    becomes: str
    prompt: str


UNICODE = Glyphs(ellipsis="…", bar="│", times="×", branch="├", trunk="│", follows="└", becomes="→", prompt="$")
ASCII = Glyphs(ellipsis="...", bar="|", times="x", branch="+", trunk="|", follows="`", becomes="->", prompt="$")


class Page:
    """Collects lines. Every text is made printable here, so no caller can forget it."""

    def __init__(self, width: int, *, ascii_only: bool = False) -> None:
        self.width = width
        """Of the terminal; what is written is narrower where that is easier to read."""
        self.glyphs = ASCII if ascii_only else UNICODE
        self._width = min(max(width, NARROWEST), WIDEST)
        self._lines: list[Pieces] = []
        self._links: dict[int, tuple[str, str]] = {}

    def blank(self) -> None:
        """An empty line, never two in a row."""
        if self._lines and _plain(self._lines[-1]):
            self._lines.append(())

    def paragraph(
        self,
        text: str,
        *,
        lead: str = "",
        style: str = "",
        lead_style: str = "dim",
        hang: int | str | None = None,
        most_lines: int | None = None,
        link: tuple[str, str] | None = None,
    ) -> None:
        """The text, wrapped, behind a lead. Before its further lines stands `hang`, or that many spaces (as wide as the lead, when not
        given). Of one that takes more than `most_lines`, words of its middle are left out. `link` is a word of the text and the
        address to which it leads where the terminal shows links.
        """
        lead = printable(lead).replace("\n", " ")
        before = hang if isinstance(hang, str) else " " * (cell_len(lead) if hang is None else hang)
        room = min(self._width - cell_len(lead), self._width - cell_len(before))
        safe = self._safe(text)
        lines = wrapped(safe, room)
        if most_lines is not None and len(lines) > most_lines:
            lines = wrapped(shortened(safe, room * most_lines - room // 4, self.glyphs.ellipsis), room)
        if link:
            self._links[len(self._lines) + max((place for place, line in enumerate(lines) if link[0] in line), default=0)] = link
        self._lines.append(((lead, lead_style), (lines[0], style)))
        before_style = lead_style if before.strip() else ""  # a background would colour mere spaces
        self._lines.extend(((before, before_style), (line, style)) for line in lines[1:])

    def quote(self, what: str, text: str, *, indent: int, most_lines: int, inset: int = 0) -> None:
        """What is quoted, then the text, behind a bar: on one line where both fit, else below, cut in its middle where it is long.
        `inset` moves both away from the bar.
        """
        bar = f"{' ' * indent}{self.glyphs.bar} {' ' * inset}"
        room = self._width - cell_len(bar)
        label, safe = self._safe(what), " ".join(self._safe(text).split())
        if cell_len(label) + 2 + cell_len(safe) <= room:
            self._lines.append(((f"{bar}{label}: ", "dim"), (safe, "")))
            return
        lines = wrapped(safe, room - 2)
        if len(lines) > most_lines:
            lines = wrapped(shortened(safe, (room - 2) * most_lines - room // 4, self.glyphs.ellipsis), room - 2)
        self._lines.extend(((f"{bar}{line}", "dim"),) for line in wrapped(f"{label}:", room))
        self._lines.extend(((f"{bar}  ", "dim"), (line, "")) for line in lines)

    def command(self, text: str, *, lead: str, lead_style: str = "dim") -> None:
        """A line to copy: never wrapped, so that what is pasted is what was meant."""
        for line in printable(text).split("\n"):
            self._lines.append(((printable(lead), lead_style), (line, "bold green")))

    @property
    def lines(self) -> Sequence[Pieces]:
        """What was written so far."""
        return self._lines

    def side_by_side(self, count: int, *, indent: int, narrowest: int) -> tuple["Page", ...]:
        """Empty pages that fit beside each other on this one, for `join`; none where they would be narrower than that."""
        room = (min(self.width, WIDEST_COLUMNS) - indent - len(_GAP) * (count - 1)) // count
        fits = room >= max(narrowest, NARROWEST)
        return tuple(Page(room, ascii_only=self.glyphs is ASCII) for _ in range(count if fits else 0))

    def join(self, columns: Sequence["Page"], *, indent: int) -> None:
        """The lines of several pages, side by side. A line that is wider than its page moves what stands beside it."""
        for cells in zip_longest(*(page.lines for page in columns), fillvalue=()):
            line: Pieces = ((" " * indent, ""),)
            for page, cell in zip(columns[:-1], cells, strict=False):
                filling = " " * max(0, page.width - cell_len(_plain(cell)))
                line = (*line, *cell, (filling, ""), (_GAP.replace("|", page.glyphs.bar), "dim"))
            self._lines.append((*line, *cells[-1]))

    def render(self, *, colour: bool) -> str:
        """The page as one string that ends in a line end, with ANSI sequences or plain. Depends on nothing but its input."""
        while self._lines and not _plain(self._lines[-1]):
            self._lines.pop()
        return self._coloured() if colour else "".join(f"{_plain(line).rstrip()}\n" for line in self._lines)

    def _coloured(self) -> str:
        from rich.console import Console
        from rich.text import Text

        out = io.StringIO()
        console = Console(
            file=out,
            force_terminal=True,
            color_system="standard",
            no_color=False,
            highlight=False,
            markup=False,
            emoji=False,
            legacy_windows=False,
            width=self._width,
        )
        for number, line in enumerate(self._lines):
            start = out.tell()
            console.print(Text.assemble(*line), soft_wrap=True)
            if number in self._links:
                _link_last_line(out, start, *self._links[number])
        return out.getvalue()

    def _safe(self, text: str) -> str:
        """Printable, and bounded: a megabyte in a status does not fill the screen."""
        if len(text) > MAX_TEXT:
            text = f"{text[: MAX_TEXT // 2]} {self.glyphs.ellipsis} {text[-MAX_TEXT // 2 :]}"
        return printable(text)


def _plain(line: Pieces) -> str:
    return "".join(text for text, _style in line)


def _link_last_line(out: io.StringIO, start: int, word: str, address: str) -> None:
    """Wrap the last such word of what was written since in an OSC 8 link. rich's own links bear random numbers."""
    out.seek(start)
    before, found, after = out.read().rpartition(word)
    out.seek(start)
    out.truncate()
    out.write(f"{before}\x1b]8;;{address}\x1b\\{found}\x1b]8;;\x1b\\{after}" if found else f"{before}{found}{after}")
