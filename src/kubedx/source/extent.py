"""How much of each kind a source at rest (memory, a dump) knows, cut down to what was asked of it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from kubedx.kube import Gap, GroupKind, Kind, KubeObject, Listed
from kubedx.source.contract import Scope

Extent = frozenset[str] | None
"""The namespaces in which every object of a kind is known; None: everywhere, and so it is for cluster-scoped kinds."""

NOWHERE: Extent = frozenset()
EVERYWHERE: Extent = None


class Known(msgspec.Struct, frozen=True):
    """Everything that a source at rest holds."""

    objects: Mapping[GroupKind, Sequence[KubeObject]]
    extent_of: Callable[[Kind], Extent]
    namespaces: frozenset[str]
    gaps: tuple[Gap, ...] = ()

    def selected(self, kinds: Iterable[Kind], scope: Scope) -> dict[GroupKind, tuple[KubeObject, ...]]:
        """The objects of these kinds in this scope."""
        return {
            kind.group_kind: tuple(found for found in self.objects.get(kind.group_kind, ()) if scope.holds(found.namespace))
            for kind in kinds
        }

    def listed(self, kinds: Iterable[Kind], scope: Scope) -> frozenset[Listed]:
        """Which lists of these kinds are complete. Nothing is claimed of a namespace out of scope."""
        return frozenset(
            Listed(kind.group_kind, namespace) for kind in kinds for namespace in self._known_in(kind, self.extent_of(kind), scope)
        )

    def relevant_gaps(self, kinds: Sequence[Kind], scope: Scope) -> tuple[Gap, ...]:
        """The gaps that touch these kinds in this scope. One that names no kind touches all."""
        wanted = {kind.group_kind for kind in kinds}
        return tuple(gap for gap in self.gaps if (not gap.kind or gap_kind(gap) in wanted) and scope.holds(gap.namespace))

    def _known_in(self, kind: Kind, extent: Extent, scope: Scope) -> Iterator[str]:
        if extent is EVERYWHERE and (not kind.namespaced or not (scope.namespaces or scope.excluded)):
            yield ""
        elif kind.namespaced:
            yield from filter(scope.holds, (scope.namespaces or self.namespaces) if extent is EVERYWHERE else extent or ())


def gap_kind(gap: Gap) -> GroupKind:
    """The kind that a gap is of."""
    group, slash, _ = gap.api_version.partition("/")
    return GroupKind(group if slash else "", gap.kind)


def gap_of(gaps: Iterable[Gap], group_kind: GroupKind, namespace: str, name: str) -> Gap | None:
    """The gap that hides one object: of itself, of its namespace, or of its whole kind."""
    for gap in gaps:
        if gap.name not in ("", name) or (gap.kind and gap_kind(gap) != group_kind):
            continue
        if gap.namespace == namespace or (not gap.namespace and not gap.name):
            return gap
    return None
