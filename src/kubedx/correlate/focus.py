"""One object in focus: what it made, what it depends on, what depends on it, and which incidents it is in."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from kubedx.findings import Focus, Incident, Relation
from kubedx.inventory import EdgeKind, Inventory
from kubedx.kube import Namespace, Ref

MAX_HOPS = 3
MOST_RELATIONS = 200
MOST_OWNED = 10_000

_FOLDED = {"Pod", "ReplicaSet", "Job", "EndpointSlice", "Endpoints"}
"""Kinds that a controller makes by the dozen: told by the object that made them."""


def family_of(ref: Ref, inventory: Inventory) -> frozenset[Ref]:
    """The object, everything that it has made, and the objects that made it."""
    family, frontier = {ref}, [ref]
    while frontier and len(family) < MOST_OWNED:
        made = {edge.target for one in frontier for edge in inventory.edges_from(one, EdgeKind.OWNS)}
        frontier = sorted(made - family)
        family.update(frontier)
    owners = [ref]
    while owners:
        owners = sorted({edge.source for one in owners for edge in inventory.edges_to(one, EdgeKind.OWNS)} - family)
        family.update(owners)
    return frozenset(family)


def is_about(incident: Incident, ref: Ref, family: frozenset[Ref]) -> bool:
    """Whether an incident concerns an object or its family; for a namespace, whether it concerns anything in it."""
    named = _refs_of(incident)
    if ref.group_kind == Namespace.KIND.group_kind:
        return any(one.namespace == ref.name for one in named) or ref in named
    return not family.isdisjoint(named)


def focus_on(ref: Ref, inventory: Inventory, incidents: Sequence[Incident]) -> Focus:
    """The object with its relations. `incidents` are those that are reported."""
    family = family_of(ref, inventory)
    ranks: dict[Ref, list[int]] = {}
    for incident in incidents:
        for one in _refs_of(incident):
            ranks.setdefault(one, []).append(incident.rank)
    return Focus(
        ref=ref,
        owned=sum(1 for _ in _made_by(ref, inventory)),
        depends_on=_relations(family, _providers, inventory, ranks),
        dependents=_relations(family, _users, inventory, ranks),
    )


def _refs_of(incident: Incident) -> set[Ref]:
    root = incident.root_cause
    refs = {root.subject, root.observed, *incident.affected, *(symptom.subject for symptom in incident.symptoms)}
    refs.update(finding.subject for finding in incident.findings)
    refs.update(cause for cause in (root.cause, *(finding.cause for finding in incident.findings)) if cause is not None)
    return refs


def _made_by(ref: Ref, inventory: Inventory) -> Iterable[Ref]:
    """The objects at the ends of the chains of what this one owns: pods, as a rule."""
    made, seen = [edge.target for edge in inventory.edges_from(ref, EdgeKind.OWNS)], {ref}
    while made and len(seen) < MOST_OWNED:
        one = made.pop()
        if one in seen:
            continue
        seen.add(one)
        further = [edge.target for edge in inventory.edges_from(one, EdgeKind.OWNS)]
        made.extend(further)
        if not further:
            yield one


def _providers(ref: Ref, inventory: Inventory) -> Iterable[tuple[EdgeKind, Ref]]:
    """What an object depends on."""
    for edge in inventory.edges_from(ref):
        if edge.kind not in {EdgeKind.OWNS, EdgeKind.ADMITS}:
            yield edge.kind, edge.target
    yield from ((edge.kind, edge.source) for edge in inventory.edges_to(ref, EdgeKind.ADMITS))


def _users(ref: Ref, inventory: Inventory) -> Iterable[tuple[EdgeKind, Ref]]:
    """What depends on an object."""
    for edge in inventory.edges_to(ref):
        if edge.kind not in {EdgeKind.OWNS, EdgeKind.ADMITS}:
            yield edge.kind, edge.source
    yield from ((edge.kind, edge.target) for edge in inventory.edges_from(ref, EdgeKind.ADMITS))


def _relations(
    family: frozenset[Ref],
    step: Callable[[Ref, Inventory], Iterable[tuple[EdgeKind, Ref]]],
    inventory: Inventory,
    ranks: Mapping[Ref, Sequence[int]],
) -> tuple[Relation, ...]:
    seen, frontier = set(family), set(family)
    relations: list[Relation] = []
    for hops in range(1, MAX_HOPS + 1):
        following: dict[Ref, EdgeKind] = {}
        for ref in sorted(frontier):
            for kind, other in step(ref, inventory):
                told = inventory.top_owner_of(other) if other.kind in _FOLDED else other
                if told not in seen:
                    following.setdefault(told, kind)
        relations += [
            Relation(hops=hops, edge=kind.value, ref=ref, exists=inventory.exists(ref), incidents=tuple(sorted(set(ranks.get(ref, ())))))
            for ref, kind in following.items()
        ]
        seen.update(following)
        frontier = set(following)
    return tuple(sorted(relations)[:MOST_RELATIONS])
