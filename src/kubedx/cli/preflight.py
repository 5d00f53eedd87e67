"""`preflight`: which incidents manifests would cause, before anybody applies them."""

import os
import sys
import time

from kubedx import __version__
from kubedx.analyzers import LogPolicy
from kubedx.cli.analyze import FAILED, exit_code
from kubedx.cli.cluster_options import ClusterOptions
from kubedx.cli.clusters import open_cluster
from kubedx.cli.options import AnalyzeOptions
from kubedx.cli.outputs import check_places, write_reports
from kubedx.cli.stages import StagedSource, Stages
from kubedx.cli.terminal import is_interactive, terminal_of
from kubedx.errors import UsageError
from kubedx.findings import Diagnosis, Preflight, Severity
from kubedx.pipeline import Applied, Request, diagnose
from kubedx.report import Style
from kubedx.source import definitions_of, read_manifests

DEFAULT_NAMESPACE = "default"
STDIN = "-"


class PreflightOptions(ClusterOptions, frozen=True, kw_only=True):
    """The flags as they were typed, one field a flag."""

    filename: tuple[str, ...] = ()
    namespace: str = DEFAULT_NAMESPACE
    level: str = "warning"
    from_: tuple[str, ...] = ()
    demo: bool = False
    timeout: str = ""
    max_concurrency: str = "4"
    output: tuple[str, ...] = ()
    output_file: str = ""
    no_pager: bool = False
    fail_on: str = "none"
    quiet: bool = False
    config: str = ""
    verbose: bool = False

    def checked(self) -> AnalyzeOptions:
        """The same as options of a scan. Raises UsageError for the first value or combination that has no meaning."""
        given = {name: getattr(self, name) for name in self.__struct_fields__ if name not in {"filename", "namespace"}}
        options = AnalyzeOptions(**given)
        options.check()
        if not self.filename:
            raise UsageError("no manifest is named; give files or folders with -f, or -f - for standard input")
        if STDIN in self.filename and STDIN in self.from_:
            raise UsageError("-f and --from cannot both read standard input; put one of them into a file")
        return options


def preflight(options: PreflightOptions) -> int:
    """Judge the cluster as it would be with these manifests, and print what they would cause. Raises KubedxError."""
    scan = options.checked()
    check_places(scan.outputs)
    manifests = read_manifests(options.filename, options.namespace or DEFAULT_NAMESPACE)
    deadline = None if scan.seconds is None else time.monotonic() + scan.seconds
    stages = Stages(drawn=not options.quiet and is_interactive(sys.stderr))
    with stages:
        source = open_cluster(scan, stages.progress)
        try:
            definitions = definitions_of(source, manifests.manifests, deadline)
            applied = Applied(manifests=manifests.manifests, faults=manifests.faults, definitions=definitions)
            # A program that has not run has no log; what logs say of others is the same before and after.
            request = Request(applied=applied, warnings=manifests.notes, level=scan.shown_level, logs=LogPolicy.NONE, deadline=deadline)
            diagnosis = diagnose(StagedSource(source, stages), request)
        finally:
            source.close()
    _print(scan, diagnosis)
    failing = scan.failing_level
    return FAILED if _is_faulty(diagnosis.preflight, failing) else exit_code(diagnosis, failing)


def _is_faulty(preflight: Preflight | None, failing: Severity | None) -> bool:
    """Whether the manifests themselves fail a pipeline: what is refused does always, what is doubtful as a warning."""
    if preflight is None or failing is None:
        return False
    return bool(preflight.refused) or (bool(preflight.doubts) and Severity.WARNING.at_least(failing))


def _print(options: AnalyzeOptions, diagnosis: Diagnosis) -> None:
    terminal = terminal_of(sys.stdout, os.environ)
    style = Style(tool_version=__version__, width=terminal.width, colour=terminal.colour, ascii_only=terminal.ascii_only)
    write_reports(diagnosis, options.outputs, style, terminal, paged=not options.no_pager, quiet=options.quiet)
