"""Baseline files: the incidents that somebody has acknowledged, each with a reason and the last day on which that holds."""

import os
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import msgspec

from kubedx.errors import ConfigError, KubedxError, UsageError
from kubedx.findings import Acknowledgement, Diagnosis, Severity, SuppressedBy
from kubedx.kube import parse_duration

VERSION = 1
MAX_SIZE = 16 * 1024 * 1024
"""Bytes of a baseline file; a larger one is something else."""

USUAL_DAYS = 90
"""Days for which an incident is acknowledged when nobody says how long: long enough to mend it, short enough to remember why."""


class Baseline(msgspec.Struct, frozen=True, kw_only=True):
    """The document of a baseline file."""

    baseline_version: int = msgspec.field(name="baselineVersion", default=VERSION)
    written_at: str = msgspec.field(name="writtenAt", default="")
    acknowledged: tuple[Acknowledgement, ...]


def read_baseline(path: str) -> Mapping[str, Acknowledgement]:
    """The acknowledgements of a file, by incident id. Raises ConfigError when it cannot be read, or says something else."""
    try:
        with Path(path).open("rb") as stream:
            body = stream.read(MAX_SIZE + 1)
    except OSError as error:
        raise ConfigError(f"cannot read the baseline {path}: {error.strerror or error}; write one with --write-baseline {path}") from error
    if len(body) > MAX_SIZE:
        raise ConfigError(f"{path} is no baseline: it is larger than {MAX_SIZE // 1024 // 1024} MiB; write it anew with --write-baseline")
    try:
        baseline = msgspec.json.decode(body, type=Baseline)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{path} is no baseline: {error}; correct it, or write it anew with --write-baseline") from error
    if baseline.baseline_version != VERSION:
        raise ConfigError(f"{path} is a baseline of version {baseline.baseline_version}; this kubedx reads version {VERSION}")
    return {entry.id: entry for entry in baseline.acknowledged}


def last_day(text: str, today: date) -> date:
    """The day that `--expires` names: a date, or a time from now (`30d`, `720h`). Raises UsageError for one in the past."""
    if not text:
        return today + timedelta(days=USUAL_DAYS)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = _after(today, _span(text))
    if day < today:
        raise UsageError(f"--expires {text} is over already; name a day to come")
    return day


def _after(today: date, span: timedelta) -> date:
    """The day that is so long from now; the last one there is, where the calendar ends before."""
    return today + span if span <= date.max - today else date.max


def _span(text: str) -> timedelta:
    days = text.removesuffix("d")
    try:
        return timedelta(days=int(days)) if days.isascii() and days.isdigit() and days != text else parse_duration(text)
    except (ValueError, OverflowError) as error:
        raise UsageError(f'--expires is a date such as 2027-01-31 or a time such as 30d, not "{text}"') from error


def write_baseline(path: str, diagnosis: Diagnosis, known: Mapping[str, Acknowledgement], reason: str, expires: date) -> int:
    """Acknowledge every incident that is reported, keep the `known` acknowledgements that still apply, and give their number.

    What is `known` and no longer found is left out. The file is replaced whole or not at all. Raises KubedxError.
    """
    kept = [known[one.id] for one in diagnosis.suppressed if one.by is SuppressedBy.BASELINE and one.id in known]
    new = [
        Acknowledgement(id=incident.id, severity=incident.severity, title=incident.title, reason=reason, expires=expires)
        for incident in diagnosis.incidents
    ]
    entries = sorted((*kept, *new), key=lambda entry: (list(Severity).index(entry.severity), entry.title, entry.id))
    baseline = Baseline(written_at=diagnosis.scanned_at.isoformat(), acknowledged=tuple(entries))
    _replace(Path(path), msgspec.json.format(msgspec.json.encode(baseline), indent=2) + b"\n")
    return len(entries)


def _replace(path: Path, body: bytes) -> None:
    import tempfile

    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(body)
            Path(temporary).replace(path)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise KubedxError(
            f"the baseline {path} could not be written: {error.strerror or error}; the diagnosis itself is complete"
        ) from error
