"""Which object a user means by a kind, a name and, perhaps, namespaces."""

import difflib
from collections.abc import Callable, Sequence

import msgspec

from kubedx.errors import NothingReadable, ObjectAbsent, UsageError
from kubedx.inventory import Inventory
from kubedx.kube import Kind, KubeObject, RawObject, Ref, type_of

MOST_NAMED = 4


class Target(msgspec.Struct, frozen=True, gc=False):
    """A kind, by any of its words (`deploy`), and the name of an object."""

    word: str
    name: str

    def __str__(self) -> str:
        return f"{self.word}/{self.name}"


def find_target(target: Target, kind: Kind, namespaces: Sequence[str], inventory: Inventory, is_there: Callable[[Ref], bool | None]) -> Ref:
    """The object that is meant, in the given namespaces or (with none) wherever there is one of that name.

    `is_there` asks the cluster itself for one object: a list may be older than it; None says that it cannot tell.
    Raises ObjectAbsent, NothingReadable when that is not known, and UsageError when several namespaces have one.
    """
    places = [namespace for namespace in namespaces if kind.namespaced]
    held = _objects_of(kind, inventory)
    found = [one.ref for one in held if one.name == target.name and (not places or one.namespace in places)]
    if len(found) > 1:
        raise UsageError(
            f"{len(found)} namespaces have a {target} ({_listed([ref.namespace for ref in found])}); say which with -n NAMESPACE"
        )
    if found:
        return found[0]
    asked = {place: is_there(kind.ref(place, target.name)) for place in (places or ([] if kind.namespaced else [""]))}
    late = [place for place, there in asked.items() if there]
    if late:
        return kind.ref(late[0], target.name)
    where = f" in namespace {_listed(places)}" if places else " in any namespace" if kind.namespaced else ""
    reason = next((why for place in places or [""] if (why := inventory.why_unknown(kind.group_kind, place))), "")
    if reason and not (asked and all(there is False for there in asked.values())):
        raise NothingReadable(f"whether {target} exists{where} is not known: {reason}")
    raise ObjectAbsent(f"there is no {target}{where}{_near(target.name, held, places)}")


def _objects_of(kind: Kind, inventory: Inventory) -> list[KubeObject]:
    kind_type = type_of(kind.group_kind)
    if kind_type is not None:
        return list(inventory.list(kind_type))
    return [raw for raw in inventory.list(RawObject) if raw.ref.group_kind == kind.group_kind]


def _near(name: str, held: Sequence[KubeObject], places: Sequence[str]) -> str:
    """The name in another namespace, or else one like it."""
    elsewhere = [one.namespace for one in held if one.name == name]
    if elsewhere:
        return f"; namespace {_listed(elsewhere)} has one"
    near = difflib.get_close_matches(name, [one.name for one in held if not places or one.namespace in places], n=1)
    return f'; did you mean "{near[0]}"?' if near else ""


def _listed(words: Sequence[str]) -> str:
    distinct = sorted(set(words))
    more = f" and {len(distinct) - MOST_NAMED} more" if len(distinct) > MOST_NAMED else ""
    return f"{', '.join(distinct[:MOST_NAMED])}{more}"
