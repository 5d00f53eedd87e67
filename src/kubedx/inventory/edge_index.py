"""Edges by their ends. Each kind of edge is built when it is first asked for."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from kubedx.inventory.edge_sources import SOURCES
from kubedx.inventory.edges import Edge, EdgeKind
from kubedx.inventory.snapshot import Snapshot, grouped
from kubedx.kube import Ref


class _Ends(NamedTuple):
    leaving: Mapping[Ref, tuple[Edge, ...]]
    entering: Mapping[Ref, tuple[Edge, ...]]


class EdgeIndex:
    """The edges of a snapshot. Ends are refs of the kinds' own apiVersions, and may not exist."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._built: dict[EdgeKind, _Ends] = {}

    def leaving(self, ref: Ref, kinds: Collection[EdgeKind]) -> tuple[Edge, ...]:
        """The edges of these kinds whose source is the object."""
        return tuple(edge for kind in kinds for edge in self._of(kind).leaving.get(ref, ()))

    def entering(self, ref: Ref, kinds: Collection[EdgeKind]) -> tuple[Edge, ...]:
        """The edges of these kinds whose target is the object."""
        return tuple(edge for kind in kinds for edge in self._of(kind).entering.get(ref, ()))

    def _of(self, kind: EdgeKind) -> _Ends:
        if kind not in self._built:
            edges = sorted(set(SOURCES[kind](self._snapshot)))
            self._built[kind] = _Ends(grouped((edge.source, edge) for edge in edges), grouped((edge.target, edge) for edge in edges))
        return self._built[kind]
