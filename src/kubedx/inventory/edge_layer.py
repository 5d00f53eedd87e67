"""Edges that stand in the same objects, and are built together."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

import msgspec

from kubedx.inventory.edges import Edge, EdgeKind
from kubedx.inventory.snapshot import UNTYPED, Snapshot
from kubedx.inventory.table import grouped
from kubedx.kube import GroupKind, KubeObject, Ref, kind_of


class Layer(msgspec.Struct, frozen=True):
    """How some kinds of edges are built, and from which kinds of objects."""

    kinds: frozenset[EdgeKind]
    reads: frozenset[GroupKind]
    build: Callable[[Snapshot], Iterable[Edge]]

    def is_touched(self, group_kinds: Iterable[GroupKind]) -> bool:
        """Whether its edges may differ once objects of these kinds do."""
        return any(each in self.reads or (UNTYPED in self.reads and kind_of(each) is None) for each in group_kinds)


def layer(kinds: Iterable[EdgeKind], reads: Iterable[type[KubeObject]]) -> Callable[[Callable[[Snapshot], Iterable[Edge]]], Layer]:
    """Declare a layer by its function. RawObject among `reads` stands for all kinds without a type."""

    def declare(build: Callable[[Snapshot], Iterable[Edge]]) -> Layer:
        return Layer(frozenset(kinds), frozenset(kind.KIND.group_kind for kind in reads), build)

    return declare


class BuiltLayer:
    """The edges of one layer by their ends; built when first asked for, and shared by every snapshot for which they hold."""

    def __init__(self, of: Layer, snapshot: Snapshot) -> None:
        self.layer = of
        self._snapshot = snapshot

    @cached_property
    def _edges(self) -> tuple[Edge, ...]:
        return tuple(dict.fromkeys(self.layer.build(self._snapshot)))

    @cached_property
    def by_source(self) -> Mapping[Ref, tuple[Edge, ...]]:
        """The edges that leave each ref."""
        return grouped((edge.source, edge) for edge in self._edges)

    @cached_property
    def by_target(self) -> Mapping[Ref, tuple[Edge, ...]]:
        """The edges that enter each ref."""
        return grouped((edge.target, edge) for edge in self._edges)
