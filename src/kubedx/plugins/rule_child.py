"""Runs `rule_process` as a child, with a time limit for each rule, and goes on with the next rule after one that was stopped."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from typing import Any, Self

import msgspec

from kubedx.errors import KubedxError
from kubedx.plugins import rule_process
from kubedx.plugins.rule_process import Job, Step, Work

SECONDS = 10
"""Of processor time that one rule may take for all objects together."""
PATIENCE = 6
"""How many times as long it may take by the clock, on a machine that is busy."""
START_SECONDS = 30.0
"""How long the child may take to start, and to read what there is to judge."""

_TIME_USED = -signal.SIGXCPU if hasattr(signal, "SIGXCPU") else None
"""How the system ends a process that has used its processor time; None where it has no such limit."""


class DeclaredRuleError(KubedxError):
    """A file of rules that cannot be used."""


def judged(jobs: Sequence[Job], lists: Mapping[str, list[Any]], seconds: int = SECONDS) -> Iterator[Step]:
    """What each rule says, but that it begins. One that takes too long, or too much memory, fails as a whole.

    Raises DeclaredRuleError when the CEL library is not installed.
    """
    if jobs and find_spec("cel") is None:
        raise DeclaredRuleError("declared rules need a package that is not installed: pip install 'kubedx[rules]'")
    first = 0
    while first < len(jobs):
        current = first
        with _Child(Work(tuple(jobs[first:]), lists, seconds)) as child:
            for step in child.steps():
                current = first + step.job
                if not step.begins:
                    yield msgspec.structs.replace(step, job=current)
            ended = child.why_it_ended()
        if not ended:
            return
        yield Step(current, error=ended)
        first = current + 1


class _Child:
    """The process. It is killed when a rule has had its time, and when nobody listens any more."""

    def __init__(self, work: Work) -> None:
        self._seconds = work.seconds
        self._body = msgspec.json.encode(work)
        self._late = False
        self._timer: threading.Timer | None = None
        self._process = subprocess.Popen(  # noqa: S603  # our own interpreter, with our own words
            [sys.executable, "-P", rule_process.__file__],  # as a file, so that it starts without the rest of kubedx
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._timer:
            self._timer.cancel()
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                stream.close()
        self._process.wait()

    def steps(self) -> Iterator[Step]:
        """What it tells, until it ends or is ended."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            return
        self._give_time(START_SECONDS)
        try:
            stdin.write(self._body)
            stdin.close()
        except BrokenPipeError:
            return
        for line in stdout:
            if not line.endswith(b"\n"):
                return
            step = msgspec.json.decode(line, type=Step)
            if step.begins:
                self._give_time(self._seconds * PATIENCE)
            yield step

    def why_it_ended(self) -> str:
        """Empty when it has done all its work."""
        code = self._process.wait()
        if self._late or code == _TIME_USED:
            return f"stopped after {self._seconds}s; make its loops smaller"
        return f"its process ended with {code}, perhaps for lack of memory; make its lists smaller" if code else ""

    def _give_time(self, seconds: float) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._timer.start()

    def _end(self) -> None:
        self._late = True
        self._process.kill()
