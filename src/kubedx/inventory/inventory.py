"""The inventory: what rules ask about a cluster. Immutable; `replace` gives a new one."""

from collections.abc import Collection
from datetime import datetime
from typing import TypeVar

import msgspec

from kubedx.inventory.edges import Edge, EdgeKind
from kubedx.inventory.lookup import Lookup, Selection
from kubedx.kube import ClusterInfo, ContainerLog, Gap, GroupKind, KubeObject, LogKey, Reading, Ref

T = TypeVar("T", bound=KubeObject)


class UndeclaredRead(LookupError):  # noqa: N818
    """A rule looked up a kind that it does not declare: a bug of the rule."""


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What to lay over an inventory: the answers to what rules asked, or objects that changed.

    `objects` replace those of the same ref; `absent` certainly do not exist; `logs` were read, `no_logs` certainly
    do not exist; `log_gaps` and `gaps` could not be read.
    """

    objects: tuple[KubeObject, ...] = ()
    absent: tuple[Ref, ...] = ()
    logs: tuple[ContainerLog, ...] = ()
    no_logs: tuple[LogKey, ...] = ()
    log_gaps: tuple[tuple[LogKey, str], ...] = ()
    gaps: tuple[Gap, ...] = ()


class Inventory:
    """The frozen snapshot of a cluster with its indexes, or a rule's view of it."""

    def __init__(self, reading: Reading) -> None:
        raise NotImplementedError

    now: datetime
    cluster: ClusterInfo
    gaps: tuple[Gap, ...]

    def view(self, kinds: Collection[type[KubeObject]]) -> "Inventory":
        """The same snapshot for a rule that declares these kinds. Looking up another raises `UndeclaredRead`. Events are always allowed."""
        raise NotImplementedError

    def replace(self, changes: Changes) -> "Inventory":
        """A new inventory with the changes laid over this one. Cheap: what did not change is shared."""
        raise NotImplementedError

    def known(self, kind: type[KubeObject] | GroupKind, namespace: str = "") -> bool:
        """Whether every object of the kind in that namespace (anywhere, when empty) was read."""
        raise NotImplementedError

    def why_unknown(self, kind: type[KubeObject] | GroupKind, namespace: str = "") -> str:
        """Why it is not `known`, in words for a report; empty when it is."""
        raise NotImplementedError

    def get(self, kind: type[T], namespace: str, name: str) -> Lookup[T]:
        """One object by its name. The namespace is ignored for cluster-scoped kinds."""
        raise NotImplementedError

    def find(self, ref: Ref) -> Lookup[KubeObject]:
        """One object by its ref, whatever the version in the ref's apiVersion."""
        raise NotImplementedError

    def exists(self, ref: Ref) -> bool | None:
        """Whether an object exists; None when that is not known (`findings.Facts`)."""
        raise NotImplementedError

    def list(self, kind: type[T], namespace: str | None = None) -> Selection[T]:
        """The objects of a kind, in one namespace or (None) in all, by namespace and name."""
        raise NotImplementedError

    def log(self, pod: Ref, container: str, *, previous: bool = False) -> Lookup[ContainerLog]:
        """The log of a container. Unknown until somebody asked for it; a rule then yields `AskLog`."""
        raise NotImplementedError

    def edges_from(self, ref: Ref, *kinds: EdgeKind) -> tuple[Edge, ...]:
        """The edges whose source is this object, of these kinds (of all, when none is named)."""
        raise NotImplementedError

    def edges_to(self, ref: Ref, *kinds: EdgeKind) -> tuple[Edge, ...]:
        """The edges whose target is this object, which need not exist."""
        raise NotImplementedError
