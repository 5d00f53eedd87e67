"""What an inventory says of single objects, for questions about them: a few excerpts each, chosen by program."""

from collections.abc import Iterator
from typing import Any, cast

from kubedx.correlate.dossier import excerpt_of, excerpt_text
from kubedx.findings import Excerpt
from kubedx.inventory import Found, Inventory
from kubedx.kube import KubeObject, Ref, pattern_of

MOST_OBJECTS = 4
MOST_EVENTS = 6
MOST_EDGES = 12

_MADE_BY_OTHERS = frozenset({"Pod", "ReplicaSet", "EndpointSlice", "Endpoints"})
_WORD = pattern_of(r"[A-Za-z0-9](?:[A-Za-z0-9./-]*[A-Za-z0-9])?")


class Library:
    """Looks things up in an inventory, and writes nothing anywhere."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._by_name: dict[str, list[Ref]] = {}

    def exists(self, ref: Ref) -> bool | None:
        """As the inventory says."""
        return self._inventory.exists(ref)

    def named_in(self, question: str, namespace: str) -> tuple[Ref, ...]:
        """The objects that a question names (`cart`, `pod/cart-0`, `shop/cart`), those in `namespace` first; a few at most."""
        found: dict[Ref, None] = {}
        for word in _WORD.findall(question):
            first, _, name = word.rpartition("/")
            for ref in self._names().get(name, ()):
                if not first or first in (ref.namespace, ref.kind, ref.kind.lower()):
                    found.setdefault(ref)
        ranked = sorted(
            found, key=lambda ref: (ref.namespace != namespace, ref.kind in ("Pod", "ReplicaSet", "EndpointSlice", "Endpoints"))
        )
        return tuple(ranked[:MOST_OBJECTS])

    def about(self, ref: Ref) -> tuple[Excerpt, ...]:
        """What the object is to be, what it is, what happened to it, and what it hangs together with."""
        lookup = self._inventory.find(ref)
        if not isinstance(lookup, Found):
            return ()
        return tuple(self._excerpts(ref, lookup.object))

    def _excerpts(self, ref: Ref, obj: KubeObject) -> Iterator[Excerpt]:
        spec = excerpt_of(ref, obj)
        if spec is not None:
            yield spec
        status = getattr(obj, "status", None)
        if status is not None and (told := excerpt_text(status)) != "{}":
            yield Excerpt(ref, "status", told)
        events = self._inventory.events(obj)[-MOST_EVENTS:]
        if events:
            yield Excerpt(ref, "events", "\n".join(f"{event.type} {event.reason}: {event.message}" for event in events))
        edges = [f"{edge.kind} {edge.target}" for edge in self._inventory.edges_from(ref)]
        edges += [f"{edge.source} {edge.kind} it" for edge in self._inventory.edges_to(ref)]
        if edges:
            yield Excerpt(ref, "relations", "\n".join(edges[:MOST_EDGES]))

    def _names(self) -> dict[str, list[Ref]]:
        """Every object by its name; read when the first question comes."""
        if not self._by_name:
            for kind in self._inventory.counts():
                if kind.kind == "Event":
                    continue
                for obj in self._inventory.list(cast("Any", kind.group_kind)).items:
                    self._by_name.setdefault(obj.metadata.name, []).append(obj.ref)
        return self._by_name
