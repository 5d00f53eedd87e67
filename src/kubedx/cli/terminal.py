"""The user's terminal: how wide, which colours and letters, and writing to it."""

import os
import stat
import sys
from collections.abc import Mapping
from typing import NamedTuple, TextIO

from kubedx.errors import KubedxError

PIPED_WIDTH = 100
"""Columns when the output is no terminal and nobody says how wide it is."""

_LINKING_PROGRAMS = frozenset({"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "rio", "Tabby"})
_LINKING_TERMS = frozenset({"xterm-kitty", "xterm-ghostty", "alacritty", "foot", "foot-extra", "contour"})
_FIRST_VTE_WITH_LINKS = 5000


class Terminal(NamedTuple):
    """What the output can show."""

    width: int
    colour: bool
    ascii_only: bool
    encoding: str
    height: int = 24
    links: bool = False


def terminal_of(stream: TextIO | None, environ: Mapping[str, str]) -> Terminal:
    """What a stream can show, by its own word and the environment's.

    Colours: on a terminal that is not `dumb`, never with NO_COLOR (https://no-color.org), always with FORCE_COLOR.
    ASCII alone: where the encoding is no UTF, or LC_ALL says C or POSIX. Links: with colours, on a terminal that is known to have them.
    """
    encoding = getattr(stream, "encoding", None) or "utf-8"
    is_terminal = _is_terminal(stream)
    colour = bool(environ.get("FORCE_COLOR")) or (is_terminal and environ.get("TERM") != "dumb")
    colour = colour and not environ.get("NO_COLOR")
    return Terminal(
        width=_width(stream, environ) if is_terminal else _width_beside(stream, environ),
        colour=colour,
        ascii_only=not encoding.lower().startswith("utf") or environ.get("LC_ALL") in {"C", "POSIX"},
        encoding=encoding,
        height=_size((80, 24)).lines,
        links=colour and is_terminal and _has_links(environ),
    )


def is_interactive(stream: TextIO | None) -> bool:
    """Whether somebody watches the stream, so that progress may be drawn on it."""
    return _is_terminal(stream) and os.environ.get("TERM") != "dumb"


def write_report(text: str, encoding: str) -> None:
    """Write to stdout, to the last byte. Raises KubedxError where it cannot be, and BrokenPipeError when nobody reads any more."""
    if sys.stdout is None:  # closed by whoever started us
        raise KubedxError("the report could not be written: standard output is closed")
    data = text.encode(encoding, "backslashreplace")
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        drop_output()
        reason = getattr(error, "strerror", None) or str(error)
        raise KubedxError(f"the report could not be written to standard output: {reason}; free some space or write elsewhere") from error


def drop_output() -> None:
    """Send what is still buffered for stdout nowhere, so that the interpreter does not complain of it when it ends."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.close(nowhere)
    except OSError:
        return


def complain(sentence: str) -> None:
    """A line on stderr, without control characters of whatever it quotes. Never raises: there is nobody left to tell."""
    if sys.stderr is None:
        return
    safe = "".join(letter if letter.isprintable() or letter == "\n" else repr(letter)[1:-1] for letter in sentence)
    try:
        sys.stderr.write(f"{safe}\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        return


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def _has_links(environ: Mapping[str, str]) -> bool:
    """Whether the terminal shows OSC 8 links (https://github.com/Alhadis/OSC8-Adoption). FORCE_HYPERLINK says yes, or no with 0."""
    forced = environ.get("FORCE_HYPERLINK", "")
    if forced:
        return forced != "0"
    vte = environ.get("VTE_VERSION", "")
    return (
        environ.get("TERM_PROGRAM") in _LINKING_PROGRAMS
        or environ.get("TERM", "") in _LINKING_TERMS
        or bool(environ.get("WT_SESSION") or environ.get("KONSOLE_VERSION"))
        or (vte.isdigit() and int(vte) >= _FIRST_VTE_WITH_LINKS)
    )


def _width_beside(stream: TextIO | None, environ: Mapping[str, str]) -> int:
    """The width for a stream that is no terminal: what is piped to `less` or `head` on a narrow one is read there; a file is as it is."""
    if not _is_pipe(stream) or not _is_terminal(sys.stderr):
        return _given_width(environ) or PIPED_WIDTH
    return min(_width(sys.stderr, environ), PIPED_WIDTH)


def _is_pipe(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stat.S_ISFIFO(os.fstat(stream.fileno()).st_mode)
    except (OSError, ValueError):
        return False


def _given_width(environ: Mapping[str, str]) -> int:
    """What COLUMNS says, 0 where it says nothing."""
    given = environ.get("COLUMNS", "")
    return int(given) if given.isascii() and given.isdigit() and 0 < int(given[:6]) < 10_000 else 0


def _width(stream: TextIO | None, environ: Mapping[str, str]) -> int:
    given = _given_width(environ)
    if given or stream is None:
        return given or PIPED_WIDTH
    try:
        return os.get_terminal_size(stream.fileno()).columns or PIPED_WIDTH
    except (OSError, ValueError):
        return _size((PIPED_WIDTH, 24)).columns


def _size(otherwise: tuple[int, int]) -> os.terminal_size:
    """How large the terminal is. shutil is not imported at the start: it brings all of Python's compressors."""
    import shutil

    return shutil.get_terminal_size(otherwise)
