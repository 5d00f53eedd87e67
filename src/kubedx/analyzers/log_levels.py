"""One line of a log: how bad it says that it is, what it says without time and level, and when.

Levels come from the usual forms: a word in capitals or brackets, `level=error`, klog's first letter, and the fields of JSON as zap, logrus,
zerolog, pino, bunyan, Logback, Log4j, Serilog, Monolog and structlog write them.
"""

import re
from datetime import UTC, datetime
from typing import Any

import msgspec

from kubedx.analyzers.log_classes import OTHER, TLS, any_of, classify
from kubedx.kube import pattern_of

FATAL, ERROR, WARNING, QUIET = 3, 2, 1, 0
MAX_DEPTH = 3
"""Errors inside errors in JSON that are looked at."""
MAX_WORDS = 600
MAX_PREFIX = 80
"""Characters before the fields of a line in JSON: a time, at most."""
_BETWEEN = " |:-"


STAMP = pattern_of(
    r"^(?:\W{0,2}\d{4}[-/.]?\d\d[-/.]?\d\d[T ,]+\d\d:?\d\d:?\d\d(?:[.,]\d+)?(?: ?(?:Z|UTC|GMT|[-+]\d\d:?\d\d))?"
    r"|\[?(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)?(?: \d{4})?"
    r"|\d{1,3}:[XCSM] \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d\.\d+ [*#.-]"
    r"|\[?\d\d:\d\d:\d\d(?:[.,]\d+)?)[\]:]?\s*"
)
"""The time before a line: ISO, syslog's and Apache's, Redis's with its role and mark, or only that of the day."""
_KLOG = pattern_of(r"^([IWEF])\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+ [^\]]{1,80}\] ")
_CONSOLE = pattern_of(r"^(trce|dbug|info|warn|fail|crit): (\S{1,200})\[\d+\]$")
"""The first line of an entry of .NET's console logger; the message is below it."""
_PROCESS = pattern_of(r"^\[\d+\] (?=[A-Z]{3,9}: )")
"""What PostgreSQL puts between time and level."""
_LOGGER = pattern_of(r"^\d+ --- (?:\[[^\]]{0,80}\] ?){1,4}\S{1,120}\s*: ")
"""Process, application, thread and logger, as Spring Boot puts them after the level."""
_LEVEL = pattern_of(
    r"\[(fatal|critical|crit|emerg|alert|panic|error|err|severe|warn|warning|info|notice|note|system|debug|trace)\]"
    r"|(?:^|[\s\[<(|])(?P<word>FATAL|CRITICAL|CRIT|EMERG|EMERGENCY|ALERT|PANIC|ERROR|ERR|SEVERE|WARN|WARNING|INFO|NOTICE|DEBUG|TRACE|LOG|HINT|DETAIL|STATEMENT)(?=[\s\]>):|,]|$)"
    r"|\b(?:level|lvl|severity)[=:]\s?[\"']?(fatal|critical|crit|emerg|alert|panic|dpanic|error|err|severe|warn|warning|info|notice|debug|trace)\b"
    r"|^(?:\w+: )?(fatal|error|panic|warning|critical)\b:",
    re.IGNORECASE,
)
_RANKS = {
    **dict.fromkeys(("fatal", "critical", "crit", "emerg", "emergency", "alert", "panic", "dpanic"), FATAL),
    **dict.fromkeys(("error", "err", "severe", "fail"), ERROR),
    **dict.fromkeys(("warn", "warning"), WARNING),
    **dict.fromkeys(
        (
            "info",
            "information",
            "verbose",
            "notice",
            "note",
            "system",
            "debug",
            "dbug",
            "trace",
            "trce",
            "log",
            "hint",
            "detail",
            "statement",
        ),
        QUIET,
    ),
}
_MONGO = {"F": FATAL, "E": ERROR, "W": WARNING, "I": QUIET}
"""The severities of MongoDB, beside the component."""
_UPPER = frozenset({"INFO", "NOTICE", "DEBUG", "TRACE", "LOG", "HINT", "DETAIL", "ERROR", "ERR", "WARN", "WARNING", "FATAL", "STATEMENT"})
_HARMLESS = any_of(
    r"\b(?:0|no|zero|without) (?:errors?|failures?|failed|exceptions?)\b",
    r"""\berrors?(?:[_-]?count)?\"?[=:]\s?[\"']?(?:0|null|none|nil|false)\b""",
    r"failover (?:ok|complete)",
    r"\bfail(?:ed|ures)?(?:[_-]count)?[=:]\s?0\b",
    r"error[_-]log",
    r"recovered from",
    r"retry(?:ing)? succeeded",
    r"background on this error at",
    r"^note: run with",
)
_SPEAKS = any_of(
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
# fmt: off
_STEMS = (
    "err", "fail", "fatal", "panic", "excepti", "refus", "denied", "forbid", "unauthor", "not ", "n't", "cannot", "unable", "no such",
    "no route", "no space", "no module", "missing", "invalid", "timed out", "timedout", "timeout", "time out", "kill", "requir", "unrecogn",
    "unknown", "abort", "unexpect", "must ", "giving up", "gave up", "econn", "enot", "eai_", "eaddr", "etimed", "ehost", "enet", "enospc",
    "eacces", "eperm", "erofs", "enomem", "enoent", "nxdomain", "servfail", "addrinfo", "in use", "already", "wrong", "incorrect",
    "noauth", "pg_hba", "expired", "mismatch", "misbehav", "bad", "unset", "undefined", "empty", "malformed", "duplicate", "illegal",
    "traceback", "unhandled", "uncaught", "dumped", "overflow", "memory", "heap", "bad_alloc", "expecting", "deadline", "unreachable",
    "quota", "full", "read-only", "classnotfound", "noclassdef", "dirty", "unapplied", "emerg", "mandatory", "keyerror", "key not found",
    "resolv", "lookup", "resolution", "please", "unbound", "glibc", "pkix", "handshake", "specify", "name does", "errno",
)
# fmt: on
"""Of which at least one stands in every line that tells of an error without naming a level; most lines hold none."""
SHUTDOWN = any_of(
    r"SIGTERM",
    r"shutting down",
    r"graceful",
    r"terminat(?:ed|ing)\b.{0,20}signal",
    r"received signal",
    r"broken ?pipe",
)
FRAME = pattern_of(r"^\s+(?:at |in |from |\d+: )|^\s{2,}\S|^\t|^goroutine \d+|^\S+\(.*\)$|^\s*\^+\s*$|^stack backtrace")
"""The lines of a trace below its head: indented, or of Go."""
_PAIRS = pattern_of(r'(?<!\S)([\w.]+)=("(?:[^"\\]|\\.)*"|\S+)')
_LEVEL_KEYS = ("level", "severity", "lvl", "levelname", "level_name", "log.level", "loglevel", "log_level", "Level", "LogLevel", "@l")
_WORD_KEYS = ("msg", "message", "@m", "@mt", "RenderedMessage", "Message", "MessageTemplate", "event", "short_message", "log")
_ERROR_KEYS = ("error", "err", "exception", "Exception", "@x", "exc_info", "thrown", "reason", "cause", "stack_trace", "error.message")
_TIME_KEYS = ("time", "ts", "timestamp", "@timestamp", "@t", "Timestamp", "t", "datetime", "asctime")
_DATE = pattern_of(r"(\d{4})[-/](\d\d)[-/](\d\d)[T ,]+(\d\d):(\d\d):(\d\d)(?:[.,]\d+)? ?(Z|UTC|GMT|[-+]\d\d:?\d\d)?")


def rank(line: str) -> int:
    """How bad a line is: `QUIET`, `WARNING`, `ERROR` or `FATAL`."""
    told = fields(line)
    level = _json_rank(told) if told is not None else _level(line)
    if level is not None:
        return QUIET if level and _HARMLESS.search(line) else level
    lowered = line.lower()
    if not any(stem in lowered for stem in _STEMS) or (SHUTDOWN.search(line) and classify(line) == OTHER):
        return QUIET
    if _HARMLESS.search(line):
        return QUIET
    speaks = _SPEAKS.search(line) or classify(line) not in {OTHER, TLS}
    return ERROR if speaks and not FRAME.match(line) else QUIET


def _level(line: str) -> int | None:
    """The level that a line names near its begin; None where it names none."""
    klog = _KLOG.match(line)
    if klog:
        return {"I": QUIET, "W": WARNING, "E": ERROR, "F": FATAL}[klog[1]]
    console = _CONSOLE.match(line)
    if console:
        return {"w": WARNING, "f": ERROR, "c": FATAL}.get(console[1][0], QUIET)
    for match in _LEVEL.finditer(line[:160]):
        word = next(group for group in match.groups() if group)
        # `Error` in running text is no level; as first word or in brackets it is.
        if match["word"] and word not in _UPPER and not word.isupper():
            continue
        return _RANKS[word.lower()]
    return None


def fields(line: str) -> dict[str, Any] | None:
    """The fields of a line in JSON; None for any other."""
    begin = line.find("{", 0, MAX_PREFIX)
    if begin < 0 or not line.rstrip().endswith("}") or (begin and STAMP.sub("", line[:begin]).strip(_BETWEEN)):
        return None
    try:
        told = msgspec.json.decode(line[begin:])
    except (msgspec.DecodeError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _json_rank(told: dict[str, Any]) -> int:
    nested = told.get("log")
    for holder in (told, nested) if isinstance(nested, dict) else (told,):
        for key in (*_LEVEL_KEYS, "level"):
            value = holder.get(key)
            if isinstance(value, str) and value.lower() in _RANKS:
                return _RANKS[value.lower()]
            if isinstance(value, int) and not isinstance(value, bool):
                return _numbered(value)
    if "c" in told and told.get("s") in _MONGO:
        return _MONGO[told["s"]]
    return ERROR if any(told.get(key) for key in ("error", "err", "exception", "@x")) else QUIET


def _numbered(level: int) -> int:
    """The numbers of bunyan and pino; Monolog's hundreds."""
    if level >= 100:
        return FATAL if level >= 500 else ERROR if level >= 400 else WARNING if level >= 300 else QUIET
    return FATAL if level >= 60 else ERROR if level >= 50 else WARNING if level >= 40 else QUIET


def said(line: str) -> str:
    """A line without its time and level, and the words of one in JSON or logfmt."""
    told = fields(line)
    if told is not None:
        words = [*_texts(told, _WORD_KEYS), *_texts(told, _ERROR_KEYS)]
        if words:
            return _joined(words)
    pairs = dict(_PAIRS.findall(line))
    message = next((key for key in ("msg", "message") if key in pairs), "")
    if message and ("level" in pairs or "ts" in pairs or "time" in pairs):
        keys = (message, "err", "error", "reason", "cause")
        return _joined([pairs[key].strip('"').replace('\\"', '"').replace("\\n", " ") for key in keys if key in pairs])
    line = _KLOG.sub("", line.strip())
    line = _PROCESS.sub("", STAMP.sub("", line))
    bare = re.sub(r"^(?:[\[<(]?(?:FATAL|CRITICAL|ERROR|ERR|SEVERE|WARN|WARNING|INFO|DEBUG)[\]>):]?:?\s+)+", "", line).strip()
    return _LOGGER.sub("", bare)


def _joined(words: list[str]) -> str:
    """Words of several fields, without those that another one holds already."""
    kept: list[str] = []
    for word in words:
        if word and not any(word in one for one in kept):
            kept.append(word)
    return ": ".join(kept)


def _texts(told: dict[str, Any], keys: tuple[str, ...], depth: int = 0) -> list[str]:
    found: list[str] = []
    for key in keys:
        value = told.get(key)
        if isinstance(value, str) and value.strip():
            found.append(_head_of(value))
        elif isinstance(value, dict) and depth < MAX_DEPTH:
            found.extend(_texts(value, ("message", "msg", "Message", "description", "localizedMessage", "cause"), depth + 1))
    return found


def _head_of(text: str) -> str:
    """What a field says that may hold a whole trace: its first line, and its last cause."""
    lines = text[: MAX_WORDS * 20].strip().splitlines()
    causes = [line.strip().removeprefix("Caused by: ") for line in lines[1:] if line.lstrip().startswith("Caused by: ")]
    if lines and lines[0].startswith("Traceback"):
        return lines[-1].strip()[:MAX_WORDS]
    return (": ".join((lines[0].strip(), causes[-1])) if causes else lines[0].strip() if lines else "")[:MAX_WORDS]


def moment(line: str) -> datetime | None:
    """When a line was written, as far as it says a date; without a zone it counts as UTC, which is what containers have."""
    told = fields(line)
    if told is not None:
        value = next((told[key] for key in _TIME_KEYS if isinstance(told.get(key), str | int | float)), None)
        return _of_number(value) if isinstance(value, int | float) else _of_text(value or "")
    return _of_text(line[:80])


def _of_text(text: str) -> datetime | None:
    match = _DATE.search(text)
    if match is None:
        return None
    zone = match[7] or "Z"
    offset = "+00:00" if zone in {"Z", "UTC", "GMT"} else zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
    try:
        return datetime.fromisoformat(f"{match[1]}-{match[2]}-{match[3]}T{match[4]}:{match[5]}:{match[6]}{offset}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _of_number(value: float) -> datetime | None:
    """Seconds since 1970, or thousandths, millionths or billionths of them."""
    for scale in (1, 1e3, 1e6, 1e9):
        if 1e9 <= value / scale < 1e10:
            return datetime.fromtimestamp(value / scale, UTC)
    return None
