"""Reading the log of a container that failed: the line that tells what went wrong, and why."""

import re
from collections.abc import Sequence

import msgspec

from kubedx.analyzers.log_classes import EXCEPTION, OTHER, UNREACHABLE, classify
from kubedx.analyzers.log_entries import Entry, entries
from kubedx.analyzers.log_levels import QUIET, WARNING, said
from kubedx.analyzers.log_words import address_in
from kubedx.kube import pattern_of

MAX_LINES = 400
"""Lines that are looked at, from the end."""
MAX_LINE = 240
"""Characters of a line that is quoted in a message."""
MAX_LENGTH = 4096
"""Characters of a line that are looked at."""
_DETAIL = pattern_of(r"\bDETAIL: {1,2}(\S.*)")


class Telling(msgspec.Struct, frozen=True):
    """What a log tells of a failure.

    `line` is its most telling line, fit for a message; `reason` an earlier line that says why, where the first does not;
    `text` the line as it stands there, with its trace, for evidence; `count` how often that line is there.
    """

    line: str
    reason: str
    text: str
    count: int
    error_class: str

    @property
    def words(self) -> str:
        """Both lines, where there are two, as a message quotes them."""
        return f"{self.line} (before that: {self.reason})" if self.reason else self.line


def telling(lines: Sequence[str]) -> Telling | None:
    """The most telling error in a log, None when it tells of none. Of errors that are alike the last one counts."""
    spoken = ((entry, classify(entry.said)) for entry in entries([line[:MAX_LENGTH] for line in lines[-MAX_LINES:]]) if entry.rank > QUIET)
    # A warning that no known words speak in is not what ended a program.
    told_of = [(entry, name) for entry, name in spoken if entry.rank > WARNING or name != OTHER]
    if not told_of:
        return None
    worst = max(entry.rank for entry, _ in told_of)
    index = max(number for number, (entry, _) in enumerate(told_of) if entry.rank == worst)
    chosen, kind = told_of[index]
    reason = ""
    if kind in {OTHER, EXCEPTION}:
        # `giving up` says less than the lines before it that say what was tried, a headline less than the lines below it.
        told = next(((entry, name) for entry, name in reversed(told_of[:index]) if name not in {OTHER, EXCEPTION}), None)
        below = next(((entry, name) for entry, name in told_of[index + 1 :] if name not in {OTHER, EXCEPTION}), None)
        if told is not None:
            reason, kind = short(told[0].said), told[1]
        elif below is not None:
            reason, (chosen, kind) = short(chosen.said), below
    elif kind in UNREACHABLE and address_in(chosen.said) is None:
        reason = _addressed([entry for entry, _ in told_of[:index]])
    words = chosen.said + _detail(lines, chosen)
    alike = sum(plain(entry.said) == plain(chosen.said) for entry, _ in told_of)
    return Telling(short(words), reason, chosen.text, alike, kind)


def _addressed(before: Sequence[Entry]) -> str:
    """The last line before an error that says with whom there was trouble, of a failed connection if there is one; empty without any."""
    known = [entry.said for entry in before if address_in(entry.said) is not None]
    return short(next((said for said in reversed(known) if classify(said) in UNREACHABLE), known[-1])) if known else ""


def _detail(lines: Sequence[str], entry: Entry) -> str:
    """What PostgreSQL says of an error in the line below it."""
    recent = lines[-MAX_LINES:]
    below = recent[entry.at + 1][:MAX_LENGTH] if entry.at + 1 < len(recent) else ""
    match = _DETAIL.search(below)
    return f": {match[1].strip()}" if match else ""


def last_line(lines: Sequence[str]) -> str:
    """The last line that holds anything, without its time."""
    return next((short(said(line[:MAX_LENGTH])) for line in reversed(lines) if line.strip()), "")


def short(text: str) -> str:
    """Words on one line, fit for a message."""
    line = " ".join(text.split()).rstrip(".")
    return line if len(line) <= MAX_LINE else f"{line[:MAX_LINE]}…"


def plain(text: str) -> str:
    """A line without its numbers, by which repeated lines are known."""
    return re.sub(r"\d+", "0", text)
