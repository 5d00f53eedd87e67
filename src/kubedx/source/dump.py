"""A cluster from a dump: files, folders, archives, standard input. The same dump gives the same reading for ever."""

import sys
import threading
from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, BinaryIO

from kubedx.errors import NamespaceAbsent
from kubedx.kube import ClusterInfo, ContainerLog, Gap, Kind, KubeObject, LogKey, Namespace, Origin, Reading, Ref, type_of
from kubedx.source.contract import LogLimit, Scope
from kubedx.source.dump_entry import DumpLimits
from kubedx.source.dump_files import STDIN
from kubedx.source.dump_reader import Contents, read_dump
from kubedx.source.extent import Known, gap_of
from kubedx.source.recording import RecordedSource

if TYPE_CHECKING:
    from kubedx.source.openapi import OpenApi


class DumpSource:
    """What `kubectl get` or a support bundle left of a cluster (`Source`).

    `paths` are files, folders or archives (.tar, .tar.gz, .zip), `-` is standard input; what is in them is told by their
    content. Everything is read at the first call, in `DumpLimits`; logs are read when asked for. What may be claimed of a
    dump is told in `dump_extent`, what its `now` is in `dump_header`; a recording (`recording_files`) tells both itself.
    `keep_schemas`: what CustomResourceDefinitions say of fields is kept for `openapi`.
    """

    def __init__(
        self,
        paths: Sequence[str],
        *,
        stdin: BinaryIO | None = None,
        limits: DumpLimits = DumpLimits(),  # noqa: B008  # frozen
        origin: Origin = Origin.DUMP,
        name: str = "",
        keep_schemas: bool = False,
    ) -> None:
        self._paths = tuple(paths)
        self._stdin = stdin
        self._limits = limits
        self._origin = origin
        self._keep_schemas = keep_schemas
        self._name = name or ", ".join(map(_shown, paths))
        self._lock = threading.Lock()
        self._contents: Contents | None = None
        self._recorded: RecordedSource | None = None
        self._closed = False

    def read(self, kinds: Sequence[Kind], scope: Scope, deadline: float | None = None) -> Reading:
        """The objects of these kinds in this scope.

        Raises DumpError when there is nothing to read, NamespaceAbsent when the dump lists the namespaces, but not one asked for.
        """
        contents = self._read(deadline)
        if self._recorded:
            return self._recorded.read(kinds, scope)
        self._check_namespaces(contents, scope)
        with self._lock:
            known = _known(contents, kinds)
        wanted = [name for name in known.namespaces.union(scope.namespaces) if scope.holds(name)]
        unlisted = [gap for kind in dict.fromkeys(kinds) if (gap := contents.extent.gap(kind, wanted))]
        return Reading(
            cluster=ClusterInfo(self._origin, self._name, contents.version),
            now=contents.now,
            objects=known.selected(kinds, scope),
            listed=known.listed(kinds, scope),
            gaps=tuple(sorted({*known.relevant_gaps(kinds, scope), *unlisted})),
            confirmed=True,
        )

    def log(self, key: LogKey, limit: LogLimit, deadline: float | None = None) -> ContainerLog | Gap | None:
        """The end of a log that lies in the dump. A Gap when the dump lacks it; None when the pod's status says there is none."""
        contents = self._read(deadline)
        return self._recorded.log(key, limit) if self._recorded else contents.logs.read(key, limit)

    def get(self, kind: Kind, ref: Ref, deadline: float | None = None) -> KubeObject | Gap | None:
        """One object; a Gap when it is not in the dump and the dump does not list its kind there."""
        contents = self._read(deadline)
        if self._recorded:
            return self._recorded.get(kind, ref)
        wanted = kind.ref(ref.namespace, ref.name)
        with self._lock:
            found = contents.store.get(kind.group_kind, wanted.namespace, wanted.name)
        if found is not None:
            return found
        extent = contents.extent.of(kind)
        if gap := gap_of((gap for gap in contents.store.gaps if gap.name), kind.group_kind, wanted.namespace, wanted.name):
            return gap
        if extent is None or wanted.namespace in extent:
            return None
        return contents.extent.gap(kind, (wanted.namespace,))

    def custom_kinds(self, deadline: float | None = None) -> tuple[Kind, ...]:
        """The kinds without a type of which the dump has an object."""
        contents = self._read(deadline)
        if self._recorded:
            return self._recorded.custom_kinds()
        with self._lock:
            return tuple(kind for kind in contents.store.kinds() if type_of(kind.group_kind) is None)

    def openapi(self, api_version: str, deadline: float | None = None) -> "OpenApi | Gap | None":
        """What CustomResourceDefinitions say of an API version; nothing without `keep_schemas`, or of a recording, which has no schemas."""
        from kubedx.source.openapi import OpenApi

        return OpenApi.of_definitions(api_version, self._read(deadline).store.definitions)

    def close(self) -> None:
        """Close the archives; logs in them cannot be read after that."""
        with self._lock:
            self._closed = True
            if self._contents:
                self._contents.meter.close()

    def _check_namespaces(self, contents: Contents, scope: Scope) -> None:
        if contents.extent.of(Namespace.KIND) is not None:
            return
        for name in scope.namespaces:
            if contents.store.get(Namespace.KIND.group_kind, "", name) is None:
                raise NamespaceAbsent(f"namespace {name!r} does not exist in the cluster of {self._name}; check the name")

    def _read(self, deadline: float | None) -> Contents:
        with self._lock:
            if self._contents is None:
                stdin = self._stdin or (sys.stdin.buffer if STDIN in self._paths and sys.stdin else None)
                self._contents = read_dump(self._paths, stdin, self._limits, deadline, keep_schemas=self._keep_schemas)
                if self._contents.recording:
                    recording = self._contents.recording.finish(self._contents.store, self._contents.gaps, self._origin)
                    self._recorded = RecordedSource(recording)
                if self._closed:
                    self._contents.meter.close()
            return self._contents


def _known(contents: Contents, kinds: Sequence[Kind]) -> Known:
    objects = {kind.group_kind: contents.store.of(kind.group_kind) for kind in kinds}
    return Known(objects, contents.extent.of, contents.extent.namespaces, (*contents.gaps, *contents.store.gaps))


def _shown(path: str) -> str:
    return "standard input" if path == STDIN else PurePath(path).name or path
