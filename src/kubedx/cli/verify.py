"""`verify`: whether one incident is resolved, by reading again only what it needs."""

import os
import sys
import time
from collections.abc import Callable, Mapping
from datetime import timedelta

import msgspec

from kubedx.cli.cluster_options import ClusterOptions
from kubedx.cli.clusters import open_cluster
from kubedx.cli.options import LONGEST, AnalyzeOptions
from kubedx.cli.remembered import Remembered, remember, remembered
from kubedx.cli.terminal import complain, terminal_of, write_report
from kubedx.errors import KubedxError, UsageError
from kubedx.findings import Diagnosis, Incident, Severity
from kubedx.kube import format_duration, parse_duration
from kubedx.pipeline import Request, diagnose
from kubedx.source import Scope, Source

PERSISTS = 3
UNSURE = 4
SHORTEST_ID = 4
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 15.0
"""Seconds between two looks: twice as long each time."""


class VerifyOptions(ClusterOptions, frozen=True, kw_only=True):
    """The flags as they were typed, one field a flag."""

    id: str = ""
    wait: str = ""
    from_: tuple[str, ...] = ()
    demo: bool = False
    timeout: str = ""
    max_concurrency: str = "4"
    config: str = ""
    verbose: bool = False

    def checked(self) -> AnalyzeOptions:
        """The same as options of a scan. Raises UsageError for the first value or combination that has no meaning."""
        given = {name: getattr(self, name) for name in self.__struct_fields__ if name not in {"id", "wait"}}
        options = AnalyzeOptions(**given)
        options.check()
        if len(self.id) < SHORTEST_ID or not all(letter in "0123456789abcdef" for letter in self.id.lower()):
            raise UsageError(
                f'"{self.id}" is no id of an incident; a report tells it, and its first {SHORTEST_ID} letters or more are enough'
            )
        _ = self.patience
        return options

    @property
    def patience(self) -> float:
        """How many seconds to wait, none when not asked to."""
        if not self.wait:
            return 0.0
        try:
            seconds = parse_duration(self.wait).total_seconds()
        except ValueError as error:
            raise UsageError(f"--wait: {error}") from error
        if not 0 < seconds <= LONGEST:
            raise UsageError(f"--wait is more than nothing and 24h at most, not {self.wait}")
        return seconds


class Look(msgspec.Struct, frozen=True):
    """What one look at the cluster says: the incident where it persists, what is still left of its symptoms, what was not to be seen."""

    incident: Incident | None = None
    left: tuple[str, ...] = ()
    unsure: str = ""

    @property
    def resolved(self) -> bool:
        """Whether the cause is gone, and with it all that followed."""
        return self.incident is None and not self.left and not self.unsure


def verify(options: VerifyOptions, environ: Mapping[str, str] = os.environ) -> int:
    """Look again at one incident, with --wait until it is resolved: 0 resolved, 3 persists, 4 not to be judged. Raises KubedxError."""
    scan = options.checked()
    source = open_cluster(scan, lambda _kind, _done, _total: None)
    try:
        known = _known(options.id.lower(), source, scan, environ)
        began = time.monotonic()
        look = _until_resolved(lambda: _look(known, source, scan), began, options.patience)
        seconds = int(time.monotonic() - began) if options.wait else 0
    finally:
        source.close()
    _tell(known, look, timedelta(seconds=seconds))
    if look.resolved:
        return 0
    return PERSISTS if look.incident is not None or look.left else UNSURE


def _known(prefix: str, source: Source, scan: AnalyzeOptions, environ: Mapping[str, str]) -> Remembered:
    """The incident that an id means: one of the last reports, or else one that is in the cluster now."""
    found = _chosen(prefix, remembered(environ))
    if found is None:
        diagnosis = diagnose(source, Request(level=Severity.INFO, deadline=_deadline(scan)))
        remember(diagnosis.incidents, environ)
        ids = {incident.id for incident in diagnosis.incidents}
        found = _chosen(prefix, tuple(one for one in remembered(environ) if one.id in ids))
    if found is None:
        raise KubedxError(
            f"no incident has an id that begins with {prefix}, neither in the last reports nor in the cluster; see kubedx analyze"
        )
    return found


def _chosen(prefix: str, candidates: tuple[Remembered, ...]) -> Remembered | None:
    found = [one for one in candidates if one.id.startswith(prefix)]
    if len(found) > 1:
        raise UsageError(f"{prefix} begins the ids of {len(found)} incidents: {', '.join(one.id for one in found[:5])}; give more of it")
    return found[0] if found else None


def _look(known: Remembered, source: Source, scan: AnalyzeOptions) -> Look:
    codes = tuple(dict.fromkeys((known.code, *known.chain)))
    request = Request(codes=codes, scope=Scope(known.namespaces), level=Severity.INFO, deadline=_deadline(scan))
    diagnosis = diagnose(source, request)
    present = next((one for one in diagnosis.incidents if one.id == known.id), None)
    symptoms = [one for one in diagnosis.incidents if one.root_cause.code in known.chain and one.severity is not Severity.INFO]
    return Look(present, () if present else tuple(one.title for one in symptoms), "" if present else _unseen(known.code, diagnosis))


def _unseen(code: str, diagnosis: Diagnosis) -> str:
    skipped = next((one.reason for one in diagnosis.coverage.skipped if one.code == code), "")
    crashed = next((one.error for one in diagnosis.coverage.crashed if one.code == code), "")
    return skipped or crashed


def _until_resolved(look: Callable[[], Look], began: float, patience: float) -> Look:
    """The last look: two in a row that are clean, so that a container between two crashes is not taken for well, or the end of patience."""
    pause, seen = FIRST_PAUSE, look()
    while patience:
        left = began + patience - time.monotonic()
        if left <= 0:
            return seen
        time.sleep(min(pause, left))
        pause = min(pause * 2, LONGEST_PAUSE)
        before, seen = seen, look()
        if before.resolved and seen.resolved:
            return seen
    return seen


def _deadline(scan: AnalyzeOptions) -> float | None:
    return None if scan.seconds is None else time.monotonic() + scan.seconds


def _tell(known: Remembered, look: Look, lasted: timedelta) -> None:
    after = f" after {format_duration(lasted)}" if lasted else ""
    if look.incident is not None:
        sentence = f"persists{after}: {look.incident.title}"
    elif look.left:
        sentence = f"the cause is gone, but not what followed from it{after}: {'; '.join(look.left[:3])}"
    elif look.unsure:
        complain(f"kubedx: whether it is resolved cannot be judged: {look.unsure}")
        return
    else:
        sentence = f"resolved{after}: {known.title}"
    write_report(f"{sentence}\n", terminal_of(sys.stdout, os.environ).encoding)
