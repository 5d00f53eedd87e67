"""`verify`: whether one incident is resolved, by reading again only what it needs."""

import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import msgspec

from kubedx.cli.cluster_options import ClusterOptions
from kubedx.cli.clusters import open_cluster
from kubedx.cli.options import LONGEST, AnalyzeOptions
from kubedx.cli.remembered import Remembered, remember, remembered
from kubedx.cli.terminal import terminal_of, write_report
from kubedx.errors import ClusterUnreachable, KubedxError, UsageError
from kubedx.findings import Diagnosis, Incident, Severity, Standing, Verification, summary_of
from kubedx.kube import Ref, parse_duration
from kubedx.pipeline import Request, diagnose
from kubedx.report import VERIFICATION_FORMATS, render_verification
from kubedx.source import Scope, Source

EXIT_CODES = {Standing.RESOLVED: 0, Standing.PERSISTS: 3, Standing.AFTERMATH: 3, Standing.UNCLEAR: 4}
SHORTEST_ID = 4
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 15.0
"""Seconds between two looks: twice as long each time."""

STEADY = 10.0
"""Seconds for which an incident stays away before --wait believes it: a container between two crashes looks well."""


class VerifyOptions(ClusterOptions, frozen=True, kw_only=True):
    """The flags as they were typed, one field a flag."""

    id: str = ""
    wait: str = ""
    output: str = "text"
    from_: tuple[str, ...] = ()
    demo: bool = False
    timeout: str = ""
    max_concurrency: str = "4"
    config: str = ""
    verbose: bool = False

    def checked(self) -> AnalyzeOptions:
        """The same as options of a scan. Raises UsageError for the first value or combination that has no meaning."""
        given = {name: getattr(self, name) for name in self.__struct_fields__ if name not in {"id", "wait", "output"}}
        options = AnalyzeOptions(**given)
        options.check()
        if len(self.id) < SHORTEST_ID or not all(letter in "0123456789abcdef" for letter in self.id.lower()):
            raise UsageError(
                f'"{self.id}" is no id of an incident; a report tells it, and its first {SHORTEST_ID} letters or more are enough'
            )
        if self.output not in VERIFICATION_FORMATS:
            raise UsageError(f'--output is one of {", ".join(VERIFICATION_FORMATS)}, not "{self.output}"')
        if self.patience and (self.from_ or self.demo):
            raise UsageError("--wait looks again and again, and a dump stays as it is; leave it out")
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
        waited = _until_resolved(lambda: _look(known, source, scan), options.patience)
    finally:
        source.close()
    verification = _verification(known, waited, is_waiting=bool(options.wait))
    encoding = terminal_of(sys.stdout, environ).encoding if options.output == "text" else "utf-8"
    write_report(render_verification(verification, options.output), encoding)
    return EXIT_CODES[verification.standing]


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
    if present is not None:
        return Look(present)
    after = (one for one in diagnosis.incidents if one.severity is not Severity.INFO and one.root_cause.code in known.chain)
    left = tuple(one.title for one in after if _suffered(one.root_cause.subject, known.sufferers))
    return Look(None, left, _unseen(known.code, diagnosis))


def _suffered(subject: Ref, sufferers: Iterable[Ref]) -> bool:
    """Whether an object is one of those that suffered, or has made one of them: pods have other names by now."""
    made = (subject.namespace, f"{subject.name}-")
    return any(one == subject or (one.namespace == made[0] and one.name.startswith(made[1])) for one in sufferers)


def _unseen(code: str, diagnosis: Diagnosis) -> str:
    skipped = next((one.reason for one in diagnosis.coverage.skipped if one.code == code), "")
    crashed = next((one.error for one in diagnosis.coverage.crashed if one.code == code), "")
    return skipped or crashed


class Waited(NamedTuple):
    """The last look, and how many seconds it took until the incident was first seen gone, or until nobody waited longer."""

    look: Look
    seconds: int


def _until_resolved(look: Callable[[], Look], patience: float) -> Waited:
    """Look until the incident has stayed away for STEADY seconds, or the end of patience; once without any."""
    began = time.monotonic()
    pause, seen = FIRST_PAUSE, look()
    away_since = time.monotonic() if seen.resolved else None
    while patience:
        now = time.monotonic()
        left = began + patience - now
        if left <= 0 or (away_since is not None and now - away_since >= STEADY):
            break
        time.sleep(min(pause, left))
        pause = min(pause * 2, LONGEST_PAUSE if away_since is None else STEADY / 2)
        seen = _looked_again(look)
        away_since = (away_since or time.monotonic()) if seen.resolved else None
    return Waited(seen, int((away_since or time.monotonic()) - began))


def _looked_again(look: Callable[[], Look]) -> Look:
    """A cluster that does not answer for a moment is no reason to stop waiting."""
    try:
        return look()
    except ClusterUnreachable as error:
        return Look(unsure=str(error))


def _deadline(scan: AnalyzeOptions) -> float | None:
    return None if scan.seconds is None else time.monotonic() + scan.seconds


def _verification(known: Remembered, waited: Waited, *, is_waiting: bool) -> Verification:
    look = waited.look
    if look.incident is not None:
        standing = Standing.PERSISTS
    elif look.left:
        standing = Standing.AFTERMATH
    else:
        standing = Standing.UNCLEAR if look.unsure else Standing.RESOLVED
    return Verification(
        id=known.id,
        title=known.title,
        standing=standing,
        seconds=waited.seconds if is_waiting else None,
        incident=summary_of(look.incident) if look.incident is not None else None,
        left=look.left,
        reason=look.unsure if standing is Standing.UNCLEAR else "",
    )
