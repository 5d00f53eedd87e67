"""Where to read: values that say which cluster, and open it when a scan begins."""

import os
from collections.abc import Iterable

import msgspec

from kubedx.errors import UsageError
from kubedx.source import DumpSource, Impersonation, Source, demo_source, load_cluster

Path = str | os.PathLike[str]


class Cluster(msgspec.Struct, frozen=True):
    """A live cluster: that of a context of a kubeconfig, both as kubectl finds them, or the one in whose pod this runs.

    `act_as` is a user to impersonate. Only reads are made.
    """

    context: str = ""
    kubeconfig: Path = ""
    act_as: str = ""


class Dump(msgspec.Struct, frozen=True):
    """What was recorded of a cluster: a recording of `kubedx record`, what kubectl printed, a must-gather or support bundle.

    A path, or several: a file, a folder, or an archive (.tar, .tar.gz, .zip).
    """

    path: Path | tuple[Path, ...]


class Demo(msgspec.Struct, frozen=True):
    """The demo cluster that is part of the package."""


Place = Cluster | Dump | Demo


def open_place(place: Place, *, read_certificates: bool) -> Source:
    """The source to read it by. Raises ConfigError, DumpError and UsageError."""
    match place:
        case Demo():
            return demo_source()
        case Dump(path):
            return DumpSource(_paths(path))
        case Cluster(context, kubeconfig, act_as):
            from kubedx.source import LiveSource

            impersonation = Impersonation(user=act_as) if act_as else None
            access = load_cluster(os.fspath(kubeconfig), context, impersonation, os.environ)
            return LiveSource(access, read_certificates=read_certificates)


def _paths(path: Path | Iterable[Path]) -> list[str]:
    paths = [os.fspath(one) for one in ([path] if isinstance(path, str | os.PathLike) else path)]
    if not all(paths) or not paths:
        raise UsageError("Dump names no path; give a file or a folder")
    return paths
