"""The table of the kinds that have a type. One line a kind; nothing registers itself."""

from kubedx.kube.object import KubeObject
from kubedx.kube.ref import GroupKind, Kind

TYPES: tuple[type[KubeObject], ...] = ()

_BY_GROUP_KIND: dict[GroupKind, type[KubeObject]] = {kind_type.KIND.group_kind: kind_type for kind_type in TYPES}


def type_of(group_kind: GroupKind) -> type[KubeObject] | None:
    """The type of a kind, None for kinds that are read raw."""
    return _BY_GROUP_KIND.get(group_kind)


def kind_of(group_kind: GroupKind) -> Kind | None:
    """The kind under the version that we read, None for kinds that have no type."""
    kind_type = type_of(group_kind)
    return kind_type.KIND if kind_type else None
