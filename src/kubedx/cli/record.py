"""`record`: a scan whose reading is written down, so that it can be repeated without the cluster."""

import sys
import time
from collections.abc import Callable
from itertools import zip_longest

import msgspec

from kubedx import __version__
from kubedx.cli.cluster_options import ClusterOptions
from kubedx.cli.clusters import open_cluster
from kubedx.cli.filters import known_filters
from kubedx.cli.flags import split
from kubedx.cli.options import AnalyzeOptions
from kubedx.cli.stages import StagedSource, Stages
from kubedx.cli.terminal import complain, drop_output, is_interactive
from kubedx.errors import DumpError, KubedxError
from kubedx.findings import Diagnosis
from kubedx.kube import ContainerLog, Recording, Ref
from kubedx.pipeline import Request, diagnose
from kubedx.source import RecordedSource, RecordingSource, RecordingTarget, Scope, files_of_recording


class RecordOptions(ClusterOptions, frozen=True, kw_only=True):
    """The flags as they were typed, one field a flag. Those that `analyze` has too mean the same."""

    output: str = ""
    force: bool = False
    redact: bool = False
    namespace: tuple[str, ...] = ()
    all_namespaces: bool = False
    exclude_namespace: tuple[str, ...] = ()
    filter: tuple[str, ...] = ()
    logs: str = "suspects"
    from_: tuple[str, ...] = ()
    demo: bool = False
    or_demo: bool = False
    timeout: str = ""
    max_concurrency: str = "4"
    qps: str = ""
    quiet: bool = False
    config: str = ""
    verbose: bool = False

    @property
    def reading(self) -> AnalyzeOptions:
        """The flags of an analysis that reads the same."""
        own = {"output", "force", "redact"}
        return AnalyzeOptions(**{name: getattr(self, name) for name in self.__struct_fields__ if name not in own})


def record(options: RecordOptions) -> int:
    """Scan, and write what was read. Nothing is left behind where that fails. Raises KubedxError."""
    reading = options.reading
    reading.check()
    target = RecordingTarget(options.output, force=options.force, stdout=sys.stdout.buffer if sys.stdout else None)
    request = _request(reading)
    for warning in request.warnings:
        complain(f"kubedx: {warning}")
    stages = Stages(drawn=not options.quiet and is_interactive(sys.stderr))
    with stages:
        source = open_cluster(reading, stages.progress)
        try:
            recorder = RecordingSource(StagedSource(source, stages))
            diagnosis = diagnose(recorder, request)
        finally:
            source.close()
        recording = recorder.recording()
        if options.redact:
            stages.enter("masking")
            recording = _redacted(recording, diagnosis, request)
        stages.enter("writing")
        _write(target, recording)
    if not options.quiet:
        complain(_summary(options.output, recording))
    return 0


def _request(options: AnalyzeOptions) -> Request:
    from kubedx.analyzers import filters

    chosen = known_filters(split(options.filter), filters())
    return Request(
        scope=Scope(options.namespaces, options.excluded),
        filters=chosen.known,
        logs=options.log_policy,
        deadline=None if options.seconds is None else time.monotonic() + options.seconds,
        warnings=chosen.warnings,
    )


def _redacted(recording: Recording, diagnosis: Diagnosis, request: Request) -> Recording:
    """The recording with stand-ins for names, after a look whether it still tells the same. Raises DumpError where it does not."""
    from kubedx.redact import redact_recording

    redaction = redact_recording(recording)
    scope = Scope(redaction.recording.namespaces, redaction.recording.excluded)
    again = diagnose(RecordedSource(redaction.recording), msgspec.structs.replace(request, scope=scope, deadline=None))
    told, still = _told(diagnosis, redaction.mask), _told(again, str)
    if told != still:
        first = next((before[0] for before, after in zip_longest(told, still, fillvalue=("one more",)) if before != after), "")
        raise DumpError(
            f"the masked recording would not tell the same incidents ({len(still)} instead of {len(told)}; {first} differs), so "
            "nothing was written; record without --redact, and share that only with whom you trust"
        )
    return redaction.recording


def _told(diagnosis: Diagnosis, mask: Callable[[str], str]) -> list[tuple[str, ...]]:
    """What must be the same of a diagnosis when its names are others: its incidents by rank, and what each is about."""

    def masked(ref: Ref | None) -> tuple[str, str, str]:
        return (ref.kind, mask(ref.namespace), mask(ref.name)) if ref else ("", "", "")

    return [
        (root.code, one.severity, one.confidence, str(len(one.symptoms)), *masked(root.subject), *masked(root.cause))
        for one, root in ((incident, incident.root_cause) for incident in diagnosis.incidents)
    ]


def _write(target: RecordingTarget, recording: Recording) -> None:
    try:
        target.write(files_of_recording(recording, tool_version=__version__), recording.reading.now)
    except KubedxError:
        if target.path == "-":
            drop_output()
        raise


def _summary(output: str, recording: Recording) -> str:
    objects = sum(len(recording.reading.objects.get(kind.group_kind, ())) for kind in recording.kinds)
    logs = sum(isinstance(answer, ContainerLog) for answer in recording.logs.values())
    where = "standard output" if output == "-" else output
    gaps = len(recording.reading.gaps)
    unread = f"; {gaps} {'things' if gaps > 1 else 'thing'} could not be read, and it says so" if gaps else ""
    masked = ", names masked" if recording.redacted else ""
    return f"kubedx: recorded {objects} objects and {logs} logs to {where}{masked}{unread}"
