"""Reading a container's log: the line that tells what went wrong, the trace it belongs to, and the words in it.

Levels come from the usual forms: a word in capitals or brackets, `level=error`, JSON's `level` or `severity`, klog's first letter.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from kubedx.analyzers.log_classes import EXCEPTION, OTHER, TLS, UNREACHABLE, classify
from kubedx.analyzers.log_words import address_in

MAX_LINES = 400
"""Lines that are looked at, from the end."""
MAX_LINE = 240
"""Characters of a line that is quoted in a message."""
MAX_LENGTH = 4096
"""Characters of a line that are looked at."""
MAX_TRACE = 40
"""Lines of one trace that are joined to it."""


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


_FATAL, _ERROR, _WARNING, _QUIET = 3, 2, 1, 0

_STAMP = re.compile(r"^\W{0,2}\d{4}[-/.]?\d\d[-/.]?\d\d[T ,]+\d\d:?\d\d:?\d\d(?:[.,]\d+)?(?: ?(?:Z|UTC|GMT|[-+]\d\d:?\d\d))?[\]:]?\s*")
_KLOG = re.compile(r"^([IWEF])\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+ [^\]]{1,80}\] ")
_LEVEL = re.compile(
    r"\[(fatal|critical|crit|emerg|alert|panic|error|err|severe|warn|warning|info|notice|debug|trace)\]"
    r"|(?:^|[\s\[<(|])(?P<word>FATAL|CRITICAL|CRIT|EMERG|EMERGENCY|ALERT|PANIC|ERROR|ERR|SEVERE|WARN|WARNING|INFO|NOTICE|DEBUG|TRACE|LOG|HINT|DETAIL)(?=[\s\]>):|,]|$)"
    r"|\b(?:level|lvl|severity)[=:]\s?[\"']?(fatal|critical|crit|emerg|alert|panic|dpanic|error|err|severe|warn|warning|info|notice|debug|trace)\b"
    r"|^(?:\w+: )?(fatal|error|panic|warning|critical)\b:",
    re.IGNORECASE,
)
_RANKS = {
    **dict.fromkeys(("fatal", "critical", "crit", "emerg", "emergency", "alert", "panic", "dpanic"), _FATAL),
    **dict.fromkeys(("error", "err", "severe"), _ERROR),
    **dict.fromkeys(("warn", "warning"), _WARNING),
    **dict.fromkeys(("info", "notice", "debug", "trace", "log", "hint", "detail"), _QUIET),
}
_UPPER = frozenset({"INFO", "NOTICE", "DEBUG", "TRACE", "LOG", "HINT", "DETAIL", "ERROR", "ERR", "WARN", "WARNING", "FATAL"})
_HARMLESS = _any(
    r"\b(?:0|no|zero|without) (?:errors?|failures?|failed|exceptions?)\b",
    r"""\berrors?[=:]\s?[\"']?(?:0|null|none|nil|false)\b""",
    r"failover (?:ok|complete)",
    r"\bfail(?:ed|ures)[=:]\s?0\b",
    r"error[_-]log",
    r"recovered from",
    r"retry(?:ing)? succeeded",
    r"background on this error at",
    r"^note: run with",
)
_SPEAKS = _any(
    r"\berror\b",
    r"\bfatal\b",
    r"\bpanic(?:ked)?\b",
    r"exception\b",
    r"\bfail(?:ed|ure|s)?\b",
    r"\brefused\b",
    r"\bdenied\b",
    r"\bforbidden\b",
    r"\bnot (?:found|set|specified|defined)\b",
    r"\bno such\b",
    r"\bcannot\b",
    r"\bcan't\b",
    r"\bcould not\b",
    r"\bcouldn't\b",
    r"\bunable to\b",
    r"\bmissing\b",
    r"\binvalid\b",
    r"\btimed? ?out\b",
    r"\bkilled\b",
    r"\brequired\b",
    r"Error\b",
    r"\bunrecogni[sz]ed\b",
    r"\bunknown (?:flag|option|command)\b",
    r"\babort",
    r"\bunexpected\b",
    r"\bunauthorized\b",
    r"\bmust (?:specify|set|be)\b",
    r"\bgiving up\b",
)
_SHUTDOWN = _any(
    r"SIGTERM",
    r"shutting down",
    r"graceful",
    r"terminat(?:ed|ing)\b.{0,20}signal",
    r"received signal",
    r"broken ?pipe",
)
_FRAME = re.compile(r"^\s+(?:at |in |from |\d+: )|^\s{2,}\S|^\t|^goroutine \d+|^\S+\(.*\)$|^\s*\^+\s*$|^stack backtrace")
"""The lines of a trace below its head: indented, or of Go."""
_PYTHON_END = re.compile(
    r"^(?:[A-Za-z_][\w.]*(?:Error|Exception|Exit|Interrupt|Warning|NotFound|Refused|Denied)\w*|[a-z_][\w.]*\.[A-Z]\w+)(?::\s|$)"
)
_CAUSED = re.compile(r"^\s*Caused by: ")
_PANICKED = "' panicked at "
"""What Rust says before the message, which is on the next line."""
_QUOTES_LINE = ">>> "
"""What Redis puts before the line of its configuration that the next line complains of."""
_VALIDATION = re.compile(r"validation errors? for \w+$")
"""What Pydantic says before the names and faults of the fields."""
_BELOW = ("at ", "File ", "goroutine", "^", "...", "from ")
_NATIVE_FRAME = re.compile(r"\s*\d+: 0x")
_PAIRS = re.compile(r'(?<!\S)([\w.]+)=("(?:[^"\\]|\\.)*"|\S+)')
_HEAD = re.compile(
    r"^(?:Exception in thread|Traceback \(most recent|panic: |Uncaught |Unhandled |thread '.*' panicked|\w*Error: |fatal error: )"
)


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


class _Entry(msgspec.Struct, frozen=True):
    """A line with its level, or a trace of several lines."""

    rank: int
    said: str
    text: str


def telling(lines: Sequence[str]) -> Telling | None:
    """The most telling error in a log, None when it tells of none. Of errors that are alike the last one counts."""
    spoken = (
        (entry, classify(entry.said)) for entry in _entries([line[:MAX_LENGTH] for line in lines[-MAX_LINES:]]) if entry.rank > _QUIET
    )
    # A warning that no known words speak in is not what ended a program.
    entries = [(entry, name) for entry, name in spoken if entry.rank > _WARNING or name != OTHER]
    if not entries:
        return None
    worst = max(entry.rank for entry, _ in entries)
    index = max(number for number, (entry, _) in enumerate(entries) if entry.rank == worst)
    chosen, kind = entries[index]
    reason = ""
    if kind in {OTHER, EXCEPTION}:
        # `giving up` says less than the lines before it that say what was tried, a headline less than the lines below it.
        told = next(((entry, name) for entry, name in reversed(entries[:index]) if name not in {OTHER, EXCEPTION}), None)
        below = next(((entry, name) for entry, name in entries[index + 1 :] if name not in {OTHER, EXCEPTION}), None)
        if told is not None:
            reason, kind = _short(told[0].said), told[1]
        elif below is not None:
            reason, (chosen, kind) = _short(chosen.said), below
    alike = sum(_plain(entry.said) == _plain(chosen.said) for entry, _ in entries)
    return Telling(_short(chosen.said), reason, chosen.text, alike, kind)


def last_line(lines: Sequence[str]) -> str:
    """The last line that holds anything, without its time."""
    return next((_short(_said(line[:MAX_LENGTH])) for line in reversed(lines) if line.strip()), "")


def _entries(lines: Sequence[str]) -> Iterator[_Entry]:
    """The lines, each trace as one entry."""
    position = 0
    while position < len(lines):
        line = lines[position]
        position += 1
        if not line.strip():
            continue
        trace = [line]
        if _begins_trace(line, lines, position):
            while position < len(lines) and len(trace) < MAX_TRACE and _continues(lines[position], trace):
                trace.append(lines[position])
                position += 1
        yield _of_trace(trace) if len(trace) > 1 else _Entry(_rank(line), _said(line), line.strip())


def _begins_trace(line: str, lines: Sequence[str], following: int) -> bool:
    if _HEAD.match(_STAMP.sub("", line)) or line.startswith(_QUOTES_LINE):
        return True
    return following < len(lines) and bool(_FRAME.match(lines[following])) and bool(_SPEAKS.search(line)) and not _FRAME.match(line)


def _continues(line: str, trace: Sequence[str]) -> bool:
    if line.strip() and ((_PANICKED in trace[0] or trace[0].startswith(_QUOTES_LINE)) and len(trace) == 1):
        return True
    if any(_VALIDATION.search(one) for one in trace[-2:]):
        return bool(line.strip())
    if "Traceback" in trace[0] and _PYTHON_END.match(trace[-1]):
        return False
    return bool(_FRAME.match(line) or _CAUSED.match(line) or ("Traceback" in trace[0] and not _STAMP.match(line)))


def _of_trace(trace: Sequence[str]) -> _Entry:
    """What a trace says: its last cause in Java, the line after the frames in Python, elsewhere its head."""
    causes = [_CAUSED.sub("", line).strip() for line in trace if _CAUSED.match(line)]
    if causes:
        said = _cause(causes)
    elif _PANICKED in trace[0]:
        said = f"panicked: {trace[1].strip()}"
    elif trace[0].startswith(_QUOTES_LINE):
        said = f"{trace[0].removeprefix(_QUOTES_LINE).strip()}: {trace[1].strip()}"
    elif "Traceback" in trace[0]:
        end = next((number for number, line in reversed(list(enumerate(trace))) if _PYTHON_END.match(line)), len(trace) - 1)
        said = ": ".join(line.strip() for line in trace[end : end + 3])
    else:
        said = _said(trace[0])
        if trace[1].startswith((" ", "\t")):
            said = " ".join(part.strip() for part in (said, *_prose(trace[1:])))
    rank = max(_ERROR, _rank(trace[0]))
    return _Entry(_WARNING if _SHUTDOWN.search(said) else rank, said, "\n".join(trace))


def _cause(causes: Sequence[str]) -> str:
    """The last cause of a Java trace; where that is a connection that failed, the last one that says to where."""
    last = causes[-1]
    if classify(last) in UNREACHABLE and address_in(last) is None:
        return next((one for one in reversed(causes) if classify(one) in UNREACHABLE and address_in(one) is not None), last)
    return last


def _prose(lines: Sequence[str]) -> Iterator[str]:
    """The lines of a message that runs over several, until frames begin."""
    for line in lines[:4]:
        if line.lstrip().startswith(_BELOW) or _NATIVE_FRAME.match(line):
            return
        yield line


def _rank(line: str) -> int:
    if _HARMLESS.search(line):
        return _QUIET
    told = _json(line)
    if told is not None:
        return _json_rank(told)
    klog = _KLOG.match(line)
    if klog:
        return {"I": _QUIET, "W": _WARNING, "E": _ERROR, "F": _FATAL}[klog[1]]
    level = _level(line)
    if level is not None:
        return level
    if _SHUTDOWN.search(line) and classify(line) == OTHER:
        return _QUIET
    speaks = _SPEAKS.search(line) or classify(line) not in {OTHER, TLS}
    return _ERROR if speaks and not _FRAME.match(line) else _QUIET


def _level(line: str) -> int | None:
    """The level that a line names near its begin."""
    for match in _LEVEL.finditer(line[:160]):
        word = next(group for group in match.groups() if group)
        # `Error` in running text is no level; as first word or in brackets it is.
        if match["word"] and word not in _UPPER and not word.isupper():
            continue
        return _RANKS[word.lower()]
    return None


def _json(line: str) -> dict[str, Any] | None:
    if not line.lstrip().startswith("{"):
        return None
    try:
        told = msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _json_rank(told: dict[str, Any]) -> int:
    for key in ("level", "severity", "lvl", "levelname", "log.level", "@l"):
        value = told.get(key)
        if isinstance(value, str) and value.lower() in _RANKS:
            return _RANKS[value.lower()]
        if isinstance(value, int) and not isinstance(value, bool):  # bunyan and pino
            return _FATAL if value >= 60 else _ERROR if value >= 50 else _WARNING if value >= 40 else _QUIET
    return _ERROR if any(told.get(key) for key in ("error", "err", "exception")) else _QUIET


def _said(line: str) -> str:
    """A line without its time and level, and the words of one in JSON."""
    told = _json(line)
    if told is not None:
        words = [told[key] for key in ("msg", "message", "error", "err", "exception", "reason") if isinstance(told.get(key), str)]
        if words:
            return ": ".join(dict.fromkeys(words))
    pairs = dict(_PAIRS.findall(line))
    if "msg" in pairs and ("level" in pairs or "ts" in pairs):
        words = [pairs[key].strip('"').replace('\\"', '"').replace("\\n", " ") for key in ("msg", "err", "error", "reason") if key in pairs]
        return ": ".join(dict.fromkeys(words))
    line = _KLOG.sub("", line.strip())
    line = _STAMP.sub("", line)
    return re.sub(r"^(?:[\[<(]?(?:FATAL|CRITICAL|ERROR|ERR|SEVERE|WARN|WARNING|INFO|DEBUG)[\]>):]?:?\s+)+", "", line).strip()


def _short(text: str) -> str:
    line = " ".join(text.split()).rstrip(".")
    return line if len(line) <= MAX_LINE else f"{line[:MAX_LINE]}…"


def _plain(text: str) -> str:
    """A line without its numbers, by which repeated lines are known."""
    return re.sub(r"\d+", "0", text)
