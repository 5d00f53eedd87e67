"""`diff`: what has become of the incidents between two diagnoses, or two dumps."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from kubedx import __version__
from kubedx.cli.flags import split
from kubedx.cli.options import severity_of
from kubedx.cli.terminal import complain, terminal_of, write_report
from kubedx.errors import DumpError, UsageError
from kubedx.findings import SCHEMA_VERSION, Coverage, Severity, Side, Summary, Suppressed, compare, side_of
from kubedx.kube import Ref
from kubedx.pipeline import Request, diagnose
from kubedx.report import COMPARISON_FORMATS, Style, render_comparison
from kubedx.source import DumpSource, Scope

STDIN = "-"
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
    if options.output not in COMPARISON_FORMATS:
        raise UsageError(f'--output is one of {", ".join(COMPARISON_FORMATS)}, not "{options.output}"')
    if options.old == options.new == STDIN:
        raise UsageError("both sides cannot be read from standard input; put one of them into a file")
    comparison = compare(*(_side(path, options, level) for path in (options.old, options.new)))
    terminal = terminal_of(sys.stdout, os.environ)
    style = Style(tool_version=__version__, width=terminal.width, colour=terminal.colour, ascii_only=terminal.ascii_only)
    write_report(render_comparison(comparison, options.output, style), terminal.encoding if options.output == "text" else "utf-8")
    if failing is None:
        return 0
    grown = (one for one in comparison.persisting if one.id in comparison.worse)
    if any(one.severity.at_least(failing) for one in (*comparison.appeared, *grown)):
        return FAILED
    return UNSURE if comparison.unclear else 0


def _side(path: str, options: DiffOptions, level: Severity) -> Side:
    """A diagnosis in our JSON as it stands; anything else as a dump, which is diagnosed now."""
    with _opened(path) as stream:
        document = _document(path, stream) if stream is not None else None
        if document is None:
            complain(f"kubedx: diagnosing {path}")
            source = DumpSource((path,), stdin=stream if path == STDIN else None)
            return side_of(path, diagnose(source, Request(scope=Scope(split(options.namespace)), level=level)))
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


@contextmanager
def _opened(path: str) -> Iterator[BinaryIO | None]:
    """The bytes that may be a diagnosis, from their beginning, however often they are read; None for what is no file."""
    if path == STDIN:
        with tempfile.TemporaryFile() as kept:
            shutil.copyfileobj(sys.stdin.buffer, kept)
            kept.seek(0)
            yield cast("BinaryIO", kept)
        return
    file = Path(path)
    try:
        is_file = file.is_file()
        stream = file.open("rb") if is_file else None
    except (OSError, ValueError) as error:
        raise DumpError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from error
    if stream is None:
        yield None
        return
    with stream:
        yield stream


def _document(path: str, stream: BinaryIO) -> _Document | None:
    """The diagnosis in a file; None when it holds none. Raises DumpError for one that is of kubedx and cannot be understood."""
    body = stream.read(LOOKED_AT + 1)
    stream.seek(0)
    if len(body) > LOOKED_AT or not body.lstrip().startswith(b"{") or b'"schemaVersion"' not in body or b'"incidents"' not in body:
        return None
    try:
        document = msgspec.json.decode(body, type=_Document)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DumpError(f"{path} looks like a diagnosis of kubedx and is none that can be read: {error}") from error
    if document.schema_version != SCHEMA_VERSION:
        raise DumpError(f"{path} is a diagnosis of version {document.schema_version}; this kubedx reads version {SCHEMA_VERSION}")
    return document
