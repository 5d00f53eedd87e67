"""The stages of an analysis as they go by: drawn on a terminal for what takes long, timed for `--with-stat`."""

import sys
import threading
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from kubedx.findings import Facts, Incident
from kubedx.kube import ContainerLog, Gap, Kind, KubeObject, LogKey, Reading, Ref
from kubedx.pipeline import Explained, Explainer
from kubedx.source import LogLimit, Scope, Source

PATIENCE = 1.0
"""Seconds after which an analysis says what it is doing."""

REDRAWN = 0.2

SLOWEST = 10
"""Rules that `--with-stat` tells of."""


class Stages:
    """Which stage is running, and how long each one took. A context: leaving it clears the line."""

    def __init__(self, *, drawn: bool) -> None:
        self.seconds: dict[str, float] = {}
        self._stage, self._detail = "", ""
        self._since = time.monotonic()
        self._over = threading.Event()
        self._drawer = threading.Thread(target=self._draw, daemon=True) if drawn else None

    def __enter__(self) -> Self:
        if self._drawer:
            self._drawer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.enter("")
        self._over.set()
        if self._drawer:
            self._drawer.join()

    def enter(self, stage: str) -> None:
        """Begin a stage; the one before is over. The empty name is none."""
        now = time.monotonic()
        if self._stage:
            self.seconds[self._stage] = self.seconds.get(self._stage, 0.0) + now - self._since
        self._stage, self._detail, self._since = stage, "", now

    def progress(self, kind: Kind, done: int, total: int) -> None:
        """How far the present stage is (`LiveSource.on_progress`)."""
        self._detail = f" ({done} of {total} kinds, {kind.plural})" if done < total else ""

    def _draw(self) -> None:
        """The line is drawn by a thread of its own, so that it moves while everything else waits."""
        drawn = False
        wait = PATIENCE
        while not self._over.wait(wait):
            wait, drawn = REDRAWN, True
            sys.stderr.write(f"\r\x1b[K{self._stage}{self._detail} …" if self._stage else "\r\x1b[K")
            sys.stderr.flush()
        if drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


class Laps:
    """How long each rule took: called by the runner with a rule's code when it has judged, with the empty one at a start."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def __call__(self, code: str) -> None:
        """A rule has judged."""
        now = time.perf_counter()
        if code:
            self.seconds[code] = self.seconds.get(code, 0.0) + now - self._last
        self._last = now

    def slowest(self) -> list[tuple[str, float]]:
        """The slowest rules with their seconds, the slowest first."""
        return sorted(self.seconds.items(), key=lambda one: (-one[1], one[0]))[:SLOWEST]


class StagedSource:
    """A source that says when it is being read. What follows a reading is judging."""

    def __init__(self, source: Source, stages: Stages) -> None:
        self._source, self._stages = source, stages

    def read(self, kinds: Sequence[Kind], scope: Scope, deadline: float | None = None) -> Reading:
        """As the source."""
        self._stages.enter("reading the cluster")
        reading = self._source.read(kinds, scope, deadline)
        self._stages.enter("judging")
        return reading

    def custom_kinds(self, deadline: float | None = None) -> tuple[Kind, ...]:
        """As the source."""
        self._stages.enter("reading the cluster")
        return self._source.custom_kinds(deadline)

    def log(self, key: LogKey, limit: LogLimit, deadline: float | None = None) -> ContainerLog | Gap | None:
        """As the source."""
        return self._source.log(key, limit, deadline)

    def get(self, kind: Kind, ref: Ref, deadline: float | None = None) -> KubeObject | Gap | None:
        """As the source."""
        return self._source.get(kind, ref, deadline)

    def close(self) -> None:
        """As the source."""
        self._source.close()


class StagedExplainer:
    """An explainer that says when it explains."""

    def __init__(self, explainer: Explainer, stages: Stages) -> None:
        self._explainer, self._stages = explainer, stages

    def explain(self, incidents: tuple[Incident, ...], facts: Facts) -> Explained:
        """As the explainer."""
        self._stages.enter("explaining")
        explained = self._explainer.explain(incidents, facts)
        self._stages.enter("judging")
        return explained
