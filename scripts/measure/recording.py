"""A recorded cluster: its objects and logs as plain data, its truth, and what kubedx says of it."""

import importlib.util
import json
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import yaml

from kubedx.findings import Severity, to_document
from kubedx.kube import Gap, LogKey
from kubedx.pipeline import Request, diagnose
from kubedx.source import MemorySource
from kubedx.testing import object_from

Data = dict[str, Any]


class Recording(NamedTuple):
    """`logs` by `namespace/pod/container`, with `.previous` for that of the run before."""

    name: str
    objects: list[Data]
    logs: dict[str, str]
    truth: Data


def scorer(path: Path) -> ModuleType:
    """The scorer's own judgement of which incident names which object."""
    spec = importlib.util.spec_from_file_location("score_clusters", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def recordings(folder: Path) -> list[Recording]:
    """All of them, by name."""
    return [_read(path.parent) for path in sorted(folder.glob("*/truth.yaml"))]


def _read(folder: Path) -> Recording:
    logs = {
        f"{path.parent.parent.name}/{path.parent.name}/{path.name.removesuffix('.log')}": path.read_text(errors="replace")
        for path in sorted((folder / "logs").glob("*/*/*.log"))
    }
    objects = json.loads((folder / "objects.json").read_text())["items"]
    return Recording(folder.name, objects, logs, yaml.safe_load((folder / "truth.yaml").read_text()))


def incidents_of(objects: list[Data], logs: dict[str, str], now: datetime | None = None, level: Severity = Severity.WARNING) -> list[Data]:
    """The incidents of that level and above, as JSON has them. Without a `now` it is the latest moment that the objects tell."""
    given: dict[LogKey | str, str | Gap] = {}
    given |= logs
    source = MemorySource([object_from(obj) for obj in objects], logs=given, now=now)
    diagnosis = diagnose(source, Request(level=level))
    return to_document(diagnosis, tool_version="")["incidents"]  # type: ignore[no-any-return]  # a document is of JSON's types
