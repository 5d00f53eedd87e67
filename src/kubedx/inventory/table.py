"""The objects of one kind, with the indexes that only need this kind. Each index is built when it is first asked."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import TypeVar

from kubedx.inventory.label_index import LabelIndex
from kubedx.kube import GroupKind, KubeObject, OwnerReference, Pod, PodTemplateSpec, group_of, kind_of, pod_template

K = TypeVar("K")
V = TypeVar("V")

Name = tuple[str, str]
"""A namespace (empty for cluster-scoped objects) and a name."""

OwnerName = tuple[GroupKind, str, str]
"""The kind, namespace and name of an owner."""

_NEVER = datetime.min.replace(tzinfo=UTC)


class Table:
    """The objects of one kind. Of several under one name, the one that was created last counts."""

    def __init__(self, objects: Iterable[KubeObject]) -> None:
        self._held = tuple(objects)

    @cached_property
    def by_name(self) -> Mapping[Name, KubeObject]:
        """The objects by namespace and name, in this order."""
        named = {name_of(obj): obj for obj in self._held}
        if len(named) < len(self._held):
            named = {name_of(obj): obj for obj in sorted(self._held, key=_age)}
        return {name: named[name] for name in sorted(named)}

    def laid_over(self, objects: Iterable[KubeObject], absent: Iterable[Name]) -> "Table":
        """The table with these objects in place of those of their names, and without those that are absent."""
        named = {**self.by_name, **{name_of(obj): obj for obj in objects}}
        for name in absent:
            named.pop(name, None)
        return Table(named.values())

    @cached_property
    def all(self) -> tuple[KubeObject, ...]:
        """Every object, by namespace and name."""
        return tuple(self.by_name.values())

    @cached_property
    def by_namespace(self) -> Mapping[str, tuple[KubeObject, ...]]:
        """The objects of each namespace, by name."""
        return grouped((name_of(obj)[0], obj) for obj in self.all)

    @cached_property
    def labels(self) -> LabelIndex[KubeObject]:
        """The objects by their labels."""
        return LabelIndex((name_of(obj)[0], obj.metadata.labels, obj) for obj in self.all)

    @cached_property
    def by_owner_uid(self) -> Mapping[str, tuple[KubeObject, ...]]:
        """The objects by the uid of each of their owners."""
        return grouped((owner.uid, obj) for obj in self.all for owner in obj.metadata.owner_references if owner.uid)

    @cached_property
    def by_owner_name(self) -> Mapping[OwnerName, tuple[tuple[str, KubeObject], ...]]:
        """The objects by the name of each of their owners, with the owner's uid as the reference has it."""
        owned = ((obj, owner) for obj in self.all for owner in obj.metadata.owner_references)
        return grouped(
            ((group_kind_of(owner), namespace, owner.name), (owner.uid, obj)) for obj, owner in owned for namespace in _places(owner, obj)
        )

    @cached_property
    def pods_by_node(self) -> Mapping[str, tuple[KubeObject, ...]]:
        """Pods by the node that they are bound to."""
        return grouped((obj.spec.node_name, obj) for obj in self.all if isinstance(obj, Pod) and obj.spec.node_name)

    @cached_property
    def templates(self) -> tuple[tuple[KubeObject, PodTemplateSpec], ...]:
        """The objects that make pods, each with what it makes them from."""
        pairs = ((obj, pod_template(obj)) for obj in self.all)
        return tuple((obj, template) for obj, template in pairs if template is not None)

    def owned_by(self, owner: KubeObject) -> Iterator[KubeObject]:
        """The objects that name this owner: by uid, and by name where one of the two has no uid. An object may come twice."""
        uid, place = owner.metadata.uid, name_of(owner)
        if uid:
            yield from self.by_owner_uid.get(uid, ())
        for named_uid, obj in self.by_owner_name.get((owner.kind.group_kind, *place), ()):
            if not uid or not named_uid:
                yield obj


NO_TABLE = Table(())


def name_of(obj: KubeObject) -> Name:
    """Under which name an object is kept."""
    meta = obj.metadata
    return (meta.namespace if obj.kind.namespaced else ""), meta.name


def group_kind_of(owner: OwnerReference) -> GroupKind:
    """The kind of an owner."""
    return GroupKind(group_of(owner.api_version), owner.kind)


def grouped(entries: Iterable[tuple[K, V]]) -> Mapping[K, tuple[V, ...]]:
    """The values of each key, in the order in which they come."""
    groups: dict[K, list[V]] = {}
    for key, value in entries:
        groups.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in groups.items()}


def _places(owner: OwnerReference, obj: KubeObject) -> tuple[str, ...]:
    """Where an owner may be: beside what it owns, or, for all we know of an untyped kind, in no namespace."""
    kind = kind_of(group_kind_of(owner))
    if kind is None:
        return tuple({obj.metadata.namespace, ""})
    return (obj.metadata.namespace,) if kind.namespaced else ("",)


def _age(obj: KubeObject) -> tuple[datetime, str, str]:
    meta = obj.metadata
    return meta.creation_timestamp or _NEVER, meta.uid, repr(obj)
