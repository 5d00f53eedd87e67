"""The incidents that were reported last, so that one of them can be looked at again by its id.

`$XDG_CACHE_HOME/kubedx/incidents.json` (mode 0600) holds ids, codes, titles and the names of
the objects concerned, of the newest; nothing else of a report.
Whatever fails here is no failure of a scan: without it an incident is looked for in the whole cluster.
"""

import contextlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from kubedx.findings import Incident
from kubedx.kube import Ref

MOST = 500
"""Incidents that are kept; the oldest go first."""

MOST_SUFFERERS = 50
"""Objects that are kept of one incident."""

MAX_SIZE = 4 * 1024 * 1024


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """What it takes to look at one incident again: its rules, and where."""

    id: str
    code: str
    title: str
    namespaces: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    """The codes of its symptoms."""
    sufferers: tuple[Ref, ...] = ()
    """The objects that its symptoms are seen on."""


def remembered(environ: Mapping[str, str]) -> tuple[Remembered, ...]:
    """The incidents of the last reports, the newest last; none where nothing can be read."""
    try:
        path = _path(environ)
        if path.stat().st_size > MAX_SIZE:
            return ()
        return msgspec.json.decode(path.read_bytes(), type=tuple[Remembered, ...])
    except (OSError, ValueError, msgspec.MsgspecError):
        return ()


def remember(incidents: Iterable[Incident], environ: Mapping[str, str]) -> None:
    """Keep these incidents too. Never raises."""
    kept = {one.id: one for one in remembered(environ)}
    for incident in incidents:
        kept.pop(incident.id, None)
        kept[incident.id] = _of(incident)
    with contextlib.suppress(OSError, ValueError):
        _write(_path(environ), msgspec.json.encode(list(kept.values())[-MOST:]))


def _of(incident: Incident) -> Remembered:
    root = incident.root_cause
    refs = [root.subject, root.observed, *((root.cause,) if root.cause else ()), *(symptom.subject for symptom in incident.symptoms)]
    namespaces = {ref.namespace for ref in refs}
    return Remembered(
        id=incident.id,
        code=root.code,
        title=incident.title,
        # An object without a namespace is seen from all of them.
        namespaces=() if "" in namespaces else tuple(sorted(namespaces)),
        chain=tuple(dict.fromkeys(symptom.code for symptom in incident.symptoms)),
        sufferers=tuple(dict.fromkeys(symptom.subject for symptom in incident.symptoms))[:MOST_SUFFERERS],
    )


def _path(environ: Mapping[str, str]) -> Path:
    home = environ.get("XDG_CACHE_HOME", "")
    if home and Path(home).is_absolute():
        return Path(home) / "kubedx" / "incidents.json"
    from platformdirs import user_cache_path

    return user_cache_path("kubedx", appauthor=False) / "incidents.json"


def _write(path: Path, body: bytes) -> None:
    import tempfile

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".incidents-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(body)
        Path(name).replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
