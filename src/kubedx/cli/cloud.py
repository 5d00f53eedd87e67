"""What a cloud says of a cluster, beside what the cluster says: asked only where a filter asks for it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from kubedx.kube import ContainerLog, Gap, GroupKind, Kind, KubeObject, Listed, LogKey, RawObject, Reading, Ref
from kubedx.source import Documented, LogLimit, Scope, Source

if TYPE_CHECKING:
    from kubedx.source import OpenApi

EKS = "EKS"


class CloudSource:
    """A source with objects added that somebody else told (`Source`)."""

    def __init__(self, source: Source, objects: Sequence[RawObject], kinds: Sequence[Kind]) -> None:
        self._source, self._objects, self._kinds = source, tuple(objects), tuple(kinds)

    def read(self, kinds: Sequence[Kind], scope: Scope, deadline: float | None = None) -> Reading:
        """As the source, and the added objects, which are in no namespace."""
        own = {kind.group_kind for kind in self._kinds}
        reading = self._source.read([kind for kind in kinds if kind.group_kind not in own], scope, deadline)
        objects: dict[GroupKind, tuple[KubeObject, ...]] = dict(reading.objects)
        for kind in self._kinds:
            objects[kind.group_kind] = tuple(one for one in self._objects if one.kind == kind)
        listed = reading.listed | {Listed(kind.group_kind) for kind in self._kinds}
        return msgspec.structs.replace(reading, objects=objects, listed=listed)

    def custom_kinds(self, deadline: float | None = None) -> tuple[Kind, ...]:
        """Those of the source, and of the added objects."""
        return tuple(dict.fromkeys((*self._source.custom_kinds(deadline), *self._kinds)))

    def log(self, key: LogKey, limit: LogLimit, deadline: float | None = None) -> ContainerLog | Gap | None:
        """As the source."""
        return self._source.log(key, limit, deadline)

    def get(self, kind: Kind, ref: Ref, deadline: float | None = None) -> KubeObject | Gap | None:
        """As the source."""
        return self._source.get(kind, ref, deadline)

    def openapi(self, api_version: str, deadline: float | None = None) -> "OpenApi | Gap | None":
        """As the source, where it can tell."""
        return self._source.openapi(api_version, deadline) if isinstance(self._source, Documented) else None

    def close(self) -> None:
        """As the source."""
        self._source.close()
