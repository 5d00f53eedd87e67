"""A source that remembers what passes through it, and a source that repeats what was remembered."""

import threading
from collections.abc import Sequence

import msgspec

from kubedx.errors import NamespaceAbsent
from kubedx.kube import (
    ConfigMap,
    ContainerLog,
    Gap,
    GapReason,
    GroupKind,
    Kind,
    KubeObject,
    LogKey,
    Namespace,
    Pod,
    Reading,
    Recording,
    Ref,
)
from kubedx.source.contract import LogLimit, Scope, Source
from kubedx.source.dump_logs import DumpLogs
from kubedx.source.extent import EVERYWHERE, Extent, Known, gap_of


class RecordingSource:
    """Any source, whose answers are remembered (`Source`). What is read of one scope, in one step or in several, is one reading.

    The values of ConfigMaps are left out of it, as a live reading leaves them out; a rule that needs some asks for them.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._lock = threading.Lock()
        self._custom: tuple[Kind, ...] = ()
        self._kinds: tuple[Kind, ...] = ()
        self._scope = Scope()
        self._reading: Reading | None = None
        self._logs: dict[LogKey, ContainerLog | Gap | None] = {}
        self._answers: dict[Ref, KubeObject | Gap | None] = {}

    def read(self, kinds: Sequence[Kind], scope: Scope, deadline: float | None = None) -> Reading:
        """As the source."""
        reading = _without_values(self._source.read(kinds, scope, deadline))
        with self._lock:
            if self._reading is not None and scope == self._scope:
                # What a filter needs is read in several steps.
                kinds, whole = (*self._kinds, *kinds), self._reading.followed_by(reading)
            else:
                whole = reading
            self._kinds, self._scope, self._reading = tuple(dict.fromkeys(kinds)), scope, whole
        return reading

    def custom_kinds(self, deadline: float | None = None) -> tuple[Kind, ...]:
        """As the source."""
        custom = self._source.custom_kinds(deadline)
        with self._lock:
            self._custom = custom
        return custom

    def log(self, key: LogKey, limit: LogLimit, deadline: float | None = None) -> ContainerLog | Gap | None:
        """As the source."""
        answer = self._source.log(key, limit, deadline)
        with self._lock:
            self._logs[key] = answer
        return answer

    def get(self, kind: Kind, ref: Ref, deadline: float | None = None) -> KubeObject | Gap | None:
        """As the source."""
        answer = self._source.get(kind, ref, deadline)
        with self._lock:
            self._answers[kind.ref(ref.namespace, ref.name)] = answer
        return answer

    def close(self) -> None:
        """As the source. What was remembered stays."""
        self._source.close()

    def recording(self) -> Recording:
        """What was remembered so far. Raises ValueError before the first reading."""
        with self._lock:
            if self._reading is None:
                raise ValueError("nothing was read yet")
            return Recording(
                reading=self._reading,
                kinds=self._kinds,
                custom=self._custom,
                namespaces=self._scope.namespaces,
                excluded=self._scope.excluded,
                logs=dict(sorted(self._logs.items())),
                answers=dict(sorted(self._answers.items())),
            )


class RecordedSource:
    """The cluster of a recording (`Source`).

    Asked what was asked when it was recorded, it answers the same. Asked for more, it says that the recording does not
    tell: a namespace, a kind, a log or an object that nobody asked for then is a gap (`not-in-dump`), never absent.
    """

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        reading = recording.reading
        self._listed = {listed.group_kind: _extent(reading, listed.group_kind) for listed in reading.listed}
        pods = (found for found in reading.objects.get(Pod.KIND.group_kind, ()) if isinstance(found, Pod))
        self._other_logs = DumpLogs((), pods)
        namespaces = {found.namespace for objects in reading.objects.values() for found in objects if found.namespace}
        namespaces |= {found.name for found in reading.objects.get(Namespace.KIND.group_kind, ())}
        self._known = Known(reading.objects, self._extent_of, frozenset(namespaces), reading.gaps)

    def read(self, kinds: Sequence[Kind], scope: Scope, deadline: float | None = None) -> Reading:  # noqa: ARG002  # nothing to wait for
        """The objects of these kinds in this scope. Raises NamespaceAbsent for a namespace that was not there."""
        recorded = self._recording
        self._check_namespaces(scope)
        same_scope = (scope.namespaces, scope.excluded) == (recorded.namespaces, recorded.excluded)
        wanted = {kind.group_kind for kind in kinds}
        listed = frozenset(each for each in recorded.reading.listed if each.group_kind in wanted)
        gaps = {*self._known.relevant_gaps(kinds, scope), *self._not_recorded(kinds, scope)}
        return Reading(
            cluster=recorded.reading.cluster,
            now=recorded.reading.now,
            objects=self._known.selected(kinds, scope),
            listed=listed if same_scope else self._known.listed(kinds, scope),
            gaps=tuple(sorted(gaps)),
            confirmed=recorded.reading.confirmed,
        )

    def custom_kinds(self, deadline: float | None = None) -> tuple[Kind, ...]:  # noqa: ARG002  # the form of the protocol
        """The kinds without a type that were there."""
        return self._recording.custom

    def log(self, key: LogKey, limit: LogLimit, deadline: float | None = None) -> ContainerLog | Gap | None:  # noqa: ARG002  # the form of the protocol
        """The log as it was answered; a Gap for one that nobody asked for, None where the pod's status says that there was none."""
        if key not in self._recording.logs:
            return self._other_logs.read(key, limit)
        answer = self._recording.logs[key]
        if isinstance(answer, ContainerLog) and len(answer.lines) > limit.lines:
            return ContainerLog(key, answer.lines[-limit.lines :] if limit.lines > 0 else (), truncated=True)
        return answer

    def get(self, kind: Kind, ref: Ref, deadline: float | None = None) -> KubeObject | Gap | None:  # noqa: ARG002  # the form of the protocol
        """The object as it was answered, else as it was listed; a Gap where the recording does not tell."""
        wanted = kind.ref(ref.namespace, ref.name)
        if wanted in self._recording.answers:
            return self._recording.answers[wanted]
        objects = self._recording.reading.objects.get(kind.group_kind, ())
        listed = next((found for found in objects if (found.namespace, found.name) == (wanted.namespace, wanted.name)), None)
        if isinstance(listed, ConfigMap) and listed.data is None:
            return _untold(kind, wanted, "the recording holds the object without its values")
        if listed is not None:
            return listed
        if gap := gap_of(self._recording.reading.gaps, kind.group_kind, wanted.namespace, wanted.name):
            return gap
        extent = self._extent_of(kind)
        if self._recording.reading.confirmed and (extent is None or wanted.namespace in extent):
            return None
        return _untold(kind, wanted, "whether it existed was not asked when the cluster was recorded")

    def close(self) -> None:
        """Nothing to give back."""

    def _extent_of(self, kind: Kind) -> Extent:
        return self._listed.get(kind.group_kind, frozenset())

    def _check_namespaces(self, scope: Scope) -> None:
        if self._extent_of(Namespace.KIND) is not EVERYWHERE:
            return
        there = {found.name for found in self._recording.reading.objects.get(Namespace.KIND.group_kind, ())}
        for name in scope.namespaces:
            if name not in there:
                cluster = self._recording.reading.cluster.name
                raise NamespaceAbsent(f"namespace {name!r} does not exist in the recorded cluster {cluster!r}; check the name")

    def _not_recorded(self, kinds: Sequence[Kind], scope: Scope) -> list[Gap]:
        """What is asked for now and was not when the cluster was recorded."""
        recorded = self._recording
        known = {kind.group_kind for kind in recorded.kinds}
        gaps = [_unread(kind, f"the recording was made without {kind.kind} objects") for kind in kinds if kind.group_kind not in known]
        if recorded.namespaces and not (scope.namespaces and set(scope.namespaces) <= set(recorded.namespaces)):
            gaps.append(_unread(None, f"the recording holds no other namespaces than {', '.join(recorded.namespaces)}"))
        missing = [name for name in recorded.excluded if scope.holds(name)]
        if missing:
            gaps.append(_unread(None, f"the recording was made without the namespaces {', '.join(missing)}"))
        return gaps


def _without_values(reading: Reading) -> Reading:
    group_kind = ConfigMap.KIND.group_kind
    objects = {**reading.objects}
    if group_kind in objects:
        objects[group_kind] = tuple(map(_keys_alone, objects[group_kind]))
    return msgspec.structs.replace(reading, objects=objects)


def _keys_alone(found: KubeObject) -> KubeObject:
    return msgspec.structs.replace(found, data=None) if isinstance(found, ConfigMap) else found


def _extent(reading: Reading, group_kind: GroupKind) -> Extent:
    namespaces = frozenset(listed.namespace for listed in reading.listed if listed.group_kind == group_kind)
    return EVERYWHERE if "" in namespaces else namespaces


def _unread(kind: Kind | None, message: str) -> Gap:
    return Gap(kind.api_version if kind else "", kind.kind if kind else "", "", "list", GapReason.NOT_IN_DUMP, message)


def _untold(kind: Kind, ref: Ref, message: str) -> Gap:
    return Gap(kind.api_version, kind.kind, ref.namespace, "get", GapReason.NOT_IN_DUMP, message, ref.name)
