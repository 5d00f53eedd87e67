"""Reads the files of a dump, one after the other, into objects, logs and what may be claimed of them."""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import BinaryIO

import msgspec

from kubedx.errors import DumpError
from kubedx.kube import Gap, GapReason, GroupKind, Node, Pod, group_of
from kubedx.source.dump_documents import Document, begins_as_objects, is_json, may_hold_objects, names_a_kind, read_documents
from kubedx.source.dump_entry import BytesEntry, DumpLimits, Entry, Meter, Problem, Refused, megabytes
from kubedx.source.dump_extent import DumpExtent
from kubedx.source.dump_files import files_of
from kubedx.source.dump_header import UNTOLD, latest
from kubedx.source.dump_layouts import MUST_GATHER, WHOLE_IN_MUST_GATHER, StreamedLog, holds_streamed_logs, place_of, split_logs
from kubedx.source.dump_logs import DumpLogs, is_log_error, may_be_log
from kubedx.source.dump_objects import ObjectStore
from kubedx.source.dump_text import as_utf8, is_binary
from kubedx.source.recording_files import read_manifest
from kubedx.source.recording_reading import RecordingFiles

EXPECTED = (
    "expected are the objects of `kubectl get … -o json` or `-o yaml`, in files, a folder or an archive, "
    "with the logs as <namespace>/<pod>/<container>.log"
)


class Contents(msgspec.Struct):
    """Everything that was read from a dump."""

    store: ObjectStore
    extent: DumpExtent
    logs: DumpLogs
    gaps: tuple[Gap, ...]
    now: datetime
    version: str
    meter: Meter
    recording: RecordingFiles | None = None
    """Set when the dump is a recording, whose manifest tells what the others leave to guessing."""


def read_dump(
    paths: Sequence[str], stdin: BinaryIO | None, limits: DumpLimits, deadline: float | None, *, keep_schemas: bool = False
) -> Contents:
    """Read everything. Raises DumpError when a named path cannot be read, or when no object is found."""
    reader = _Reader(limits, deadline, keep_schemas=keep_schemas)
    try:
        return reader.read(paths, stdin)
    except BaseException:
        reader.meter.close()
        raise


class _Reader:
    def __init__(self, limits: DumpLimits, deadline: float | None, *, keep_schemas: bool) -> None:
        self.meter = Meter(limits)
        self._limits = limits
        self._deadline = deadline
        self._store = ObjectStore(keep_schemas=keep_schemas)
        self._extent = DumpExtent()
        self._logs: list[Entry] = []
        self._problems: list[Problem] = []
        self._latest: datetime | None = None
        self._versions: list[str] = []
        self._objects = 0
        self._size = 0
        self._files = 0
        self._late = False
        self._named: frozenset[str] = frozenset()
        self._recording: RecordingFiles | None = None
        self._is_must_gather = False
        self._stand_alone: set[GroupKind] = set()

    def read(self, paths: Sequence[str], stdin: BinaryIO | None) -> Contents:
        self._named = frozenset(paths)
        for found in files_of(paths, stdin, self.meter):
            if self._is_late():
                break
            if isinstance(found, Problem):
                self._problems.append(found)
            else:
                self._take(found)
        if not self._objects and not self._recording:
            raise DumpError(self._nothing(paths))
        if self._recording:
            self._take_early_logs(self._recording)
        for group_kind in self._stand_alone & WHOLE_IN_MUST_GATHER if self._is_must_gather else ():
            self._extent.add_list(group_kind)
        self._extent.finish(self._store, all_read=not self._problems and not self._late)
        pods = [found for found in self._store.of(Pod.KIND.group_kind) if isinstance(found, Pod)]
        return Contents(
            store=self._store,
            extent=self._extent,
            logs=DumpLogs(self._logs, pods),
            gaps=tuple(self._gaps()),
            now=self._latest or UNTOLD,
            version=self._version(),
            meter=self.meter,
            recording=self._recording,
        )

    def _take(self, entry: Entry) -> None:
        self._files += 1
        try:
            if self._recording and self._recording.take_log(entry):
                return
            head = entry.head()
            lies_as_log = may_be_log(entry.parts)
            if is_binary(head):
                return
            self._is_must_gather |= head.startswith(MUST_GATHER) and entry.parts[-1:] == ("version",)
            text = as_utf8(head)
            is_named = entry.name in self._named
            is_tried = begins_as_objects(text) or ((is_named or not lies_as_log) and may_hold_objects(text))
            taken = is_tried and self._take_objects(entry)
            if lies_as_log and not taken:
                self._keep_log(entry)
        except Refused as refused:
            self._problems.append(Problem(entry.name, str(refused)))
        except OSError as error:
            self._problems.append(Problem(entry.name, f"cannot be read: {error.strerror or error}"))

    def _keep_log(self, entry: Entry) -> None:
        kept = entry.kept(self.meter)
        if kept:
            self._logs.append(kept)
        else:
            message = f"is not kept: the logs in compressed archives take more than {megabytes(self._limits.kept_logs)} MB; unpack it first"
            self._problems.append(Problem(entry.name, message))

    def _take_objects(self, entry: Entry) -> bool:
        """Whether there was an object in it, or should have been."""
        data = as_utf8(entry.read(self._limits.file))
        self._size += len(data)
        if self._size > self._limits.objects:
            raise Refused(f"is not read: together with the files before it, it is larger than {megabytes(self._limits.objects)} MB")
        if not is_json(data) and len(data) > self._limits.yaml:
            raise Refused(f"is YAML of more than {megabytes(self._limits.yaml)} MB; write it as JSON")
        if self._open_recording(data, entry):
            return True
        if holds_streamed_logs(data):
            data, logs = split_logs(data)
            self._keep_streamed(entry, logs)
        any_taken = False
        place = place_of(entry.parts)
        for found in read_documents(data, place.kind if place and place.kindless else None):
            if isinstance(found, Document):
                self._add(found, entry)
                any_taken = True
            elif names_a_kind(data):
                self._problems.append(Problem(entry.name, found.message))
                any_taken = True
            if self._is_late():
                break
        return any_taken

    def _open_recording(self, data: bytes, entry: Entry) -> bool:
        """Whether the file is the manifest of a recording."""
        try:
            manifest = read_manifest(data)
        except ValueError as error:
            raise DumpError(f"cannot read {entry.name}: it {error}") from error
        if manifest is None:
            return False
        if self._recording:
            raise DumpError(f"cannot read {entry.name}: it is a second recording; name one at a time")
        self._recording = RecordingFiles(manifest, entry.parts)
        return True

    def _take_early_logs(self, recording: RecordingFiles) -> None:
        """The logs that came before the manifest, in an archive that somebody packed anew."""
        for entry in self._logs:
            try:
                recording.take_log(entry)
            except (Refused, OSError) as error:
                self._problems.append(Problem(entry.name, f"cannot be read: {error}"))

    def _keep_streamed(self, entry: Entry, logs: Iterable[StreamedLog]) -> None:
        for log in logs:
            if not is_log_error(log.text):
                parts = log.namespace, log.pod, f"{log.container}.log"
                end = log.text[-self._limits.kept_log :]
                if self.meter.keep(len(end)):
                    self._logs.append(BytesEntry(f"{entry.name}: {'/'.join(parts)}", parts, end, cut=len(end) < len(log.text)))

    def _add(self, document: Document, entry: Entry) -> None:
        if document.version:
            self._versions.append(document.version)
            return
        if document.nameless:
            self._problems.append(Problem(entry.name, f"holds items of lists that are no objects ({document.nameless})"))
        self._objects += len(document.items) + (document.empty_of is not None)
        self._latest = latest([self._latest, *(item.header.latest for item in document.items)])
        self._extent.add(document, place_of(entry.parts))
        if not document.is_list and "cluster-scoped-resources" in entry.parts:
            self._stand_alone |= {GroupKind(group_of(item.header.api_version), item.header.kind) for item in document.items}
        self._store.add(document.items)

    def _is_late(self) -> bool:
        self._late = self._late or (self._deadline is not None and time.monotonic() >= self._deadline)
        return self._late

    def _gaps(self) -> Iterable[Gap]:
        for problem in self._problems:
            yield Gap("", "", "", "list", GapReason.UNREADABLE, f"{problem.name} {problem.message}")
        if self._late:
            yield Gap("", "", "", "list", GapReason.TIMEOUT, "the dump was not read to its end in the time that was given")

    def _version(self) -> str:
        if self._versions:
            return self._versions[-1]
        nodes = (found for found in self._store.of(Node.KIND.group_kind) if isinstance(found, Node))
        # A kubelet is never newer than its API server: https://kubernetes.io/releases/version-skew-policy/
        return max((node.status.node_info.kubelet_version for node in nodes), key=_by_number, default="")

    def _nothing(self, paths: Sequence[str]) -> str:
        what = ", ".join("standard input" if path == "-" else path for path in paths) or "the dump"
        if self._late:
            return f"cannot read {what}: the time that was given ended before an object was found"
        if self._problems:
            first = self._problems[0]
            more = f" (and {len(self._problems) - 1} more files that could not be read)" if len(self._problems) > 1 else ""
            return f"cannot read {what}: {first.name} {first.message}{more}"
        files = "1 file" if self._files == 1 else f"{self._files} files"
        logs = f", {len(self._logs)} of which may be logs" if self._logs and self._files > 1 else ""
        return f"no Kubernetes object in {what} ({files}{logs}); {EXPECTED}"


def _by_number(version: str) -> tuple[int, ...]:
    return tuple(
        int(part)
        for part in version.removeprefix("v").split("+")[0].split("-")[0].split(".")
        if part.isascii() and part.isdigit() and len(part) < 9
    )
