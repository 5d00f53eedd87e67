"""Judges with expressions in CEL, in a process of its own: one that never ends, or wants all memory, costs its own rule alone.

The CEL library evaluates without giving other threads a turn, so that in our own process nothing could stop it, not even Ctrl-C.
It is run as a file and imports nothing of kubedx. The parent writes a `Work` to standard input; the child answers with a line for
each `Step`, as it goes.
"""

import math
import sys
import time
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import msgspec

MAX_FIRES = 1000
MAX_FAILURES = 20
MAX_TEXT = 500
MAX_MEMORY = 2 * 1024**3
"""Bytes of address space, where the system can limit it."""


class Job(msgspec.Struct, frozen=True):
    """A rule: its expressions, and the names of the lists it judges and sees. Without subjects it is only compiled."""

    when: str
    message: str
    subjects: str = ""
    beside: Mapping[str, str] = {}


class Work(msgspec.Struct, frozen=True):
    """Rules, and the lists of objects that they speak of, each once."""

    jobs: tuple[Job, ...]
    lists: Mapping[str, list[Any]]
    seconds: int = 10
    """Of processor time for each rule, where the system can limit it."""


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """What happened in a job: it began, it fires for the object with this index, it fails on that, or (without one) as a whole."""

    job: int
    begins: bool = False
    index: int = -1
    message: str = ""
    error: str = ""


def steps_of(work: Work) -> Iterator[Step]:
    """Judge, and tell each step."""
    cel = import_module("cel")
    for number, job in enumerate(work.jobs):
        yield Step(number, begins=True)
        _limit_time(work.seconds)
        programs = []
        for field, expression in (("when", job.when), ("message", job.message)):
            try:
                programs.append(cel.compile(expression))
            except ValueError as error:
                yield Step(number, error=f"{field}: {_told(error)}")
                break
        else:
            yield from _judged(number, job, programs, work.lists)


def _judged(number: int, job: Job, programs: list[Any], lists: Mapping[str, list[Any]]) -> Iterator[Step]:
    beside = {name: lists[key] for name, key in job.beside.items()}
    fires = failures = 0
    for index, subject in enumerate(lists[job.subjects] if job.subjects else ()):
        try:
            message = _verdict(programs, {"object": subject, "objects": beside})
        except Exception as error:  # noqa: BLE001  # an expression may fail in any way; it is its author's to mend
            failures += 1
            if failures <= MAX_FAILURES:
                yield Step(number, index=index, error=_told(error))
            continue
        if message is not None and fires < MAX_FIRES:
            fires += 1
            yield Step(number, index=index, message=message)


def _verdict(programs: list[Any], context: dict[str, Any]) -> str | None:
    """The message when the rule fires. Raises what CEL raises, and TypeError for an expression that gives something else."""
    when, message = programs
    fires = when.execute(context)
    if not isinstance(fires, bool):
        raise TypeError(f"`when` gives {type(fires).__name__} and not true or false")
    if not fires:
        return None
    text = message.execute(context)
    if not isinstance(text, str):
        raise TypeError(f"`message` gives {type(text).__name__} and no text")
    return " ".join(text.split())[:MAX_TEXT] or "fires"


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:200]


def main() -> None:
    """The child: read the work, write the steps."""
    _limit_memory()
    work = msgspec.json.decode(sys.stdin.buffer.read(), type=Work)
    for step in steps_of(work):
        sys.stdout.buffer.write(msgspec.json.encode(step) + b"\n")
        sys.stdout.buffer.flush()


def _limit_time(seconds: int) -> None:
    """Let the system end this process when the rule that begins now has used its time."""
    try:
        import resource
    except ImportError:  # Windows, where the parent's clock has to do
        return
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = math.ceil(time.process_time()) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    for limit, most in ((resource.RLIMIT_AS, MAX_MEMORY), (resource.RLIMIT_CORE, 0)):
        try:
            resource.setrlimit(limit, (most, most))
        except (ValueError, OSError):  # less is allowed already
            continue


if __name__ == "__main__":
    main()
