"""What a source has read: the hand-over from `source` to `inventory`."""

import enum
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from kubedx.kube.gap import Gap
from kubedx.kube.object import KubeObject
from kubedx.kube.ref import GroupKind, group_of


class Origin(enum.StrEnum):
    """Where a cluster was read from."""

    LIVE = "live"
    DUMP = "dump"
    DEMO = "demo"


class ClusterInfo(msgspec.Struct, frozen=True, gc=False):
    """Which cluster was read. `name` is the context or the file; `version` the API server's, empty when unknown."""

    source: Origin
    name: str = ""
    version: str = ""


class Listed(NamedTuple):
    """A list that was read to its end: of a kind, in one namespace, or in all of them (`namespace` empty)."""

    group_kind: GroupKind
    namespace: str = ""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a source read, and what it could not read.

    What is not in `listed` is unknown, whether or not a gap says why. A kind that the API server certainly does
    not serve counts as listed and empty.

    `confirmed` tells that absence from a list proves absence (a dump is one moment); live lists may be stale, so
    there an absence that matters is confirmed by a GET. `now` is the API server's clock, or the latest moment
    that the dump tells of.
    """

    cluster: ClusterInfo
    now: datetime
    objects: Mapping[GroupKind, tuple[KubeObject, ...]]
    listed: frozenset[Listed]
    gaps: tuple[Gap, ...] = ()
    confirmed: bool = False

    def followed_by(self, later: "Reading") -> "Reading":
        """Both together: what was read later of the same cluster. Of kinds that both have the later tells all."""
        listed = {one for one in self.listed if one.group_kind not in later.objects}
        gaps = {one for one in self.gaps if GroupKind(group_of(one.api_version), one.kind) not in later.objects}
        return msgspec.structs.replace(
            self,
            now=max(self.now, later.now),
            objects={**self.objects, **later.objects},
            listed=later.listed | listed,
            gaps=tuple(sorted(gaps.union(later.gaps))),
        )
