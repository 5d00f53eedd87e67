"""Reads the files of a recording back. What is lost of it, by whatever way it took, is a gap, never an absence."""

from collections.abc import Sequence

import msgspec

from kubedx.kube import (
    ClusterInfo,
    ContainerLog,
    Gap,
    GapReason,
    Kind,
    KubeObject,
    Listed,
    LogKey,
    ManagedFields,
    Origin,
    RawObject,
    Reading,
    Recording,
    Ref,
)
from kubedx.source.dump_documents import Document, read_documents
from kubedx.source.dump_entry import Entry
from kubedx.source.dump_objects import ObjectStore
from kubedx.source.recording_files import NOTHING, AnswerPart, KindPart, LogPart, Manifest

LARGEST_LOG = 8 * 1024 * 1024
"""A recorded log is no longer than `LogLimit`; beyond this, in bytes, the file is not what was written."""

_NOBODY = (ManagedFields(),)
"""What `encode_documents` writes where it knows of keys, and of nobody who wrote them."""


class RecordingFiles:
    """Collects the files that belong to one manifest while a dump is walked; `finish` makes the recording of them."""

    def __init__(self, manifest: Manifest, parts: tuple[str, ...]) -> None:
        self._manifest = manifest
        self._folder = parts[:-1]
        self._logs = {part.file: part for part in manifest.logs if part.file}
        self._texts: dict[LogKey, ContainerLog] = {}

    def take_log(self, entry: Entry) -> bool:
        """Take a file when it is one of the recorded logs, whatever it looks like. Raises Refused and OSError."""
        if entry.parts[: len(self._folder)] != self._folder:
            return False
        part = self._logs.get("/".join(entry.parts[len(self._folder) :]))
        if part is None:
            return False
        self._texts[part.key] = _log(part, entry.read(LARGEST_LOG))
        return True

    def finish(self, store: ObjectStore, problems: Sequence[Gap], origin: Origin) -> Recording:
        """The recording. `problems` are the gaps of files that could not be read."""
        manifest = self._manifest
        kinds = tuple(part.as_kind for part in manifest.kinds)
        objects = {part.as_kind.group_kind: _objects(part.as_kind, store) for part in manifest.kinds}
        lost = {part.as_kind.group_kind: gap for part in manifest.kinds if (gap := _lost(part, len(objects[part.as_kind.group_kind])))}
        reading = Reading(
            cluster=ClusterInfo(origin, manifest.cluster.name, manifest.cluster.version),
            now=manifest.now,
            objects=objects,
            listed=frozenset(listed for part in manifest.kinds for listed in _listed(part) if listed.group_kind not in lost),
            gaps=tuple(sorted({*manifest.gaps, *problems, *lost.values()})),
            confirmed=manifest.confirmed,
        )
        return Recording(
            reading=reading,
            kinds=kinds,
            custom=tuple(part.as_kind for part in manifest.kinds if part.custom),
            namespaces=manifest.scope.namespaces,
            excluded=manifest.scope.excluded,
            logs={part.key: self._answer_of(part) for part in manifest.logs},
            answers={part.ref: _answer(part) for part in manifest.answers},
            redacted=manifest.redacted,
        )

    def _answer_of(self, part: LogPart) -> ContainerLog | Gap | None:
        if not part.file:
            return part.gap
        message = f"log of container {part.container}: its file {part.file} is missing from the recording"
        missing = Gap(part.pod.api_version, part.pod.kind, part.pod.namespace, "get log", GapReason.UNREADABLE, message, part.pod.name)
        return self._texts.get(part.key, missing)


def _log(part: LogPart, data: bytes) -> ContainerLog:
    # It was cleaned before it was written, so its lines are taken as they are.
    lines = data.decode("utf-8", "replace").split("\n")
    if not lines[-1]:
        lines.pop()
    return ContainerLog(part.key, tuple(lines), part.truncated)


def _objects(kind: Kind, store: ObjectStore) -> tuple[KubeObject, ...]:
    return tuple(_as_it_was(found, kind) for found in store.of(kind.group_kind))


def _as_it_was(found: KubeObject, kind: Kind) -> KubeObject:
    if isinstance(found, RawObject):
        # A plural is not written in an object; the manifest has the one that the API server told.
        return msgspec.structs.replace(found, served_as=kind)
    if found.metadata.managed_fields == _NOBODY:
        return msgspec.structs.replace(found, metadata=msgspec.structs.replace(found.metadata, managed_fields=()))
    return found


def _listed(part: KindPart) -> list[Listed]:
    return [Listed(part.as_kind.group_kind, namespace) for namespace in part.listed]


def _lost(part: KindPart, count: int) -> Gap | None:
    if count == part.count:
        return None
    message = f"the recording is damaged: it holds {count} of {part.count} objects of kind {part.kind}"
    return Gap(part.api_version, part.kind, "", "list", GapReason.UNREADABLE, message)


def _answer(part: AnswerPart) -> KubeObject | Gap | None:
    if bytes(part.document) == bytes(NOTHING):
        return part.gap
    store = ObjectStore()
    for document in read_documents(bytes(part.document)):
        if isinstance(document, Document):
            store.add(document.items)
    found = store.get(part.ref.group_kind, part.ref.namespace, part.ref.name)
    return found or _unreadable(part.ref)


def _unreadable(ref: Ref) -> Gap:
    message = "the recording is damaged: it does not hold the object that was read"
    return Gap(ref.api_version, ref.kind, ref.namespace, "get", GapReason.UNREADABLE, message, ref.name)
