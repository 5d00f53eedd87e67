"""The lines of a log put together: a trace, a message of several lines, a quoted line with what is said of it, each as one entry."""

from collections.abc import Iterator, Sequence

import msgspec

from kubedx.analyzers.log_classes import EXCEPTION, OTHER, PORT, UNREACHABLE, classify
from kubedx.analyzers.log_levels import ERROR, FRAME, SHUTDOWN, STAMP, WARNING, rank, said
from kubedx.analyzers.log_words import address_in
from kubedx.kube import pattern_of

MAX_TRACE = 40
"""Lines of one trace that are joined to it."""
LONGEST_TRACE = 400
"""Lines of one trace that are read, so that the last cause and what follows the trace are found."""

_PYTHON_END = pattern_of(
    r"^(?:[A-Za-z_][\w.]*(?:Error|Exception|Exit|Interrupt|Warning|NotFound|Refused|Denied)\w*|[a-z_][\w.]*\.[A-Z]\w+)(?::\s|$)"
)
_CHAINED = pattern_of(
    r"^(?:During handling of the above exception, another exception occurred"
    r"|The above exception was the direct cause of the following exception):$"
)
_CAUSED = pattern_of(r"^\s*(?:Caused by: |---> |\[cause\]: )")
_PANICKED = "' panicked at "
"""What Rust says before the message, which is on the next line."""
_QUOTES_LINE = ">>> "
"""What Redis puts before the line of its configuration that the next line complains of."""
_VALIDATION = pattern_of(r"validation errors? for \w+$")
"""What Pydantic says before the names and faults of the fields."""
_PORT_NUMBER = pattern_of(r":\d{2,5}\b")
_CONSOLE = pattern_of(r"^(?:warn|fail|crit): \S{1,200}\[\d+\]$")
_BELOW = ("at ", "File ", "goroutine", "^", "...", "from ")
_NATIVE_FRAME = pattern_of(r"\s*\d+: 0x")
_HEAD = pattern_of(
    r"^(?:Exception in thread|Traceback \(most recent|panic: |Uncaught |Unhandled |thread '.*' panicked|\w*Error: |fatal error: )"
)
_GO_HEAD = pattern_of(r"(?:panic|fatal error): ")
"""What Go says before an empty line and the goroutines."""
_TRACEBACK = "Traceback (most recent"


class Entry(msgspec.Struct, frozen=True, gc=False):
    """A line with its level, or several that belong together.

    `said` is what it says, `text` how it stands there, `at` the number of the line on which it begins.
    """

    rank: int
    said: str
    text: str
    at: int


def entries(lines: Sequence[str]) -> Iterator[Entry]:
    """The lines, each trace as one entry; empty ones left out."""
    position = 0
    while position < len(lines):
        start, line = position, lines[position]
        position += 1
        if not line.strip():
            continue
        trace = [line]
        if _begins_trace(line, lines, position):
            position = _read_trace(trace, lines, position)
        yield _of_trace(trace, start) if len(trace) > 1 else Entry(rank(line), said(line), line.strip(), start)


def _read_trace(trace: list[str], lines: Sequence[str], position: int) -> int:
    """Put the lines that continue a trace to it, those of the exceptions that it is chained to as well."""
    python = _TRACEBACK in trace[0]
    while position < len(lines) and len(trace) < LONGEST_TRACE:
        line = lines[position]
        if _continues(line, trace, python=python):
            trace.append(line)
            position += 1
            continue
        link = _chain(lines, position) if python and _PYTHON_END.match(trace[-1]) else 0
        if not link:
            break
        trace.extend(lines[position : position + link])
        position += link
    return position


def _chain(lines: Sequence[str], position: int) -> int:
    """How many lines from here lead to the next Traceback of a chain; 0 where none follows."""
    ahead = [line.strip() for line in lines[position : position + 4]]
    words = [number for number, line in enumerate(ahead) if line]
    if len(words) < 2 or not _CHAINED.match(ahead[words[0]]) or _TRACEBACK not in ahead[words[1]]:
        return 0
    return words[1] + 1


def _begins_trace(line: str, lines: Sequence[str], following: int) -> bool:
    bare = STAMP.sub("", line)
    if (
        _HEAD.match(bare)
        or line.startswith(_QUOTES_LINE)
        or _CONSOLE.match(line)
        or _VALIDATION.search(bare)
        or bare.endswith(_TRACEBACK + " call last):")
    ):
        return True
    if following >= len(lines) or FRAME.match(line):
        return False
    below = lines[following]
    return bool(FRAME.match(below) or _CAUSED.match(below) or _TRACEBACK in below[:60]) and rank(line) > 0


def _continues(line: str, trace: Sequence[str], *, python: bool) -> bool:
    if line.strip() and ((_PANICKED in trace[0] or trace[0].startswith(_QUOTES_LINE)) and len(trace) == 1):
        return True
    if any(_VALIDATION.search(one) for one in trace[-2:]):
        return bool(line.strip())
    if line.startswith(_TRACEBACK):
        return len(trace) == 1
    if any(one.startswith(_TRACEBACK) for one in trace[:2]) or python:
        return not _PYTHON_END.match(trace[-1]) and (bool(FRAME.match(line)) or not STAMP.match(line))
    if _GO_HEAD.match(trace[0]) and len(trace) < 4 and (not line.strip() or line.startswith("[signal ")):
        return True
    return bool(FRAME.match(line) or _CAUSED.match(line))


def _of_trace(trace: Sequence[str], at: int) -> Entry:
    """What a trace says: its last cause in Java and .NET, the line after the frames in Python, elsewhere its head."""
    causes = [_CAUSED.sub("", line).strip() for line in trace if _CAUSED.match(line)]
    if causes:
        words = _cause([_head_of(trace), *causes], causes[-1])
    elif _PANICKED in trace[0]:
        words = f"panicked: {trace[1].strip()}"
    elif trace[0].startswith(_QUOTES_LINE):
        words = f"{trace[0].removeprefix(_QUOTES_LINE).strip()}: {trace[1].strip()}"
    elif any(_TRACEBACK in line for line in trace[:2]):
        words = _of_python(trace)
    elif _VALIDATION.search(trace[0]):
        words = ": ".join((said(trace[0]), *(line.strip() for line in trace[1:3])))
    elif _CONSOLE.match(trace[0]):
        words = " ".join(part.strip() for part in _prose(trace[1:]))
    else:
        words = said(trace[0])
        if trace[1].startswith((" ", "\t")):
            words = " ".join(part.strip() for part in (words, *_prose(trace[1:])))
    worst = rank(trace[0]) if _CONSOLE.match(trace[0]) else max(ERROR, rank(trace[0]))
    return Entry(WARNING if SHUTDOWN.search(words) else worst, words, "\n".join(trace[:MAX_TRACE]), at)


def _head_of(trace: Sequence[str]) -> str:
    """What is said before the first cause: below the line with the category, in the console of .NET."""
    if not _CONSOLE.match(trace[0]):
        return said(trace[0])
    first = next(number for number, line in enumerate(trace) if _CAUSED.match(line))
    return " ".join(part.strip() for part in _prose(trace[1:first]))


def _of_python(trace: Sequence[str]) -> str:
    """The last exception; of a chain the last one that says what is wrong."""
    ends = [number for number, line in enumerate(trace) if _PYTHON_END.match(line)] or [len(trace) - 1]
    told = [": ".join(line.strip() for line in _message(trace, end)) for end in ends]
    return _cause(told, told[-1]) if len(told) > 1 else told[-1]


def _message(trace: Sequence[str], end: int) -> Iterator[str]:
    """The line of an exception and up to two lines of its message below."""
    yield trace[end]
    for line in trace[end + 1 : end + 3]:
        if not line.strip() or _CHAINED.match(line.strip()):
            return
        yield line


def _cause(told: Sequence[str], last: str) -> str:
    """What is at the bottom: the last of these that says what is wrong; where that is a connection or port, the last that says which."""
    kind = classify(last)
    if kind in {OTHER, EXCEPTION}:
        specific = [one for one in told if classify(one) not in {OTHER, EXCEPTION}]
        last = specific[-1] if specific else last
        kind = classify(last)
    if kind in UNREACHABLE and address_in(last) is None:
        addressed = [one for one in told if address_in(one) is not None]
        whole = next((one for one in reversed(addressed) if classify(one) in UNREACHABLE), None)
        return whole or (f"{addressed[-1]}: {last}" if addressed else last)
    if kind == PORT and not _PORT_NUMBER.search(last):
        return next((one for one in reversed(told) if classify(one) == PORT and _PORT_NUMBER.search(one)), last)
    return last


def _prose(lines: Sequence[str]) -> Iterator[str]:
    """The lines of a message that runs over several, until frames begin."""
    for line in lines[:4]:
        if line.lstrip().startswith(_BELOW) or _NATIVE_FRAME.match(line):
            return
        yield line
