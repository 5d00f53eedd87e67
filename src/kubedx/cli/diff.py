"""`diff`: what has become of the incidents between two diagnoses, or two dumps."""

import os
import sys
from pathlib import Path

import msgspec

from kubedx import __version__
from kubedx.cli.flags import split
from kubedx.cli.options import severity_of
from kubedx.cli.terminal import complain, terminal_of, write_report
from kubedx.errors import DumpError, UsageError
from kubedx.findings import Coverage, Diagnosis, Severity, Side, Summary, Suppressed, compare
from kubedx.kube import Ref
from kubedx.pipeline import Request, diagnose
from kubedx.report import Style, render_comparison
from kubedx.source import DumpSource, Scope

FAILED = 3
UNSURE = 4
LOOKED_AT = 64 * 1024 * 1024
"""Bytes of a file that is taken for a diagnosis; a dump may be larger."""


class DiffOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The flags as they were typed."""

    old: str
    new: str
    output: str = "text"
    fail_on: str = "none"
    level: str = "warning"
    namespace: tuple[str, ...] = ()
    config: str = ""
    verbose: bool = False


class _RootCause(msgspec.Struct, frozen=True):
    code: str
    subject: Ref
    cause: Ref | None = None


class _Incident(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    severity: Severity
    title: str
    root_cause: _RootCause


class _Document(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """The part of our JSON (design §6) that a comparison reads."""

    schema_version: int
    incidents: tuple[_Incident, ...]
    coverage: Coverage
    suppressions: tuple[Suppressed, ...] = ()


def diff(options: DiffOptions) -> int:
    """Print the comparison. 3 when an incident at or above `--fail-on` is new or worse; 4 when that is unclear. Raises KubedxError."""
    failing = None if options.fail_on == "none" else severity_of("--fail-on", options.fail_on)
    level = severity_of("--level", options.level)
    if options.output not in ("text", "json"):
        raise UsageError(f'--output is text or json, not "{options.output}"')
    comparison = compare(*(_side(path, options, level) for path in (options.old, options.new)))
    terminal = terminal_of(sys.stdout, os.environ)
    style = Style(tool_version=__version__, width=terminal.width, colour=terminal.colour, ascii_only=terminal.ascii_only)
    write_report(render_comparison(comparison, options.output, style), "utf-8" if options.output == "json" else terminal.encoding)
    if failing is None:
        return 0
    grown = (one for one in comparison.persisting if one.id in comparison.worse)
    if any(one.severity.at_least(failing) for one in (*comparison.appeared, *grown)):
        return FAILED
    return UNSURE if comparison.unclear else 0


def _side(path: str, options: DiffOptions, level: Severity) -> Side:
    """A diagnosis in our JSON as it stands; anything else as a dump, which is diagnosed now."""
    document = _document(path)
    if document is None:
        complain(f"kubedx: diagnosing {path}")
        return _diagnosed(path, diagnose(DumpSource((path,)), Request(scope=Scope(split(options.namespace)), level=level)))
    summaries = (
        Summary(
            id=one.id,
            severity=one.severity,
            title=one.title,
            code=one.root_cause.code,
            subject=one.root_cause.subject,
            cause=one.root_cause.cause,
        )
        for one in document.incidents
    )
    return Side(
        name=path, incidents=tuple(summaries), suppressed=frozenset(one.id for one in document.suppressions), coverage=document.coverage
    )


def _diagnosed(path: str, diagnosis: Diagnosis) -> Side:
    summaries = (
        Summary(
            id=incident.id,
            severity=incident.severity,
            title=incident.title,
            code=incident.root_cause.code,
            subject=incident.root_cause.subject,
            cause=incident.root_cause.cause,
        )
        for incident in diagnosis.incidents
    )
    return Side(
        name=path, incidents=tuple(summaries), suppressed=frozenset(one.id for one in diagnosis.suppressed), coverage=diagnosis.coverage
    )


def _document(path: str) -> _Document | None:
    """The diagnosis in a file; None when it holds none. Raises DumpError for a file that is one and cannot be understood."""
    file = Path(path)
    if path == "-" or not file.is_file():
        return None
    try:
        with file.open("rb") as stream:
            body = stream.read(LOOKED_AT + 1)
    except OSError as error:
        raise DumpError(f"cannot read {path}: {error.strerror or error}") from error
    if len(body) > LOOKED_AT or not body.lstrip().startswith(b"{") or b'"schemaVersion"' not in body or b'"incidents"' not in body:
        return None
    try:
        return msgspec.json.decode(body, type=_Document)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DumpError(f"{path} looks like a diagnosis of kubedx and is none that can be read: {error}") from error
