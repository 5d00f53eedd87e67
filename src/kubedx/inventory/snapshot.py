"""The data of an inventory, shared by every view of it."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple, TypeVar, cast

from kubedx.inventory.event_index import EventIndex
from kubedx.inventory.lookup import Absent, Found, Lookup, Unknown
from kubedx.inventory.reasons import of_list, of_object
from kubedx.inventory.table import NO_TABLE, Name, Table, grouped
from kubedx.kube import (
    TYPES,
    ContainerLog,
    Deployment,
    Event,
    Gap,
    GapReason,
    GroupKind,
    Kind,
    KubeObject,
    Listed,
    LogKey,
    Namespace,
    Pod,
    RawObject,
    Ref,
    ReplicaSet,
    group_of,
    kind_of,
)

T = TypeVar("T", bound=KubeObject)

UNTYPED = RawObject.KIND.group_kind
"""Stands for all kinds that have no type."""

_REPLICA_SET = ReplicaSet.KIND
_NO_KIND = GroupKind("", "")
_TYPED = frozenset(known.KIND.group_kind for known in TYPES)


class Answers(NamedTuple):
    """What was asked for after the lists were read: objects that certainly do not exist, and logs (None: there is none)."""

    absent: frozenset[tuple[GroupKind, Name]] = frozenset()
    logs: Mapping[LogKey, ContainerLog | None] = {}
    log_gaps: Mapping[LogKey, str] = {}


class Snapshot:
    """What was read, by kind, and what was answered since. Nothing in it changes but what it remembers having worked out."""

    def __init__(
        self,
        tables: Mapping[GroupKind, Table],
        listed: frozenset[Listed],
        gaps: Iterable[Gap],
        *,
        confirmed: bool,
        answers: Answers = Answers(),  # noqa: B008  # frozen
        events: EventIndex | None = None,
    ) -> None:
        self.tables = tables
        self.listed = listed
        self.gaps = tuple(sorted(set(gaps)))
        self.confirmed = confirmed
        self.answers = answers
        if events is not None:
            self.events = events
        self._reasons: dict[tuple[GroupKind, str], str] = {}
        self._unlisted: dict[tuple[GroupKind, str], str] = {}
        self._by_version: dict[tuple[str, str], tuple[GroupKind, Kind | None]] = {}

    @cached_property
    def events(self) -> EventIndex:
        """The events by their object."""
        return EventIndex(self.table(Event.KIND.group_kind).all)

    @cached_property
    def untyped(self) -> Table:
        """The objects of all kinds that have no type. Objects of two kinds may share a name, so look none up here by its name."""
        return _Joined(table for group_kind, table in sorted(self.tables.items()) if group_kind not in _TYPED)

    @cached_property
    def tables_of_owned(self) -> tuple[Table, ...]:
        """The tables in which any object has an owner."""
        return tuple(table for table in self.tables.values() if table.by_owner_name)

    @cached_property
    def deployments_of_unread(self) -> Mapping[Ref, Deployment]:
        """The Deployments of those ReplicaSets of pods that could not be read: name and hash of a ReplicaSet tell.

        A Deployment calls its ReplicaSets after itself and the hash of their pods (pkg/controller/deployment/sync.go, getNewReplicaSet).
        """
        found: dict[Ref, Deployment] = {}
        pods = self.table(Pod.KIND.group_kind).all if self.why_unknown(_REPLICA_SET.group_kind, "") else ()
        for pod in pods:
            owner, pod_hash = pod.metadata.controller, pod.metadata.labels.get("pod-template-hash")
            if owner is None or not pod_hash or not owner.name.endswith(f"-{pod_hash}") or owner.kind != _REPLICA_SET.kind:
                continue
            ref = self.canonical(Ref(owner.api_version, owner.kind, pod.metadata.namespace, owner.name))
            deployment = self.table(Deployment.KIND.group_kind).by_name.get((ref.namespace, ref.name.removesuffix(f"-{pod_hash}")))
            if isinstance(deployment, Deployment) and isinstance(self.lookup(ref.group_kind, ref.namespace, ref.name), Unknown):
                found[ref] = deployment
        return found

    @cached_property
    def unread_of_deployments(self) -> Mapping[Ref, tuple[Ref, ...]]:
        """`deployments_of_unread`, the other way round."""
        return grouped((deployment.ref, unread) for unread, deployment in self.deployments_of_unread.items())

    @cached_property
    def _kinds(self) -> Mapping[GroupKind, Kind]:
        return {group_kind: table.all[0].kind for group_kind, table in self.tables.items() if table.all}

    @cached_property
    def _gaps(self) -> Mapping[GroupKind, tuple[Gap, ...]]:
        """The gaps that touch each kind. A gap that names no kind stands under the empty kind, and touches all."""
        found: dict[GroupKind, list[Gap]] = {}
        for gap in self.gaps:
            group_kind = GroupKind(group_of(gap.api_version), gap.kind) if gap.kind else _NO_KIND
            found.setdefault(group_kind, []).append(gap)
        return {group_kind: tuple(gaps) for group_kind, gaps in found.items()}

    @cached_property
    def _unreadable(self) -> Mapping[GroupKind, tuple[Gap, ...]]:
        """Those of the gaps that are objects which could not be read."""
        return {kind: unread for kind, gaps in self._gaps.items() if (unread := tuple(gap for gap in gaps if _is_unreadable(gap)))}

    @cached_property
    def _by_object(self) -> Mapping[tuple[GroupKind, str, str], Gap]:
        """The first gap of each object by itself."""
        named = ((kind, gap) for kind, gaps in self._gaps.items() for gap in reversed(gaps) if gap.name)
        return {(kind, gap.namespace, gap.name): gap for kind, gap in named}

    def table(self, group_kind: GroupKind) -> Table:
        """The objects of a kind; an empty table where there are none."""
        return self.untyped if group_kind == UNTYPED else self.tables.get(group_kind, NO_TABLE)

    def objects(self, kind: type[T]) -> tuple[T, ...]:
        """The objects of a kind that has a type, by namespace and name."""
        return cast("tuple[T, ...]", self.table(kind.KIND.group_kind).all)

    def kind(self, group_kind: GroupKind) -> Kind | None:
        """The kind under the version that was read, None where nothing tells it."""
        return kind_of(group_kind) or self._kinds.get(group_kind)

    def _named(self, ref: Ref) -> tuple[GroupKind, Kind | None]:
        """What a ref says about the kind of its object."""
        key = ref.api_version, ref.kind
        known = self._by_version.get(key)
        if known is None:
            group_kind = ref.group_kind
            known = self._by_version[key] = group_kind, self.kind(group_kind)
        return known

    def canonical(self, ref: Ref) -> Ref:
        """The ref under the version that was read, without a namespace where its kind has none."""
        _, kind = self._named(ref)
        if kind is None or (kind.api_version == ref.api_version and (kind.namespaced or not ref.namespace)):
            return ref
        return kind.ref(ref.namespace, ref.name)

    def object(self, ref: Ref) -> KubeObject | None:
        """The object of a ref, None when it is not at hand."""
        group_kind, kind = self._named(ref)
        return self.table(group_kind).by_name.get((ref.namespace if kind is None or kind.namespaced else "", ref.name))

    def lookup(self, group_kind: GroupKind, namespace: str, name: str) -> Lookup[KubeObject]:
        """One object: there, not there, or unknown."""
        kind = self.kind(group_kind)
        place = namespace if kind is None or kind.namespaced else ""
        found = self.table(group_kind).by_name.get((place, name))
        if found is not None:
            return Found(found)
        if (group_kind, (place, name)) in self.answers.absent:
            return Absent(confirmed=True)
        hidden = self._hiding(group_kind, place, name)
        if hidden is not None:
            return Unknown(of_object(hidden))
        reason = self._why_unlisted(group_kind, place)
        return Unknown(self._why_not_asked(group_kind, place, name) or reason) if reason else Absent(confirmed=self.confirmed)

    def why_unknown(self, group_kind: GroupKind, namespace: str) -> str:
        """Why not every object of a kind in a namespace (anywhere, when empty) was read; empty when it was.

        Nobody knows which kinds without a type there are, so they count as known as far as they are at hand.
        """
        if group_kind == UNTYPED:
            return ""
        kind = self.kind(group_kind)
        place = namespace if kind is None or kind.namespaced else ""
        known = self._reasons.get((group_kind, place))
        if known is None:
            known = self._reasons[group_kind, place] = self._why(group_kind, place)
        return known

    def _why(self, group_kind: GroupKind, place: str) -> str:
        reason = self._why_unlisted(group_kind, place)
        hidden = None if reason else self._hiding(group_kind, place, "")
        return of_object(hidden) if hidden else reason

    def _why_unlisted(self, group_kind: GroupKind, place: str) -> str:
        """Why the list of a kind in a namespace (in all, when empty) was not read; empty when it was."""
        known = self._unlisted.get((group_kind, place))
        if known is None:
            known = self._unlisted[group_kind, place] = self._find_why_unlisted(group_kind, place)
        return known

    def _find_why_unlisted(self, group_kind: GroupKind, place: str) -> str:
        if Listed(group_kind) in self.listed or (place and Listed(group_kind, place) in self.listed):
            return ""
        if not place and self._listed_one_by_one(group_kind):
            return ""
        fitting = [gap for gap in self._gaps.get(group_kind, ()) if not gap.name and (not place or gap.namespace in {"", place})]
        return of_list(group_kind, place, max(fitting, key=lambda gap: gap.namespace == place, default=None))

    def _listed_one_by_one(self, group_kind: GroupKind) -> bool:
        """Whether each namespace was listed for itself, and no namespace is unknown."""
        namespaces = Namespace.KIND.group_kind
        kind = self.kind(group_kind)
        if kind is None or not kind.namespaced or self.why_unknown(namespaces, ""):
            return False
        each = [Listed(group_kind, namespace.metadata.name) for namespace in self.table(namespaces).all]
        # A cluster has namespaces: where none was told of, nothing was listed.
        return bool(each) and self.listed.issuperset(each)

    def _hiding(self, group_kind: GroupKind, place: str, name: str) -> Gap | None:
        """An object that was there but could not be read, and that may be the one asked for (any, where no name is given)."""
        for gap in (*self._unreadable.get(group_kind, ()), *self._unreadable.get(_NO_KIND, ())):
            in_place = not place or gap.namespace in {"", place}
            if in_place and (not name or gap.name in {"", name}):
                return gap
        return None

    def _why_not_asked(self, group_kind: GroupKind, place: str, name: str) -> str:
        """Why one object could not be asked for, where somebody did; empty where nobody did."""
        gap = self._by_object.get((group_kind, place, name))
        return of_object(gap) if gap is not None else ""


def _is_unreadable(gap: Gap) -> bool:
    return gap.reason is GapReason.UNREADABLE


class _Joined(Table):
    """Tables one after another."""

    def __init__(self, tables: Iterable[Table]) -> None:
        super().__init__(())
        self.__dict__["all"] = tuple(obj for table in tables for obj in table.all)
