"""A source over objects in memory: for tests, for what-if, and for whoever has objects of his own to judge."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from kubedx.kube import (
    ClusterInfo,
    ContainerLog,
    Gap,
    GapReason,
    GroupKind,
    Kind,
    KubeObject,
    LogKey,
    Origin,
    Reading,
    Ref,
    decode_object,
    type_of,
)
from kubedx.source.contract import LogLimit, Scope
from kubedx.source.dump_header import UNTOLD, Header, latest, read_header
from kubedx.source.dump_kinds import read_as
from kubedx.source.extent import EVERYWHERE, Extent, Known, gap_kind, gap_of
from kubedx.source.log_lines import container_log

_IN_MEMORY = ClusterInfo(source=Origin.DUMP, name="memory")


class MemorySource:
    """A cluster that consists of exactly these objects, logs and gaps (`Source`).

    `documents` are objects as parsed JSON or YAML, Lists of them too; what cannot be typed becomes a gap. Every kind
    counts as listed everywhere, unless a gap (verb `list`, no name) says that it or a namespace of it could not be read.
    `logs` are texts by `LogKey` or by `namespace/pod/container`, with `.previous` behind it for the run before; a Gap in
    place of a text is the answer when that log is asked for. `now` is the latest moment the objects tell of, unless
    given. With `confirmed=False` it behaves like a live cluster, where an absence must be confirmed by `get`.
    """

    def __init__(
        self,
        objects: Iterable[KubeObject] = (),
        *,
        documents: Iterable[Mapping[str, Any]] = (),
        logs: Mapping[LogKey | str, str | Gap] | None = None,
        gaps: Iterable[Gap] = (),
        now: datetime | None = None,
        cluster: ClusterInfo = _IN_MEMORY,
        confirmed: bool = True,
    ) -> None:
        held = list(objects)
        all_gaps = list(gaps)
        moments = [_latest_of(found) for found in held]
        for document in _flat(documents):
            moments.append(_latest_of(document))
            decoded = type_document(document)
            if isinstance(decoded, Gap):
                all_gaps.append(decoded)
            else:
                held.append(decoded)
        self._cluster = cluster
        self._confirmed = confirmed
        self._now = now or latest(moments) or UNTOLD
        self._logs = {_log_key(key): text for key, text in (logs or {}).items()}
        self._known = _known(held, tuple(all_gaps))

    def read(self, kinds: Sequence[Kind], scope: Scope, deadline: float | None = None) -> Reading:  # noqa: ARG002  # nothing to wait for
        """The objects of these kinds in this scope."""
        return Reading(
            cluster=self._cluster,
            now=self._now,
            objects=self._known.selected(kinds, scope),
            listed=self._known.listed(kinds, scope),
            gaps=self._known.relevant_gaps(kinds, scope),
            confirmed=self._confirmed,
        )

    def custom_kinds(self, deadline: float | None = None) -> tuple[Kind, ...]:  # noqa: ARG002  # the form of the protocol
        """The kinds without a type of which it holds an object."""
        return tuple(kind for kind in self.kinds if type_of(kind.group_kind) is None)

    def log(self, key: LogKey, limit: LogLimit, deadline: float | None = None) -> ContainerLog | Gap | None:  # noqa: ARG002  # the form of the protocol
        """The end of a log that was given, None for any other."""
        text = self._logs.get(_loose(key))
        if text is None or isinstance(text, Gap):
            return text
        return container_log(key, text.encode("utf-8", "replace"), limit, truncated=False)

    def get(self, kind: Kind, ref: Ref, deadline: float | None = None) -> KubeObject | Gap | None:  # noqa: ARG002  # the form of the protocol
        """One object; the gap that hides it; None when it is not there."""
        wanted = kind.ref(ref.namespace, ref.name)
        for found in self._known.objects.get(kind.group_kind, ()):
            if (found.namespace, found.name) == (wanted.namespace, wanted.name):
                return found
        return gap_of(self._known.gaps, kind.group_kind, wanted.namespace, wanted.name)

    def close(self) -> None:
        """Nothing to give back."""

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of the objects that it holds."""
        return tuple(sorted({objects[0].kind for objects in self._known.objects.values()}))


def type_document(document: Mapping[str, Any]) -> KubeObject | Gap:
    """One parsed object under the type of its kind; a Gap when it cannot be typed."""
    header = _header(document)
    if header is None or not header.kind or not header.api_version:
        return Gap("", "", "", "list", GapReason.UNREADABLE, "an object without apiVersion or kind")
    kind = read_as(header.api_version, header.kind, namespaced=bool(header.namespace))
    if kind is None:
        message = f"{header.kind} of version {header.api_version} is not read"
        return Gap(header.api_version, header.kind, header.namespace, "list", GapReason.UNREADABLE, message, header.name)
    return decode_object(kind, dict(document))


def _flat(documents: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    for document in documents:
        items = document.get("items")
        if isinstance(items, list) and str(document.get("kind", "")).endswith("List"):
            yield from (item for item in items if isinstance(item, Mapping))
        else:
            yield document


def _latest_of(found: KubeObject | Mapping[str, Any]) -> datetime | None:
    header = _header(found)
    return header.latest if header else None


def _header(found: KubeObject | Mapping[str, Any]) -> Header | None:
    """None for what is no object, and for text that no JSON can hold, such as half of a surrogate pair."""
    try:
        return read_header(msgspec.json.encode(found))
    except UnicodeEncodeError:
        return None


def _known(held: Iterable[KubeObject], gaps: tuple[Gap, ...]) -> Known:
    objects: defaultdict[GroupKind, list[KubeObject]] = defaultdict(list)
    for found in held:
        objects[found.kind.group_kind].append(found)
    namespaces = {found.namespace for found in held if found.namespace}
    namespaces |= {found.name for found in objects[GroupKind("", "Namespace")]}
    hidden: defaultdict[GroupKind, set[str]] = defaultdict(set)
    for gap in gaps:
        if gap.verb == "list" and not gap.name:
            hidden[gap_kind(gap)].add(gap.namespace)
    visible = frozenset(namespaces)

    def extent_of(kind: Kind) -> Extent:
        lacking = hidden.get(kind.group_kind)
        if not lacking:
            return EVERYWHERE
        return frozenset() if "" in lacking else visible - lacking

    return Known({key: tuple(found) for key, found in objects.items() if found}, extent_of, visible, gaps)


def _log_key(key: LogKey | str) -> tuple[str, str, str, bool]:
    if isinstance(key, LogKey):
        return _loose(key)
    namespace, pod, container = key.split("/")
    current = container.removesuffix(".previous")
    return namespace, pod, current, current != container


def _loose(key: LogKey) -> tuple[str, str, str, bool]:
    return key.pod.namespace, key.pod.name, key.container, key.previous
