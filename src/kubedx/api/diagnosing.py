"""One scan, from keyword arguments to a diagnosis."""

import os
import time
from pathlib import Path

from kubedx.analyzers import LogPolicy
from kubedx.api.asked import Names, choice, filters_of, labels, names_of, target_of
from kubedx.api.explaining import PlaybookOrModels
from kubedx.api.place import Cluster, Demo, Dump, Place, open_place
from kubedx.api.readiness import make_ready
from kubedx.config import Config, load_config
from kubedx.errors import UsageError
from kubedx.explain import DEFAULT_LANGUAGE
from kubedx.findings import Diagnosis, Ignore, Severity, Suppressions
from kubedx.pipeline import Request
from kubedx.pipeline import diagnose as run
from kubedx.source import Scope, Source


def diagnose(  # noqa: PLR0913  # the flags of `kubedx analyze`, by keyword
    where: Place | Source = Cluster(),  # noqa: B008  # frozen
    *,
    namespaces: Names = (),
    filters: Names = (),
    selector: str = "",
    about: str = "",
    level: Severity | str = Severity.WARNING,
    logs: LogPolicy | str = LogPolicy.SUSPECTS,
    read_certificates: bool = False,
    timeout: float | None = None,
    backend: str = "",
    language: str = DEFAULT_LANGUAGE,
    config: str | os.PathLike[str] | None = None,
) -> Diagnosis:
    """Read a cluster once, and tell what is broken in it, one incident for each root cause, the one to act on first at the top.

    `where`: a `Cluster` (by default that of the current context), a `Dump`, the `Demo`, or a source of your own
    (`kubedx.testing.MemorySource`), which stays open.
    `namespaces` and `filters` (`Pod`, `Service` …), one or several: whose symptoms open an incident; everything by default.
    `selector`: only objects with these labels, as kubectl -l takes them. `about`: one object, as in `deployment/cart`.
    `level`: the least severity. `logs`: `none`, `suspects`, `sample` or `all`. `read_certificates`: those of TLS Secrets in use.
    `timeout`: seconds after which reading stops, and what is missing by then is a gap of the coverage.

    Every incident is explained by the playbook, in `language` (English or Chinese). With a `backend` of the config file (`openai`,
    `ollama` …), the model is asked too, with names masked unless it runs on this machine; no answer is kept. One that fails is a
    sentence in `errors` of the diagnosis.
    `config`: the config file with backends, and with incidents to ignore. Without it none is read; with a backend, k8sgpt's own.

    Raises UsageError for an argument that has no meaning, ConfigError, DumpError, and a ClusterError where nothing could be judged.
    May be called from several threads at once, and from a thread in which an event loop runs (which it blocks).
    """
    _check(where, timeout)
    make_ready()
    settings = load_config(None if config is None else Path(config), os.environ) if backend or config is not None else Config()
    request = Request(
        scope=Scope(names_of(namespaces)),
        filters=filters_of(names_of(filters)),
        selector=labels(selector),
        target=target_of(about),
        level=choice(Severity, level, "level"),
        logs=choice(LogPolicy, logs, "logs"),
        read_certificates=read_certificates,
        suppressions=Suppressions(_ignored(settings)),
        deadline=None if timeout is None else time.monotonic() + timeout,
    )
    explainer = PlaybookOrModels(backend, language, settings)
    if not isinstance(where, Cluster | Dump | Demo):
        return run(where, request, explainer)
    source = open_place(where, read_certificates=read_certificates)
    try:
        return run(source, request, explainer)
    finally:
        source.close()


def _check(where: object, timeout: float | None) -> None:
    if isinstance(where, str | os.PathLike):
        raise UsageError(f'where is a place, not a path; for a dump write kubedx.Dump("{os.fspath(where)}")')
    if timeout is not None and not timeout > 0:
        raise UsageError(f"timeout is a number of seconds above 0, or None for no limit, not {timeout}")


def _ignored(settings: Config) -> tuple[Ignore, ...]:
    return tuple(
        Ignore(code=one.code, kind=one.kind, namespace=one.namespace, name=one.name, reason=one.reason, expires=one.expires)
        for one in settings.ignore
    )
