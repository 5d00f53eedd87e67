"""Which cluster to read: a live one, a dump, or the packaged demo."""

import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from kubedx import source as sources
from kubedx.cli.cloud import EKS, CloudSource
from kubedx.cli.flags import split
from kubedx.cli.options import AnalyzeOptions
from kubedx.cli.terminal import complain
from kubedx.errors import ConfigError
from kubedx.kube import Kind
from kubedx.source import Documented, Source

if TYPE_CHECKING:
    from kubedx.kube import Gap
    from kubedx.source import FieldDocs, OpenApi

DOC_SECONDS = 10.0
"""How long the documentation of one API version may take, which nobody needs as much as the rest."""

Progress = Callable[[Kind, int, int], None]


def open_cluster(options: AnalyzeOptions, progress: Progress, environ: Mapping[str, str] = os.environ) -> Source:
    """The source that the flags name; without any, the current context. Raises ConfigError or DumpError."""
    if (options.demo or options.from_) and _asks_cloud(options):
        complain("kubedx: filter EKS asks AWS, which only a live cluster does; what ACK says of EKS in a dump is judged")
    if options.demo:
        return sources.demo_source()
    if options.from_:
        return sources.DumpSource(options.from_, keep_schemas=options.with_doc)
    return _live(options, progress, environ)


def _asks_cloud(options: AnalyzeOptions) -> bool:
    return EKS in {name.upper() for name in split(options.filter)}


def docs_of(source: Source, deadline: float | None) -> "FieldDocs":
    """What tells what the fields of a source's objects mean: the source where it can, else what is part of the package."""
    from kubedx.source import FieldDocs

    if not isinstance(source, Documented):
        return FieldDocs()

    def read(api_version: str) -> "OpenApi | Gap | None":
        latest = time.monotonic() + DOC_SECONDS
        return source.openapi(api_version, latest if deadline is None else min(latest, deadline))

    return FieldDocs(read)


def _live(options: AnalyzeOptions, progress: Progress, environ: Mapping[str, str]) -> Source:
    if not sources.is_cluster_configured(options.kubeconfig, options.kubecontext, environ, overrides=options.overrides):
        if options.or_demo:
            complain("kubedx: no cluster is configured; reading the packaged demo cluster")
            return sources.demo_source()
        raise ConfigError(
            "no cluster is configured: there is no kubeconfig with a context; give --kubeconfig FILE, --from PATH for a dump, "
            "or --demo for the packaged demo cluster"
        )
    access = sources.load_cluster(options.kubeconfig, options.kubecontext, options.impersonation, environ, overrides=options.overrides)
    live = sources.LiveSource(
        access,
        progress,
        options.concurrency,
        read_certificates=options.read_certificates,
        per_second=options.per_second,
        watchable=options.watch,
    )
    if not _asks_cloud(options):
        return live
    from kubedx.plugins import EKS_KINDS, eks_objects

    return CloudSource(live, eks_objects(access.server), EKS_KINDS)
