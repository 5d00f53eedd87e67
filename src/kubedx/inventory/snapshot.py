"""The data of an inventory with its indexes, shared by every view of it. Indexes are built at first use."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import TypeVar, cast

from kubedx.kube import (
    ContainerLog,
    Event,
    Gap,
    GapReason,
    GroupKind,
    KubeObject,
    LabelSelector,
    Listed,
    LogKey,
    Pod,
    kind_of,
    last_seen,
    selects,
)

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T", bound=KubeObject)

_LONG_AGO = datetime.min.replace(tzinfo=UTC)

Name = tuple[str, str]
"""A namespace (empty for cluster-scoped objects) and a name."""


class Table:
    """The objects of one kind, by namespace and name, with the indexes that only this kind needs."""

    def __init__(self, objects: Iterable[KubeObject]) -> None:
        found = {(obj.metadata.namespace, obj.metadata.name): obj for obj in objects}
        self.by_name: dict[Name, KubeObject] = dict(sorted(found.items()))

    @cached_property
    def all(self) -> tuple[KubeObject, ...]:
        """Every object, by namespace and name."""
        return tuple(self.by_name.values())

    @cached_property
    def by_namespace(self) -> Mapping[str, tuple[KubeObject, ...]]:
        """The objects of each namespace, by name."""
        return grouped((obj.metadata.namespace, obj) for obj in self.all)

    @cached_property
    def by_label(self) -> Mapping[tuple[str, str, str], tuple[KubeObject, ...]]:
        """The objects by namespace, label and value. The empty namespace holds those of all."""
        pairs = ((obj.metadata.namespace, key, value, obj) for obj in self.all for key, value in obj.metadata.labels.items())
        entries = [((place, key, value), obj) for namespace, key, value, obj in pairs for place in dict.fromkeys((namespace, ""))]
        return grouped(entries)

    @cached_property
    def by_owner(self) -> Mapping[str | tuple[str, str, str], tuple[KubeObject, ...]]:
        """The objects by the uid of each owner, and by its namespace, kind and name where no uid is written."""
        owned = ((owner, obj) for obj in self.all for owner in obj.metadata.owner_references)
        return grouped((owner.uid or (obj.metadata.namespace, owner.kind, owner.name), obj) for owner, obj in owned)

    @cached_property
    def pods_by_node(self) -> Mapping[str, tuple[KubeObject, ...]]:
        """Pods by the node they are bound to."""
        return grouped((obj.spec.node_name, obj) for obj in self.all if isinstance(obj, Pod) and obj.spec.node_name)

    @cached_property
    def events(self) -> "EventIndex":
        """Events by the object that they are about."""
        return EventIndex(self.all)


class EventIndex:
    """Events by the object that they are about, each oldest first."""

    def __init__(self, events: Iterable[KubeObject]) -> None:
        ordered = sorted((event for event in events if isinstance(event, Event)), key=_moment)
        about = [(event.involved_object, event) for event in ordered]
        self._by_uid = grouped((ref.uid, event) for ref, event in about if ref.uid)
        self._by_name = grouped(((ref.kind, ref.namespace, ref.name), event) for ref, event in about)

    def about(self, obj: KubeObject) -> tuple[Event, ...]:
        """The events of this very object: by uid where both sides have one, else by kind, namespace and name."""
        uid = obj.metadata.uid
        named = self._by_name.get((obj.kind.kind, obj.metadata.namespace, obj.metadata.name), ())
        if not uid:
            return named
        return tuple(sorted({id(event): event for event in (*self._by_uid.get(uid, ()), *_without_uid(named))}.values(), key=_moment))


NO_TABLE = Table(())


class Snapshot:
    """What was read, and what was answered since."""

    def __init__(  # the parts of a snapshot
        self,
        *,
        tables: dict[GroupKind, Table],
        listed: frozenset[Listed],
        gaps: tuple[Gap, ...],
        confirmed: bool,
        absent: frozenset[tuple[GroupKind, Name]] = frozenset(),
        logs: Mapping[LogKey, ContainerLog | None],
        log_gaps: Mapping[LogKey, str],
    ) -> None:
        self.tables = tables
        self.listed = listed
        self.gaps = gaps
        self.confirmed = confirmed
        self.absent = absent
        self.logs = logs
        self.log_gaps = log_gaps
        self._selected: dict[tuple[GroupKind, str | None, frozenset[tuple[str, str]]], tuple[KubeObject, ...]] = {}

    @cached_property
    def unreadable(self) -> Mapping[GroupKind, tuple[Gap, ...]]:
        """The objects that were there but could not be typed."""
        return grouped((GroupKind(_group(gap.api_version), gap.kind), gap) for gap in self.gaps if gap.reason is GapReason.UNREADABLE)

    @cached_property
    def gaps_by_kind(self) -> Mapping[GroupKind, tuple[Gap, ...]]:
        """The gaps of each kind."""
        return grouped((GroupKind(_group(gap.api_version), gap.kind), gap) for gap in self.gaps)

    @property
    def events(self) -> EventIndex:
        """The events by their object."""
        return self.table(Event.KIND.group_kind).events

    def table(self, group_kind: GroupKind) -> Table:
        """The objects of a kind; an empty table where there are none."""
        return self.tables.get(group_kind, NO_TABLE)

    def objects(self, kind: type[T], namespace: str | None = None) -> tuple[T, ...]:
        """The objects of a kind, in one namespace or (None) in all."""
        table = self.table(kind.KIND.group_kind)
        objects = table.all if namespace is None else table.by_namespace.get(namespace, ())
        return cast("tuple[T, ...]", objects)

    def raw_objects(self, namespace: str | None = None) -> tuple[KubeObject, ...]:
        """The objects of every kind without a type, in one namespace or (None) in all, kind by kind."""
        tables = (table for group_kind, table in sorted(self.tables.items()) if kind_of(group_kind) is None)
        return tuple(obj for table in tables for obj in (table.all if namespace is None else table.by_namespace.get(namespace, ())))

    def select(self, group_kind: GroupKind, namespace: str | None, selector: LabelSelector | None) -> tuple[KubeObject, ...]:
        """The objects that a selector selects: None selects nothing, an empty selector everything."""
        if selector is None:
            return ()
        if selector.match_expressions:
            return self._select(group_kind, namespace, selector)
        # Many rules ask what the same Service selects.
        key = group_kind, namespace, frozenset(selector.match_labels.items())
        if key not in self._selected:
            self._selected[key] = self._select(group_kind, namespace, selector)
        return self._selected[key]

    def _select(self, group_kind: GroupKind, namespace: str | None, selector: LabelSelector) -> tuple[KubeObject, ...]:
        candidates = self._candidates(self.table(group_kind), namespace, selector)
        return tuple(obj for obj in candidates if selects(selector, obj.metadata.labels))

    def _candidates(self, table: Table, namespace: str | None, selector: LabelSelector) -> tuple[KubeObject, ...]:
        """The fewest objects, by the index, among which all that are selected stand."""
        wanted: list[tuple[str, tuple[str, ...]]] = [(key, (value,)) for key, value in selector.match_labels.items()]
        wanted += [(each.key, each.values) for each in selector.match_expressions if each.operator == "In"]
        if not wanted:
            return table.all if namespace is None else table.by_namespace.get(namespace, ())
        choices = [[table.by_label.get((namespace or "", key, value), ()) for value in values] for key, values in wanted]
        fewest = min(choices, key=lambda lists: sum(map(len, lists)))
        objects = {id(obj): obj for found in fewest for obj in found}
        return tuple(sorted(objects.values(), key=lambda obj: (obj.metadata.namespace, obj.metadata.name)))

    def why_unknown(self, group_kind: GroupKind, namespace: str, name: str = "") -> str:
        """Why a kind is not wholly known in a namespace (anywhere, when empty), or one object of it; empty when it is known."""
        kind = kind_of(group_kind)
        place = namespace if kind is None or kind.namespaced else ""
        if Listed(group_kind) not in self.listed and (not place or Listed(group_kind, place) not in self.listed):
            return self._reason(group_kind, place)
        for gap in self.unreadable.get(group_kind, ()):
            if (not place or gap.namespace in {"", place}) and (not name or gap.name in {"", name}):
                return f"{gap.kind} {gap.name or 'of unknown name'} could not be read: {gap.message}"
        return ""

    def _reason(self, group_kind: GroupKind, namespace: str) -> str:
        gaps = self.gaps_by_kind.get(group_kind, ())
        fitting = next((gap for gap in gaps if not namespace or gap.namespace in {"", namespace}), None)
        where = f" in {namespace}" if namespace else ""
        why = f": {fitting.reason}" if fitting else ""
        return f"{group_kind.kind} objects could not be listed{where}{why}"


def grouped(entries: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    """The values of each key, in their order."""
    lists: dict[K, list[V]] = {}
    for key, value in entries:
        lists.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in lists.items()}


def _group(api_version: str) -> str:
    return api_version.rpartition("/")[0]


def _without_uid(events: tuple[Event, ...]) -> Iterable[Event]:
    return (event for event in events if not event.involved_object.uid)


def _moment(event: Event) -> tuple[datetime, str, str]:
    return last_seen(event) or _LONG_AGO, event.metadata.namespace, event.metadata.name
