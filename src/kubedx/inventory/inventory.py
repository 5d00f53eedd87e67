"""The inventory: what rules ask about a cluster. Immutable; `replace` gives a new one."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from kubedx.inventory.edge_index import EdgeIndex
from kubedx.inventory.edges import Edge, EdgeKind
from kubedx.inventory.lookup import Absent, Found, Lookup, Selection, Unknown
from kubedx.inventory.snapshot import Snapshot, Table, grouped
from kubedx.kube import (
    ClusterInfo,
    ContainerLog,
    Event,
    Gap,
    GroupKind,
    Kind,
    KubeObject,
    LabelSelector,
    LogKey,
    Pod,
    RawObject,
    Reading,
    Ref,
    kind_of,
)

T = TypeVar("T", bound=KubeObject)

MAX_OWNERS = 8
"""Owners above an object that are followed; real chains have three, and a cycle has no end."""


class UndeclaredRead(LookupError):  # noqa: N818
    """A rule looked up a kind that it does not declare: a bug of the rule."""


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What to lay over an inventory: the answers to what rules asked, or objects that changed.

    `objects` replace those of the same ref; `absent` certainly do not exist; `logs` were read, `no_logs` certainly
    do not exist; `log_gaps` and `gaps` could not be read.
    """

    objects: tuple[KubeObject, ...] = ()
    absent: tuple[Ref, ...] = ()
    logs: tuple[ContainerLog, ...] = ()
    no_logs: tuple[LogKey, ...] = ()
    log_gaps: tuple[tuple[LogKey, str], ...] = ()
    gaps: tuple[Gap, ...] = ()


class Inventory:
    """The frozen snapshot of a cluster with its indexes, or a rule's view of it."""

    def __init__(self, reading: Reading) -> None:
        self.now: datetime = reading.now
        self.cluster: ClusterInfo = reading.cluster
        self._declared: frozenset[GroupKind] | None = None
        self._snapshot = Snapshot(
            tables={group_kind: Table(objects) for group_kind, objects in reading.objects.items()},
            listed=reading.listed,
            gaps=reading.gaps,
            confirmed=reading.confirmed,
            logs={},
            log_gaps={},
        )
        self._edges = EdgeIndex(self._snapshot)

    def _with(self, **changed: Any) -> "Inventory":
        """A copy that shares everything but what is changed."""
        copy = Inventory.__new__(Inventory)
        copy.__dict__.update(self.__dict__, **{f"_{name}": value for name, value in changed.items()})
        return copy

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Everything that could not be read."""
        return self._snapshot.gaps

    def view(self, kinds: Collection[type[KubeObject]]) -> "Inventory":
        """The same snapshot for a rule that declares these kinds. Looking up another raises `UndeclaredRead`. Events are always allowed."""
        return self._with(declared=frozenset(kind.KIND.group_kind for kind in kinds) | {Event.KIND.group_kind})

    def replace(self, changes: Changes) -> "Inventory":
        """A new inventory with the changes laid over this one. Cheap: what did not change is shared."""
        old = self._snapshot
        gone = {(ref.group_kind, (ref.namespace, ref.name)) for ref in changes.absent}
        tables = dict(old.tables)
        for group_kind, objects in grouped((obj.kind.group_kind, obj) for obj in changes.objects).items():
            tables[group_kind] = Table((*old.table(group_kind).all, *objects))
        for group_kind, names in grouped(gone).items():
            kept = [obj for name, obj in old.table(group_kind).by_name.items() if name not in names]
            if len(kept) < len(old.table(group_kind).all):
                tables[group_kind] = Table(kept)
        snapshot = Snapshot(
            tables=tables,
            listed=old.listed,
            gaps=old.gaps + changes.gaps,
            confirmed=old.confirmed,
            absent=old.absent | gone,
            logs={**old.logs, **{log.key: log for log in changes.logs}, **dict.fromkeys(changes.no_logs)},
            log_gaps={**old.log_gaps, **dict(changes.log_gaps)},
        )
        edges = self._edges if tables == old.tables else EdgeIndex(snapshot)
        return self._with(snapshot=snapshot, edges=edges)

    def known(self, kind: type[KubeObject] | GroupKind, namespace: str = "") -> bool:
        """Whether every object of the kind in that namespace (anywhere, when empty) was read."""
        return not self.why_unknown(kind, namespace)

    def why_unknown(self, kind: type[KubeObject] | GroupKind, namespace: str = "") -> str:
        """Why it is not `known`, in words for a report; empty when it is. Custom resources (RawObject) are known so far as at hand."""
        if kind is RawObject:
            return ""
        return self._snapshot.why_unknown(kind if isinstance(kind, GroupKind) else kind.KIND.group_kind, namespace)

    def counts(self) -> Mapping[Kind, int]:
        """The kinds that were listed, anywhere, and how many objects each has."""
        listed = {one.group_kind for one in self._snapshot.listed}
        kinds = {kind for group_kind in listed if (kind := kind_of(group_kind))}
        return {kind: len(self._snapshot.table(kind.group_kind).all) for kind in sorted(kinds)}

    def get(self, kind: type[T], namespace: str, name: str) -> Lookup[T]:
        """One object by its name. The namespace is ignored for cluster-scoped kinds."""
        return self.find(kind.KIND.ref(namespace, name))  # type: ignore[return-value]  # the table of a kind holds that type

    def find(self, ref: Ref) -> Lookup[KubeObject]:
        """One object by its ref, whatever the version in the ref's apiVersion."""
        group_kind = self._table_of(ref.group_kind)
        kind = kind_of(group_kind)
        name = (ref.namespace if kind is None or kind.namespaced else "", ref.name)
        found = self._snapshot.table(group_kind).by_name.get(name)
        if found is not None:
            return Found(found)
        if (group_kind, name) in self._snapshot.absent:
            return Absent(confirmed=True)
        reason = self._snapshot.why_unknown(group_kind, ref.namespace, ref.name)
        return Unknown(reason) if reason else Absent(confirmed=self._snapshot.confirmed)

    def exists(self, ref: Ref) -> bool | None:
        """Whether an object exists; None when that is not known (`findings.Facts`)."""
        match self.find(ref):
            case Found():
                return True
            case Absent():
                return False
            case _:
                return None

    def list(self, kind: type[T], namespace: str | None = None) -> Selection[T]:
        """The objects of a kind, in one namespace or (None) in all, by namespace and name. RawObject is every kind without a type."""
        if kind is RawObject:
            self._table_of(kind.KIND.group_kind)
            return Selection(self._snapshot.raw_objects(namespace), complete=False)  # type: ignore[arg-type]  # they are RawObjects
        table = self._snapshot.table(self._table_of(kind.KIND.group_kind))
        items = table.all if namespace is None else table.by_namespace.get(namespace, ())
        return self._selection(kind, namespace, items)

    def select(self, kind: type[T], namespace: str | None, selector: LabelSelector | None) -> Selection[T]:
        """The objects that a selector selects: None selects nothing, an empty selector everything."""
        return self._selection(kind, namespace, self._snapshot.select(self._table_of(kind.KIND.group_kind), namespace, selector))

    def select_labels(self, kind: type[T], namespace: str | None, labels: Mapping[str, str]) -> Selection[T]:
        """The objects that have all these labels: the selector of a Service, which selects nothing when it is empty."""
        return self.select(kind, namespace, LabelSelector(match_labels=dict(labels)) if labels else None)

    def owned_by(self, owner: KubeObject, kind: type[T]) -> Selection[T]:
        """The objects of a kind that name this one as an owner."""
        index = self._snapshot.table(self._table_of(kind.KIND.group_kind)).by_owner
        meta = owner.metadata
        items = (*(index.get(meta.uid, ()) if meta.uid else ()), *index.get((meta.namespace, owner.kind.kind, meta.name), ()))
        return self._selection(kind, meta.namespace or None, items)

    def controller(self, obj: KubeObject) -> Lookup[KubeObject] | None:
        """The owner that controls an object; None where it has none."""
        owner = obj.metadata.controller
        if owner is None:
            return None
        return self.find(Ref(owner.api_version, owner.kind, obj.metadata.namespace, owner.name))

    def top_owner(self, obj: KubeObject) -> Ref:
        """The object at the top of the chain of controllers: what a human made. Static pods, which nodes own, are their own."""
        current, ref, seen = obj, obj.ref, {obj.ref}
        for _hop in range(MAX_OWNERS):
            owner = current.metadata.controller
            if owner is None or owner.kind == "Node":
                break
            above = Ref(owner.api_version, owner.kind, ref.namespace, owner.name)
            found = self._snapshot.table(above.group_kind).by_name.get((above.namespace, above.name))
            above = found.ref if found is not None else above
            if above in seen:
                break
            seen.add(above)
            ref = above
            if found is None:
                break
            current = found
        return ref

    def top_owner_of(self, ref: Ref) -> Ref:
        """`top_owner` of the object of that ref; the ref itself where it is not at hand."""
        found = self._snapshot.table(ref.group_kind).by_name.get((ref.namespace, ref.name))
        return self.top_owner(found) if found is not None else ref

    def pods_on(self, node: str) -> Selection[Pod]:
        """The pods that are bound to a node."""
        return self._selection(Pod, None, self._snapshot.table(self._table_of(Pod.KIND.group_kind)).pods_by_node.get(node, ()))

    def events(self, obj: KubeObject, *, reasons: Collection[str] = (), type: str = "") -> tuple[Event, ...]:  # noqa: A002
        """The events of this very object, oldest first, of these reasons (all, when none is named) and this type."""
        about = self._snapshot.events.about(obj)
        return tuple(event for event in about if (not reasons or event.reason in reasons) and type in {"", event.type})

    def all_events(self) -> Selection[Event]:
        """Every event, by namespace and name."""
        return self.list(Event)

    def log(self, pod: Ref, container: str, *, previous: bool = False) -> Lookup[ContainerLog]:
        """The log of a container. Unknown until somebody asked for it; a rule then yields `AskLog`."""
        key = LogKey(pod, container, previous)
        if key in self._snapshot.logs:
            log = self._snapshot.logs[key]
            return Found(log) if log is not None else Absent()
        return Unknown(self._snapshot.log_gaps.get(key, ""))

    def edges_from(self, ref: Ref, *kinds: EdgeKind) -> tuple[Edge, ...]:
        """The edges whose source is this object, of these kinds (of all, when none is named)."""
        return self._edges.leaving(ref, kinds or tuple(EdgeKind))

    def edges_to(self, ref: Ref, *kinds: EdgeKind) -> tuple[Edge, ...]:
        """The edges whose target is this object, which need not exist."""
        return self._edges.entering(ref, kinds or tuple(EdgeKind))

    def _table_of(self, group_kind: GroupKind) -> GroupKind:
        """The kind, if this view may look at it."""
        if self._declared is not None and group_kind not in self._declared:
            raise UndeclaredRead(f"{group_kind.kind} is neither in `on`, `reads` nor `consults`")
        return group_kind

    def _selection(self, kind: type[T], namespace: str | None, items: tuple[KubeObject, ...]) -> Selection[T]:
        complete = not self._snapshot.why_unknown(kind.KIND.group_kind, namespace or "")
        return Selection(items, complete)  # type: ignore[arg-type]  # the table of a kind holds that type
