"""All errors of a log, alike ones as one: how often, since when, whether still, and where in the program.

A log is read line by line once, whoever asks; a line that is like one before costs next to nothing.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

import msgspec

from kubedx.analyzers.log_classes import AUTH, EXCEPTION, OTHER, TLS, UNREACHABLE, UPSTREAM, classify
from kubedx.analyzers.log_entries import MAX_TRACE, Entry, entries
from kubedx.analyzers.log_levels import ERROR, QUIET, WARNING, moment
from kubedx.analyzers.log_noise import answered_code, is_noise, tells_connection, tells_success
from kubedx.analyzers.log_reading import short
from kubedx.analyzers.log_words import address_in
from kubedx.kube import ContainerLog, pattern_of

MAX_LENGTH = 1500
"""Characters of a line that are looked at; a line of fields may be longer."""
MAX_JSON = 16_384
MAX_LINES = 4000
"""Lines that are looked at, from the end."""
MAX_KINDS = 60
"""Kinds of errors of one log; a log with more says the same in ever other words."""
REPEATED = 3
"""How often an error stands in a log that goes on."""
RECENT = timedelta(minutes=15)
"""How long ago an error may have been written last that goes on, when it comes seldom."""
MAX_SHAPE = 200
"""Characters by which errors are alike."""
MAX_FRAME = 120
FAILED_ANSWER = 500
NOISE = "noise"
NEAR = 10
"""Lines between what is said of one trouble."""
CALM_LINES = 20
"""Lines without the error after which it may be over."""

_CONNECTING = frozenset({*UNREACHABLE, AUTH, TLS})
_TRACEBACK = "Traceback"
_FRAMES = (
    pattern_of(r'^\s*File "(?P<place>[^"]+)", line \d+'),
    pattern_of(r"^\s*at (?P<place>[^\s(]+ ?\([^)]*\)|\S+:\d+:\d+)"),
    pattern_of(r"^\s+(?P<place>/\S+\.(?:go|rs|rb|ex):\d+)"),
    pattern_of(r"^\s*from (?P<place>\S+:\d+:in .+)"),
    pattern_of(r"^\s*at (?P<place>\./\S+|/\S+\.rs:\d+)"),
)
_LIBRARY = pattern_of(
    r"site-packages|dist-packages|/lib/python|node_modules|node:internal|\bjava\.|\bjavax\.|\bjdk\.|\bsun\.|org\.spring|org\.apache|org\.hibernate"
    r"|io\.netty|com\.zaxxer|org\.postgresql|com\.mysql|reactor\.|/usr/local/go/|/go/pkg/mod/|runtime/|/gems/|System\.|Microsoft\.|/rustc/|<frozen"
)
_VARYING = pattern_of(r"\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\b(?:0x)?[0-9a-f]{8,64}\b|\d+", re.IGNORECASE)


class LoggedError(msgspec.Struct, frozen=True, kw_only=True):
    """Errors of a log that are alike.

    `line` is what the last one says, fit for a message; `text` how it stands there, with its trace; `frame` the first place in
    the program's own code. `first_seen` and `last_seen` are there where the lines bear a date. `calm` is the number of lines after it,
    `longest_calm` the largest between two of them. `succeeded`: a later line says that it worked in the end.
    """

    line: str
    text: str
    error_class: str
    rank: int
    count: int
    calm: int
    longest_calm: int
    frame: str = ""
    succeeded: bool = False
    first_seen: datetime | None = None
    last_seen: datetime | None = None

    def goes_on(self, now: datetime) -> bool:
        """Whether the program still meets this error: several times, up to the end of the log and to the present moment."""
        return self.count >= REPEATED and self.is_late(now)

    def is_late(self, now: datetime) -> bool:
        """Whether nothing says that it is over: a success, many lines without it, or much time."""
        if self.succeeded or self.calm > CALM_LINES + 3 * self.longest_calm:
            return False
        if self.last_seen is None or self.first_seen is None:
            return True
        pause = (self.last_seen - self.first_seen) / max(1, self.count - 1)
        return now - self.last_seen <= max(RECENT, min(5 * pause, 4 * RECENT))


class LogSummary(msgspec.Struct, frozen=True):
    """The errors of a log, the most telling first, and how often the program answered requests with 5xx, up to which line from the end."""

    errors: tuple[LoggedError, ...] = ()
    failed_answers: int = 0
    answers: int = 0
    failed_answer: str = ""


_summaries: WeakKeyDictionary[ContainerLog, LogSummary] = WeakKeyDictionary()


def summary(log: ContainerLog) -> LogSummary:
    """What a log tells of errors. Read once for as long as the log lives."""
    known = _summaries.get(log)
    if known is None:
        known = _summaries[log] = summarise(log.lines)
    return known


def summarise(lines: Sequence[str]) -> LogSummary:
    """The same of lines."""
    recent = [line[: MAX_JSON if line.startswith("{") else MAX_LENGTH] for line in lines[-MAX_LINES:]]
    reader = _Reader()
    for entry in entries(recent):
        reader.meet(entry)
    found = sorted((kind.finished(recent) for kind in reader.kinds.values()), key=_telling_first)
    return LogSummary(tuple(found), reader.failed, reader.answers, reader.failed_answer)


class _Kind:
    """Errors that are alike, as they are met."""

    def __init__(self, entry: Entry, error_class: str, about: str = "") -> None:
        self.error_class = error_class
        self.about = about
        self.first = self.last = entry
        self.count = 0
        self.longest_calm = 0
        self.succeeded = False
        self.address = address_in(entry.said) or address_in(about)

    def meet(self, entry: Entry) -> None:
        if self.count:
            self.longest_calm = max(self.longest_calm, entry.at - self.last.at - 1)
        self.count += 1
        self.last = entry
        self.succeeded = False

    def hear(self, words: str, *, connects: bool) -> None:
        """A line says that something works: about the same host, or that a connection stands when it is that what failed."""
        named = self.address is not None and self.address.host in words
        if named or (connects and self.error_class in _CONNECTING and address_in(words) is None):
            self.succeeded = True

    def finished(self, lines: Sequence[str]) -> LoggedError:
        last = self.last
        return LoggedError(
            line=short(last.said) + (f" (before that: {short(self.about)})" if self.about else ""),
            text=last.text,
            error_class=self.error_class,
            rank=last.rank,
            count=self.count,
            calm=max(0, len(lines) - last.at - 1 - last.text.count("\n")),
            longest_calm=self.longest_calm,
            frame=_own_frame(lines[last.at : last.at + MAX_TRACE]) if "\n" in last.text else "",
            succeeded=self.succeeded,
            first_seen=moment(lines[self.first.at]),
            last_seen=moment(lines[last.at]),
        )


class _Reader:
    """Goes through the entries of a log."""

    def __init__(self) -> None:
        self.kinds: dict[tuple[str, str], _Kind] = {}
        self._classes: dict[str, str] = {}
        self._addressed: Entry | None = None
        self.answers = self.failed = 0
        self.failed_answer = ""

    def meet(self, entry: Entry) -> None:
        code = answered_code(entry.text[:MAX_LENGTH])
        if code:
            self.answers += 1
            if code >= FAILED_ANSWER:
                self.failed, self.failed_answer = self.failed + 1, entry.text
        if entry.rank != QUIET:
            if address_in(entry.said[:MAX_LENGTH]) is not None:
                self._addressed = entry
            if not 0 < code < FAILED_ANSWER:
                self._note(entry, answers=bool(code))
        elif self.kinds:
            connects = tells_connection(entry.said)
            if connects or tells_success(entry.said):
                for kind in self.kinds.values():
                    kind.hear(entry.said, connects=connects)

    def _note(self, entry: Entry, *, answers: bool) -> None:
        shape = _VARYING.sub("0", entry.said)[:MAX_SHAPE]
        error_class = self._classes.get(shape)
        if error_class is None:
            error_class = NOISE if is_noise(entry.said) else classify(entry.said)
            self._classes[shape] = error_class
        # A warning in words that are not known tells of nothing, nor does the line that says how a request was answered.
        if error_class == NOISE or (error_class == OTHER and entry.rank == WARNING) or (answers and error_class in {OTHER, UPSTREAM}):
            return
        key = (error_class, shape)
        if key not in self.kinds and len(self.kinds) >= MAX_KINDS:
            return
        if key not in self.kinds:
            self.kinds[key] = _Kind(entry, error_class, self._about(entry, error_class))
        self.kinds[key].meet(entry)

    def _about(self, entry: Entry, error_class: str) -> str:
        """A complaint shortly before one of a connection that does not say to whom, where that one does."""
        named = self._addressed
        near = named is not None and entry.at - named.at <= NEAR
        return named.said if named and near and error_class in UNREACHABLE and address_in(entry.said) is None else ""


def _own_frame(lines: Sequence[str]) -> str:
    """The first place of a trace that lies in no library; in Python, whose traces end where the error is, the last one."""
    python = any(line.startswith(_TRACEBACK) for line in lines[:2])
    for line in reversed(lines) if python else lines:
        for pattern in _FRAMES:
            match = pattern.match(line)
            if match and not _LIBRARY.search(line):
                return match[0].strip()[:MAX_FRAME]
    return ""


def _telling_first(error: LoggedError) -> tuple[bool, bool, int, int]:
    return error.error_class in {OTHER, EXCEPTION}, error.rank < ERROR, -error.count, error.calm
