"""`analyze --watch`: what is broken now, then each incident that begins or is over, until somebody ends it."""

import gc
import os
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import NoReturn

import msgspec

from kubedx import __version__
from kubedx.cli.clusters import docs_of, open_cluster
from kubedx.cli.options import AnalyzeOptions
from kubedx.cli.stages import Stages
from kubedx.cli.terminal import complain, is_interactive, terminal_of, write_report
from kubedx.errors import ConfigError, UsageError
from kubedx.findings import Diagnosis, Turn, Turns
from kubedx.pipeline import Explainer, Others, Request, Watching
from kubedx.report import Style, render_turn
from kubedx.source import LiveSource, Source, Updates, Watch

STEADY = timedelta(seconds=15)
"""How long an incident must be gone before it is over."""
SETTLE = 1.0
"""Seconds to gather what comes together, such as the pods of a rollout."""
REST = 4.0
"""How many times as long as it judged it rests at least: in a large cluster something changes all the time."""
PATIENCE = 5.0
"""Seconds after which it is looked whether something that is gone has stayed so."""
TICK = 30.0
"""Seconds between two looks at what depends on the time of day."""
LOGS = 300.0
"""Seconds after which logs are read again."""


def check_watch(options: AnalyzeOptions) -> None:
    """Raise UsageError for what has no meaning with --watch."""
    against = {
        "--from": options.from_,
        "--demo": options.demo,
        "--or-demo": options.or_demo,
        "--prompt-only": options.prompt_only,
        "--interactive": options.interactive,
        "--write-baseline": options.write_baseline,
        "--fail-on": options.failing_level,
    }
    given = next((flag for flag, value in against.items() if value), "")
    if given:
        raise UsageError(f"--watch follows a live cluster until you end it, and has no meaning with {given}; leave one out")
    if [(output.format, output.path) for output in options.outputs] not in ([("text", "")], [("json", "")]):
        raise UsageError("--watch prints text, or with -o json a line of JSON for each change; leave other outputs out")


def watch(
    options: AnalyzeOptions,
    request: Request,
    explainer: Explainer,
    others_of: Callable[[Source], Others | None],
    print_first: Callable[[Diagnosis], None],
) -> NoReturn:
    """Watch the cluster that the flags name, for ever. Raises KubedxError, and KeyboardInterrupt when it is ended."""
    stages = Stages(drawn=not options.quiet and is_interactive(sys.stderr))
    with stages:
        source = open_cluster(options, stages.progress)
        if not isinstance(source, LiveSource):
            source.close()
            raise ConfigError("--watch cannot follow what AWS says; leave out --filter EKS")
        if options.with_doc:
            request = msgspec.structs.replace(request, docs=docs_of(source, None))
        stages.enter("reading the cluster")
        watching = Watching(source, request, time.monotonic, others=others_of(source))
    try:
        _Watched(watching, explainer, options, print_first).follow(source.watch(request.scope))
    finally:
        source.close()


class _Watched:
    """A cluster, and what of it was told."""

    def __init__(self, watching: Watching, explainer: Explainer, options: AnalyzeOptions, print_first: Callable[[Diagnosis], None]) -> None:
        self._watching, self._explainer, self._options = watching, explainer, options
        self._print_first = print_first
        self._output = options.outputs[0].format
        self._turns = Turns(STEADY)
        self._troubles: tuple[str, ...] = ()

    def follow(self, stream: Watch) -> NoReturn:
        """Print what is broken, and then what changes. Raises Unauthorized and ConfigError when the credentials no longer do."""
        try:
            self._begin()
            # A scan has no need of the collector; what runs for days has.
            gc.freeze()
            gc.enable()
            ticked = logged = time.monotonic()
            busy = 0.0
            while True:
                updates = stream.updates(PATIENCE, max(SETTLE, REST * busy))
                now = time.monotonic()
                tick, logs_too = now - ticked >= TICK, now - logged >= LOGS
                ticked, logged = now if tick else ticked, now if logs_too else logged
                self._say_troubles(updates)
                if updates.objects or updates.absent or updates.gaps or tick or self._turns.pending:
                    self._watching.take(updates, tick=tick, logs_too=logs_too)
                    self._go_on()
                busy = time.monotonic() - now
        finally:
            stream.close()

    def _begin(self) -> None:
        diagnosis = self._watching.diagnosis()
        turn = self._turns.take(diagnosis) or Turn(at=diagnosis.scanned_at, appeared=(), resolved=(), open=0)
        explained = self._explainer.explain(turn.appeared, self._watching.facts)
        if self._output == "json":
            self._print(msgspec.structs.replace(turn, appeared=explained.incidents))
            return
        told = {"incidents": explained.incidents, "provider": explained.provider, "errors": (*diagnosis.errors, *explained.warnings)}
        self._print_first(msgspec.structs.replace(diagnosis, **told))
        if not self._options.quiet:
            complain("kubedx: watching; Ctrl-C ends it")

    def _go_on(self) -> None:
        turn = self._turns.take(self._watching.diagnosis())
        if turn is None:
            return
        if turn.appeared:
            explained = self._explainer.explain(turn.appeared, self._watching.facts)
            for warning in explained.warnings:
                complain(f"warning: {warning}")
            turn = msgspec.structs.replace(turn, appeared=explained.incidents)
        self._print(turn)

    def _print(self, turn: Turn) -> None:
        terminal = terminal_of(sys.stdout, os.environ)
        style = Style(
            tool_version=__version__,
            width=terminal.width,
            colour=terminal.colour,
            ascii_only=terminal.ascii_only,
            explain=self._options.explain,
        )
        write_report(render_turn(turn, self._output, style), "utf-8" if self._output == "json" else terminal.encoding)
        sys.stdout.flush()

    def _say_troubles(self, updates: Updates) -> None:
        """A stream that is broken is said once, and once that it runs again."""
        if updates.troubles == self._troubles:
            return
        for trouble in updates.troubles:
            if trouble not in self._troubles:
                complain(f"kubedx: changes may be seen late: {trouble}")
        if not updates.troubles:
            complain("kubedx: changes are seen at once again")
        self._troubles = updates.troubles
