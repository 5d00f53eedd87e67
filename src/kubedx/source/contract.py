"""What every source of a cluster can do. `pipeline` knows sources only through this."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import msgspec

from kubedx.kube import ContainerLog, Gap, Kind, KubeObject, LogKey, Reading, Ref

if TYPE_CHECKING:
    from kubedx.source.openapi import OpenApi


class Scope(msgspec.Struct, frozen=True, gc=False):
    """Which namespaces to read: those named (all when empty), without the excluded ones."""

    namespaces: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    def holds(self, namespace: str) -> bool:
        """Whether objects of that namespace are wanted. Cluster-scoped objects (empty) always are."""
        if not namespace:
            return True
        return namespace not in self.excluded and (not self.namespaces or namespace in self.namespaces)


class LogLimit(msgspec.Struct, frozen=True, gc=False):
    """How much of a log to read at most: the last `lines`, and of these at most the last `size` bytes."""

    lines: int = 500
    size: int = 256 * 1024


class Source(Protocol):
    """A cluster, or what is left of one.

    `read` raises a `ClusterError` or a `DumpError` only where nothing can be judged; everything else that fails is a
    `Gap` of its result. The other calls answer a `Gap` instead of raising. All of them may be called from several
    threads at once, and return by `deadline` (of `time.monotonic()`; None: no limit), with gaps for what is not read by then.
    """

    def read(self, kinds: Sequence[Kind], scope: Scope, deadline: float | None = None) -> Reading:
        """List every object of these kinds in this scope, each kind once."""
        ...

    def custom_kinds(self, deadline: float | None = None) -> tuple[Kind, ...]:
        """The kinds that have no type here: those of which a dump has objects, or that an API server serves. Raises what `read` raises."""
        ...

    def log(self, key: LogKey, limit: LogLimit, deadline: float | None = None) -> ContainerLog | Gap | None:
        """The end of a container's log; None when there is certainly no such log."""
        ...

    def get(self, kind: Kind, ref: Ref, deadline: float | None = None) -> KubeObject | Gap | None:
        """One object as it is now, a ConfigMap with its values, a Secret never; None when it certainly does not exist."""
        ...

    def close(self) -> None:
        """Give back connections and files. May be called twice."""
        ...


@runtime_checkable
class Documented(Protocol):
    """A source that can tell what the fields of its objects mean."""

    def openapi(self, api_version: str, deadline: float | None = None) -> "OpenApi | Gap | None":
        """What is said of the fields of an API version; None where nothing is."""
        ...


class Updates(msgspec.Struct, frozen=True, kw_only=True):
    """What changed since the updates before: objects as they are now, refs of what is gone, and what could not be read.

    `troubles` is why some kinds may be out of date for now, a sentence for each; empty when all streams run.
    """

    objects: tuple[KubeObject, ...] = ()
    absent: tuple[Ref, ...] = ()
    gaps: tuple[Gap, ...] = ()
    troubles: tuple[str, ...] = ()


class Watch(Protocol):
    """Follows what a reading listed."""

    def updates(self, patience: float, settle: float) -> Updates:
        """Wait at most `patience` seconds for something to change, then `settle` seconds for what comes with it.

        Raises Unauthorized and ConfigError, after which nothing follows.
        """
        ...

    def close(self) -> None:
        """End it. May be called twice."""
        ...


class WatchableSource(Source, Protocol):
    """A source that tells what changes."""

    def watch(self, scope: Scope) -> Watch:
        """Follow what the last `read`, of this scope, listed."""
        ...
