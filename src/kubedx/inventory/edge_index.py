"""Where the edges of an object are found. Built a layer at a time, each when an edge of its kinds is first asked for."""

from collections.abc import Callable, Collection, Iterator, Mapping

from kubedx.inventory.edge_layer import BuiltLayer, Layer
from kubedx.inventory.edges import Edge, EdgeKind
from kubedx.inventory.edges_of_calls import called
from kubedx.inventory.edges_of_deployers import deployed
from kubedx.inventory.edges_of_pods import running, used
from kubedx.inventory.edges_of_rules import admitted, scaled
from kubedx.inventory.edges_of_secrets import filled
from kubedx.inventory.edges_of_services import routed, selected
from kubedx.inventory.edges_of_storage import bound
from kubedx.inventory.owners import find_owner, is_node, ref_of_owner
from kubedx.inventory.snapshot import Snapshot
from kubedx.inventory.table import group_kind_of
from kubedx.kube import GroupKind, KubeObject, Ref

LAYERS: tuple[Layer, ...] = (running, used, filled, bound, selected, routed, scaled, admitted, called, deployed)


class EdgeIndex:
    """The edges of a snapshot, by source and by target. What owns what has no layer: the tables know it."""

    def __init__(self, snapshot: Snapshot, built: Collection[BuiltLayer] | None = None) -> None:
        self._snapshot = snapshot
        self._built = built or tuple(BuiltLayer(each, snapshot) for each in LAYERS)

    def following(self, snapshot: Snapshot, touched: frozenset[GroupKind]) -> "EdgeIndex":
        """The edges of a snapshot that differs from this one in the objects of these kinds. Layers that read none of them are shared."""
        built = (BuiltLayer(each.layer, snapshot) if each.layer.is_touched(touched) else each for each in self._built)
        return EdgeIndex(snapshot, tuple(built))

    def leaving(self, ref: Ref, kinds: Collection[EdgeKind]) -> tuple[Edge, ...]:
        """The edges whose source is this ref, of these kinds (of all, when none is named)."""
        return self._found(ref, kinds, self._owned, lambda built: built.by_source)

    def entering(self, ref: Ref, kinds: Collection[EdgeKind]) -> tuple[Edge, ...]:
        """The edges whose target is this ref, of these kinds (of all, when none is named)."""
        return self._found(ref, kinds, self._owners, lambda built: built.by_target)

    def _found(
        self,
        ref: Ref,
        kinds: Collection[EdgeKind],
        owns: Callable[[Ref], Iterator[Edge]],
        side: Callable[[BuiltLayer], Mapping[Ref, tuple[Edge, ...]]],
    ) -> tuple[Edge, ...]:
        # No edge stands in two layers.
        found = [*set(owns(ref))] if not kinds or EdgeKind.OWNS in kinds else []
        for built in self._built:
            if not kinds:
                found.extend(side(built).get(ref, ()))
            elif not built.layer.kinds.isdisjoint(kinds):
                found.extend(edge for edge in side(built).get(ref, ()) if edge.kind in kinds)
        return tuple(sorted(found))

    def _owned(self, ref: Ref) -> Iterator[Edge]:
        """What names this ref among its owners, unless it means another object of that name."""
        snapshot, owner = self._snapshot, self._snapshot.object(ref)
        if owner is not None and is_node(owner.kind.group_kind):
            return
        for table in snapshot.tables_of_owned:
            if owner is not None:
                owned = table.owned_by(owner)
            else:
                owned = (obj for _uid, obj in table.by_owner_name.get((ref.group_kind, ref.namespace, ref.name), ()))
            for obj in owned:
                yield Edge(EdgeKind.OWNS, ref, snapshot.canonical(obj.ref))
        for unread in snapshot.unread_of_deployments.get(ref, ()):
            yield Edge(EdgeKind.OWNS, ref, unread)

    def _owners(self, ref: Ref) -> Iterator[Edge]:
        obj: KubeObject | None = self._snapshot.object(ref)
        if obj is None and ref in self._snapshot.deployments_of_unread:
            yield Edge(EdgeKind.OWNS, self._snapshot.deployments_of_unread[ref].ref, ref)
        for owner in obj.metadata.owner_references if obj is not None else ():
            if obj is None or is_node(group_kind_of(owner)):
                continue
            source = ref_of_owner(owner, obj, self._snapshot)
            if find_owner(owner, obj, self._snapshot) is not None or self._snapshot.object(source) is None:
                yield Edge(EdgeKind.OWNS, source, ref)
