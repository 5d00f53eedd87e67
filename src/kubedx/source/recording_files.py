"""A recording as files: the manifest, lists of objects, and logs. Contract: docs/decisions/007-recordings.md.

    kubedx-recording.json           the manifest; its name sorts before the others, so that it comes first in an archive
    objects/<group>/<plural>.json   the objects of one kind (group `core` for the one without a name), as `kubectl get` prints them
    logs/<namespace>/<pod>/<container>.log, .previous.log

A reader without kubedx finds an ordinary dump in it. What only the manifest tells: the moment, which lists are complete, what
could not be read, and what was answered to each single question.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from kubedx.kube import ContainerLog, Gap, Kind, KubeObject, LogKey, Origin, Recording, Ref, encode_documents, pattern_of

API_VERSION = "recording.kubedx.dev/v1"
API_GROUP = "recording.kubedx.dev/"
MANIFEST = "kubedx-recording.json"

NOTHING = msgspec.Raw(b"null")

_SAFE = pattern_of(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,250}[A-Za-z0-9])?")


class _Part(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """The base of what the manifest consists of."""


class Tool(_Part, frozen=True):
    """What wrote the recording."""

    name: str = "kubedx"
    version: str = ""


class ClusterPart(_Part, frozen=True):
    """The cluster, as `ClusterInfo`."""

    source: Origin = Origin.LIVE
    name: str = ""
    version: str = ""


class ScopePart(_Part, frozen=True):
    """The namespaces that were asked for, as `Scope`."""

    namespaces: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


class KindPart(_Part, frozen=True):
    """A kind that was asked for: where its list is complete (`""` for everywhere), how many objects were read, and their file."""

    api_version: str
    kind: str
    plural: str
    namespaced: bool = False
    custom: bool = False
    listed: tuple[str, ...] = ()
    count: int = 0
    file: str = ""

    @property
    def as_kind(self) -> Kind:
        """The kind itself."""
        return Kind(self.api_version, self.kind, self.plural, self.namespaced)


class LogPart(_Part, frozen=True):
    """A log that was asked for: its file, or the gap that hides it; neither when there certainly is none."""

    pod: Ref
    container: str
    previous: bool = False
    file: str = ""
    truncated: bool = False
    gap: Gap | None = None

    @property
    def key(self) -> LogKey:
        """Which log it is."""
        return LogKey(self.pod, self.container, self.previous)


class AnswerPart(_Part, frozen=True):
    """An object that was asked for: a document that holds it, or the gap that hides it; neither when it certainly does not exist."""

    ref: Ref
    document: msgspec.Raw = NOTHING
    gap: Gap | None = None


class Manifest(_Part, frozen=True):
    """What a recording is of. `kinds` are in the order in which they were asked for."""

    api_version: str
    kind: str
    now: datetime
    tool: Tool = Tool()
    cluster: ClusterPart = ClusterPart()
    confirmed: bool = False
    redacted: bool = False
    scope: ScopePart = ScopePart()
    kinds: tuple[KindPart, ...] = ()
    gaps: tuple[Gap, ...] = ()
    logs: tuple[LogPart, ...] = ()
    answers: tuple[AnswerPart, ...] = ()


def files_of_recording(recording: Recording, *, tool_version: str) -> Iterator[tuple[str, bytes]]:
    """The files, by their paths, the manifest first. The same recording gives the same bytes."""
    kinds = _kind_parts(recording)
    logs = _log_parts(recording)
    reading = recording.reading
    manifest = Manifest(
        api_version=API_VERSION,
        kind="Recording",
        tool=Tool(version=tool_version),
        cluster=ClusterPart(source=reading.cluster.source, name=reading.cluster.name, version=reading.cluster.version),
        now=reading.now,
        confirmed=reading.confirmed,
        redacted=recording.redacted,
        scope=ScopePart(namespaces=recording.namespaces, excluded=recording.excluded),
        kinds=kinds,
        gaps=reading.gaps,
        logs=logs,
        answers=tuple(_answer_part(ref, answer) for ref, answer in recording.answers.items()),
    )
    yield MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"
    for part in kinds:
        if part.file:
            yield part.file, b"".join(encode_documents(part.as_kind, reading.objects[part.as_kind.group_kind]))
    for entry in logs:
        answer = recording.logs[entry.key]
        if entry.file and isinstance(answer, ContainerLog):
            yield entry.file, "".join(f"{line}\n" for line in answer.lines).encode("utf-8", "replace")


def _kind_parts(recording: Recording) -> tuple[KindPart, ...]:
    listed: dict[Any, list[str]] = {}
    for each in recording.reading.listed:
        listed.setdefault(each.group_kind, []).append(each.namespace)
    custom = {kind.group_kind for kind in recording.custom}
    parts = []
    for number, kind in enumerate({kind.group_kind: kind for kind in recording.kinds}.values()):
        count = len(recording.reading.objects.get(kind.group_kind, ()))
        parts.append(
            KindPart(
                api_version=kind.api_version,
                kind=kind.kind,
                plural=kind.plural,
                namespaced=kind.namespaced,
                custom=kind.group_kind in custom,
                listed=tuple(sorted(listed.get(kind.group_kind, ()))),
                count=count,
                file=_path("objects", (kind.group or "core", kind.plural), ".json", number) if count else "",
            )
        )
    return tuple(parts)


def _log_parts(recording: Recording) -> tuple[LogPart, ...]:
    parts = []
    for number, (key, answer) in enumerate(recording.logs.items()):
        is_log = isinstance(answer, ContainerLog)
        place = key.pod.namespace, key.pod.name, key.container
        parts.append(
            LogPart(
                pod=key.pod,
                container=key.container,
                previous=key.previous,
                file=_path("logs", place, ".previous.log" if key.previous else ".log", number) if is_log else "",
                truncated=isinstance(answer, ContainerLog) and answer.truncated,
                gap=answer if isinstance(answer, Gap) else None,
            )
        )
    return tuple(parts)


def _answer_part(ref: Ref, answer: KubeObject | Gap | None) -> AnswerPart:
    if isinstance(answer, Gap):
        return AnswerPart(ref=ref, gap=answer)
    if answer is None:
        return AnswerPart(ref=ref)
    (document,) = encode_documents(answer.kind, [answer])
    return AnswerPart(ref=ref, document=msgspec.Raw(document))


def _path(folder: str, places: tuple[str, ...], extension: str, number: int) -> str:
    """A path that no name of a hostile cluster can lead astray; by number where a name is no plain one."""
    if all(_SAFE.fullmatch(place) for place in places):
        return f"{folder}/{'/'.join(places)}{extension}"
    return f"{folder}/other/{number}{extension}"


def read_manifest(data: bytes) -> Manifest | None:
    """The manifest in a JSON text, None when it is none. Raises ValueError, with a clause, when it is one of another format or broken."""
    if API_GROUP.encode() not in data[:1024]:
        return None
    try:
        head = _HEAD.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if head.kind != "Recording" or not head.api_version.startswith(API_GROUP):
        return None
    if head.api_version != API_VERSION:
        raise ValueError(f"is a recording in the format {head.api_version}, and this kubedx reads {API_VERSION}; take a newer kubedx")
    try:
        return _MANIFEST.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"is damaged: {error}") from error


class _Head(msgspec.Struct, frozen=True, rename="camel"):
    api_version: str = ""
    kind: str = ""


_HEAD = msgspec.json.Decoder(_Head)
_MANIFEST = msgspec.json.Decoder(Manifest)
