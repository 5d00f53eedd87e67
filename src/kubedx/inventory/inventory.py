"""The inventory: what rules ask about a cluster. Immutable; `replace` gives a new one."""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from datetime import datetime
from typing import Any, Self, TypeVar, cast

import msgspec

from kubedx.inventory.edge_index import EdgeIndex
from kubedx.inventory.edges import Edge, EdgeKind
from kubedx.inventory.lookup import Absent, Found, Lookup, Selection, Unknown
from kubedx.inventory.owners import is_other, ref_of_owner, top_owner
from kubedx.inventory.snapshot import UNTYPED, Answers, Snapshot
from kubedx.inventory.table import Table, name_of
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
    Reading,
    Ref,
    kind_of,
)

T = TypeVar("T", bound=KubeObject)
V = TypeVar("V")

_EVENTS = Event.KIND.group_kind

ONCE = "once"
"""The name under which what `once` made is kept."""


class UndeclaredRead(LookupError):  # noqa: N818  # named for the state
    """A rule looked up a kind that it does not declare: a bug of the rule."""


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What to lay over an inventory: the answers to what rules asked, or objects that changed.

    `objects` replace those of the same ref; `absent` certainly do not exist; `logs` were read, `no_logs` certainly
    do not exist; `log_gaps` and `gaps` could not be read. Of the pods in `forgotten` no log is known any longer.
    With `now`, time has gone on.
    """

    objects: tuple[KubeObject, ...] = ()
    absent: tuple[Ref, ...] = ()
    logs: tuple[ContainerLog, ...] = ()
    no_logs: tuple[LogKey, ...] = ()
    log_gaps: tuple[tuple[LogKey, str], ...] = ()
    gaps: tuple[Gap, ...] = ()
    forgotten: tuple[Ref, ...] = ()
    now: datetime | None = None


class Inventory:
    """The frozen snapshot of a cluster with its indexes, or a rule's view of it.

    `now` is the API server's clock, or the latest moment that a dump tells of.
    Objects without a type (custom resources) are looked up by `find`; `list`, `select` and `owned_by` take `RawObject`
    for all of them together, which is never complete, and always `known`.
    """

    def __init__(self, reading: Reading) -> None:
        self.now: datetime = reading.now
        self.cluster: ClusterInfo = reading.cluster
        tables = {group_kind: Table(objects) for group_kind, objects in reading.objects.items()}
        self._snapshot = Snapshot(tables, reading.listed, reading.gaps, confirmed=reading.confirmed)
        self._edges = EdgeIndex(self._snapshot)
        self._declared: frozenset[GroupKind] | None = None
        self._made: dict[Hashable, Any] = {}

    def _with(self, **parts: Any) -> Self:
        """A copy that shares every part but these."""
        copy = object.__new__(type(self))
        copy.__dict__.update(self.__dict__, **parts)
        return copy

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Everything that could not be read, sorted."""
        return self._snapshot.gaps

    def once(self, key: Hashable, make: "Callable[[Inventory], V]") -> V:
        """What a pure function makes of this inventory, made at the first call under that key; every view of the inventory shares it."""
        question = ONCE, (key,), ()
        if question not in self._made:
            self._made[question] = make(self)
        return cast("V", self._made[question])

    def view(self, kinds: Collection[type[KubeObject]]) -> Self:
        """The same snapshot for a rule that declares these kinds. Looking up another raises `UndeclaredRead`. Events are always allowed.

        Owners, edges and `exists` tell names only, so they are open to every rule; a controller's kind is not the
        rule's to choose, so `controller` is open too.
        """
        declared = frozenset((*(kind.KIND.group_kind for kind in kinds), _EVENTS))
        return self._with(_declared=declared)

    def replace(self, changes: Changes) -> Self:
        """A new inventory with the changes laid over this one. Cheap: what did not change is shared.

        Where an object is both among the changed and the absent ones, it is there.
        """
        snapshot = _laid_over(self._snapshot, changes)
        touched = frozenset(key for key, table in snapshot.tables.items() if table is not self._snapshot.tables.get(key))
        return self._with(_snapshot=snapshot, _edges=self._edges.following(snapshot, touched), _made={}, now=changes.now or self.now)

    def known(self, kind: type[KubeObject] | GroupKind, namespace: str = "") -> bool:
        """Whether every object of the kind in that namespace (anywhere, when empty) was read."""
        return not self.why_unknown(kind, namespace)

    def why_unknown(self, kind: type[KubeObject] | GroupKind, namespace: str = "") -> str:
        """Why it is not `known`, in words for a report; empty when it is."""
        return self._snapshot.why_unknown(self._allowed(kind), namespace)

    def get(self, kind: type[T], namespace: str, name: str) -> Lookup[T]:
        """One object by its name. The namespace is ignored for cluster-scoped kinds."""
        group_kind = self._allowed(kind)
        if group_kind == UNTYPED:
            raise TypeError("objects without a type are looked up by find()")
        return cast("Lookup[T]", self._snapshot.lookup(group_kind, namespace, name))

    def find(self, ref: Ref) -> Lookup[KubeObject]:
        """One object by its ref, whatever the version in the ref's apiVersion."""
        return self._snapshot.lookup(self._allowed(ref.group_kind), ref.namespace, ref.name)

    def exists(self, ref: Ref) -> bool | None:
        """Whether an object exists; None when that is not known (`findings.Facts`)."""
        match self._snapshot.lookup(ref.group_kind, ref.namespace, ref.name):
            case Found():
                return True
            case Absent():
                return False
            case _:
                return None

    def list(self, kind: type[T], namespace: str | None = None) -> Selection[T]:
        """The objects of a kind, in one namespace or (None) in all, by namespace and name."""
        group_kind = self._allowed(kind)
        table = self._snapshot.table(group_kind)
        everywhere = namespace is None or not kind.KIND.namespaced
        return self._selection(group_kind, namespace, table.all if everywhere else table.by_namespace.get(namespace or "", ()))

    def select(self, kind: type[T], namespace: str | None, selector: LabelSelector | None) -> Selection[T]:
        """The objects of a kind whose labels a selector selects, in one namespace or (None) in all.

        An empty selector selects everything, none (None) selects nothing.
        """
        group_kind = self._allowed(kind)
        place = namespace if kind.KIND.namespaced else None
        return self._selection(group_kind, namespace, self._snapshot.table(group_kind).labels.select(place, selector))

    def select_labels(self, kind: type[T], namespace: str | None, labels: Mapping[str, str]) -> Selection[T]:
        """The objects that bear all these labels, as a Service selects; no labels select nothing."""
        return self.select(kind, namespace, LabelSelector(match_labels=dict(labels)) if labels else None)

    def owned_by(self, owner: KubeObject, kind: type[T]) -> Selection[T]:
        """The objects of a kind that name this owner: by uid, or by kind and name where one of the two has no uid."""
        group_kind = self._allowed(kind)
        owned = {name_of(obj): obj for obj in self._snapshot.table(group_kind).owned_by(owner)}
        return self._selection(group_kind, owner.metadata.namespace, (owned[name] for name in sorted(owned)))

    def controller(self, obj: KubeObject) -> Lookup[KubeObject] | None:
        """The object that controls this one; None when nothing does. A later object of its name is not it: that is Absent."""
        owner = obj.metadata.controller
        if owner is None:
            return None
        ref = ref_of_owner(owner, obj, self._snapshot)
        found = self._snapshot.lookup(ref.group_kind, ref.namespace, ref.name)
        if isinstance(found, Found) and is_other(owner, found.object):
            return Absent(confirmed=self._snapshot.confirmed)
        return found

    def top_owner(self, obj: KubeObject) -> Ref:
        """The object at the end of the chain of controllers, at most eight; the object itself when nothing controls it.

        An owner that is not at hand ends the chain under the name that the ownerReference gives it. A node is no owner:
        a static pod is its own top.
        """
        return top_owner(obj, self._snapshot)

    def top_owner_of(self, ref: Ref) -> Ref:
        """The top owner of the object of a ref; the ref itself when that object is not at hand."""
        obj = self._snapshot.object(ref)
        return self._snapshot.canonical(ref) if obj is None else top_owner(obj, self._snapshot)

    def pods_on(self, node: str) -> Selection[Pod]:
        """The pods that are bound to a node."""
        group_kind = self._allowed(Pod)
        return self._selection(group_kind, None, self._snapshot.table(group_kind).pods_by_node.get(node, ()))

    def events(self, obj: KubeObject, *, reasons: Collection[str] = (), type: str = "") -> tuple[Event, ...]:  # noqa: A002  # the API's word
        """The events of this very object, oldest first: of these reasons and this type (Normal, Warning), of all when none is given."""
        found = self._snapshot.events.about(obj)
        return tuple(event for event in found if (not reasons or event.reason in reasons) and type in {"", event.type})

    def all_events(self) -> Selection[Event]:
        """Every event, by namespace and name."""
        return self.list(Event)

    def counts(self, custom: Iterable[Kind] = ()) -> Mapping[Kind, int]:
        """The kinds, these custom ones among them, that were listed, anywhere, or have objects at hand, and how many each has."""
        listed = {each.group_kind for each in self._snapshot.listed} | {kind for kind, table in self._snapshot.tables.items() if table.all}
        at_hand = {kind for group_kind in listed if (kind := self._snapshot.kind(group_kind)) is not None}
        others = {kind for kind in custom if kind.group_kind in listed - {known.group_kind for known in at_hand}}
        return {kind: len(self._snapshot.table(kind.group_kind).all) for kind in sorted(at_hand | others)}

    def namespaces_of(self, kind: Kind) -> tuple[str, ...]:
        """The namespaces in which a kind was listed; empty when everywhere, as cluster-scoped kinds are, or nowhere."""
        places = {each.namespace for each in self._snapshot.listed if each.group_kind == kind.group_kind}
        return () if "" in places else tuple(sorted(places))

    @property
    def logs(self) -> Collection[LogKey]:
        """The logs that somebody asked for, and that were read, or are certainly not there."""
        return self._snapshot.answers.logs.keys()

    def log(self, pod: Ref, container: str, *, previous: bool = False) -> Lookup[ContainerLog]:
        """The log of a container. Unknown until somebody asked for it; a rule then yields `AskLog`."""
        key, answers = LogKey(pod, container, previous), self._snapshot.answers
        if key in answers.logs:
            log = answers.logs[key]
            return Absent(confirmed=True) if log is None else Found(log)
        return Unknown(answers.log_gaps.get(key, ""))

    def edges_from(self, ref: Ref, *kinds: EdgeKind) -> tuple[Edge, ...]:
        """The edges whose source is this object, of these kinds (of all, when none is named)."""
        return self._edges.leaving(self._snapshot.canonical(ref), kinds)

    def edges_to(self, ref: Ref, *kinds: EdgeKind) -> tuple[Edge, ...]:
        """The edges whose target is this object, which need not exist."""
        return self._edges.entering(self._snapshot.canonical(ref), kinds)

    def _allowed(self, kind: type[KubeObject] | GroupKind) -> GroupKind:
        group_kind = kind if isinstance(kind, GroupKind) else kind.KIND.group_kind
        if self._declared is None or group_kind in self._declared:
            return group_kind
        if UNTYPED in self._declared and kind_of(group_kind) is None:
            return group_kind
        raise UndeclaredRead(f"the rule looks up {group_kind.kind} objects, which are not among the kinds that it declares")

    def _selection(self, group_kind: GroupKind, namespace: str | None, objects: Iterable[KubeObject]) -> Selection[T]:
        items = cast("Iterable[T]", objects)
        complete = group_kind != UNTYPED and not self._snapshot.why_unknown(group_kind, namespace or "")
        return Selection(tuple(items), complete)


def _laid_over(snapshot: Snapshot, changes: Changes) -> Snapshot:
    present = {(obj.kind.group_kind, name_of(obj)): obj for obj in changes.objects}
    refs = [snapshot.canonical(ref) for ref in changes.absent]
    absent = {key for ref in refs if (key := (ref.group_kind, (ref.namespace, ref.name))) not in present}
    tables = dict(snapshot.tables)
    for group_kind in {key[0] for key in present} | {key[0] for key in absent}:
        objects = [obj for (kind, _), obj in present.items() if kind == group_kind]
        gone = [name for kind, name in absent if kind == group_kind and name in snapshot.table(group_kind).by_name]
        if objects or gone:
            tables[group_kind] = snapshot.table(group_kind).laid_over(objects, gone)
    kept, kept_gaps = snapshot.answers.logs, snapshot.answers.log_gaps
    if changes.forgotten:
        forgotten = frozenset(changes.forgotten)
        kept = {key: log for key, log in kept.items() if key.pod not in forgotten}
        kept_gaps = {key: why for key, why in kept_gaps.items() if key.pod not in forgotten}
    logs = {**kept, **dict.fromkeys(changes.no_logs), **{log.key: log for log in changes.logs}}
    return Snapshot(
        tables,
        snapshot.listed,
        (*snapshot.gaps, *changes.gaps),
        confirmed=snapshot.confirmed,
        answers=Answers(
            absent=(snapshot.answers.absent - present.keys()) | absent,
            logs=logs,
            log_gaps={**kept_gaps, **dict(changes.log_gaps)},
        ),
        events=None if tables.get(_EVENTS) is not snapshot.tables.get(_EVENTS) else snapshot.events,
    )
