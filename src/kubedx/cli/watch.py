"""`analyze --watch`: what is broken now, then each incident that begins or is over, until somebody ends it."""

import gc
import os
import sys
import time
from datetime import timedelta

import msgspec

from kubedx.cli.explainer import RunExplainer
from kubedx.cli.options import AnalyzeOptions
from kubedx.cli.stages import Stages
from kubedx.cli.terminal import complain, terminal_of, write_report
from kubedx.errors import UsageError
from kubedx.findings import Diagnosis, Turn, Turns
from kubedx.pipeline import Others, Request, Watching
from kubedx.report import Style, render_turn
from kubedx.source import Scope, Updates, WatchableSource

STEADY = timedelta(seconds=15)
"""How long an incident must be gone before it is over."""
SETTLE = 1.0
"""Seconds to gather what comes together, such as the pods of a rollout."""
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
        "--prompt-only": options.prompt_only,
        "--interactive": options.interactive,
        "--write-baseline": options.write_baseline,
        "--fail-on": options.failing_level,
        "--filter=EKS": "EKS" in {name.upper() for name in options.filter},
    }
    given = next((flag for flag, value in against.items() if value), "")
    if given:
        raise UsageError(f"--watch follows a live cluster until it is ended, and has no meaning with {given}; leave one out")
    if {(output.format, output.path) for output in options.outputs} - {("text", ""), ("json", "")}:
        raise UsageError("--watch prints text, or with -o json a line of JSON for each change; leave other outputs out")


class WatchedCluster:
    """A cluster, and what of it was told."""

    def __init__(
        self, source: WatchableSource, request: Request, scope: Scope, explainer: RunExplainer, others: Others | None, stages: Stages
    ) -> None:
        """Read it and judge it. Raises what `Watching` raises."""
        self._source, self._scope, self._explainer = source, scope, explainer
        stages.enter("reading the cluster")
        self._watching = Watching(source, request, time.monotonic, others=others)
        stages.enter("judging")
        self._turns = Turns(STEADY)
        self._troubles: tuple[str, ...] = ()

    def first(self) -> Diagnosis:
        """The diagnosis that everything else is compared with."""
        diagnosis = self._watching.diagnosis()
        self._turns.take(diagnosis)
        explained = self._explainer.explain(diagnosis.incidents, self._watching.facts)
        return msgspec.structs.replace(
            diagnosis, incidents=explained.incidents, provider=explained.provider, errors=(*diagnosis.errors, *explained.warnings)
        )

    def follow(self, options: AnalyzeOptions, style: Style) -> None:
        """Print what changes, for ever. Raises Unauthorized and ConfigError when the credentials no longer do."""
        # A scan has no need of the collector; what runs for days has.
        gc.freeze()
        gc.enable()
        output = options.outputs[0].format
        stream = self._source.watch(self._scope)
        ticked = logged = time.monotonic()
        try:
            while True:
                updates = stream.updates(PATIENCE, SETTLE)
                now = time.monotonic()
                tick, logs_too = now - ticked >= TICK, now - logged >= LOGS
                ticked, logged = now if tick else ticked, now if logs_too else logged
                self._say_troubles(updates)
                if updates.objects or updates.absent or updates.gaps or tick or self._turns.pending:
                    self._watching.take(updates, tick=tick, logs_too=logs_too)
                    self._print(self._turns.take(self._watching.diagnosis()), output, style)
        finally:
            stream.close()

    def _print(self, turn: Turn | None, output: str, style: Style) -> None:
        if turn is None:
            return
        if turn.appeared:
            explained = self._explainer.explain(turn.appeared, self._watching.facts)
            for warning in explained.warnings:
                complain(f"warning: {warning}")
            turn = msgspec.structs.replace(turn, appeared=explained.incidents)
        terminal = terminal_of(sys.stdout, os.environ)
        write_report(render_turn(turn, output, style), "utf-8" if output == "json" else terminal.encoding)
        sys.stdout.flush()

    def _say_troubles(self, updates: Updates) -> None:
        """A stream that is broken is said once, and once that it runs again."""
        if updates.troubles != self._troubles:
            for trouble in updates.troubles:
                if trouble not in self._troubles:
                    complain(f"kubedx: what changes may be missed for now: {trouble}")
            if not updates.troubles:
                complain("kubedx: every change is seen again")
            self._troubles = updates.troubles
