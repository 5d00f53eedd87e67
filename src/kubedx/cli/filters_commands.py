"""`filters`, `integration` and `custom-analyzer`: what is analyzed when no flag says otherwise. Nothing in a cluster is touched."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from kubedx.cli.filters import known_filters
from kubedx.cli.terminal import complain, write_report
from kubedx.config import change_config, load_config
from kubedx.config import editing as edit
from kubedx.errors import UsageError
from kubedx.kube import pattern_of

INTEGRATIONS: Mapping[str, tuple[str, ...]] = {
    "aws": ("EKS",),
    "keda": ("ScaledObject",),
    "kyverno": ("PolicyReport", "ClusterPolicyReport"),
    "prometheus": ("PrometheusConfigValidate", "PrometheusConfigRelabelReport"),
}
"""k8sgpt's integrations, and the filters that each of them switches on."""

_NAME = pattern_of(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
MOST_PORT = 65535


def list_filters(config: str, names: Iterable[str]) -> int:
    """The active and the unused filters, as k8sgpt lists them. None chosen means all. Raises ConfigError."""
    chosen = load_config(_path(config), os.environ).active_filters
    known = sorted(names)
    active = [name for name in known if not chosen or name in chosen]
    unused = [name for name in known if name not in active]
    _write(["Active: ", *map(_told, active), "Unused: ", *map(_told, unused)])
    return 0


def add_filters(words: str, config: str, names: Iterable[str]) -> int:
    """Add filters to the active ones. Raises UsageError for one that is not known or active already, and ConfigError."""
    asked = _asked(words, tuple(names))
    if not load_config(_path(config), os.environ).active_filters:
        complain("kubedx: every filter is active already, as none was chosen; kubedx filters remove takes some out")
        return 0

    def change(document: edit.Document) -> None:
        active = _active(document)
        doubled = [name for name in asked if name in active]
        if doubled:
            raise UsageError(f"filter {doubled[0]} is active already")
        edit.put(document, "active_filters", [*active, *asked])

    change_config(_path(config), os.environ, change)
    complain(f"kubedx: added {', '.join(asked)}; analyze looks at the active filters alone from now on")
    return 0


def remove_filters(words: str, config: str, names: Iterable[str]) -> int:
    """Take filters out of the active ones; with none left, all are active again. Raises UsageError and ConfigError."""
    known = sorted(names)
    asked = _asked(words, known)

    def change(document: edit.Document) -> None:
        active = _active(document) or known
        missing = [name for name in asked if name not in active]
        if missing:
            raise UsageError(f"filter {missing[0]} is not active; kubedx filters list shows which are")
        edit.put(document, "active_filters", [name for name in active if name not in asked])

    change_config(_path(config), os.environ, change)
    complain(f"kubedx: removed {', '.join(asked)}")
    return 0


def list_integrations(config: str, names: Iterable[str]) -> int:
    """The integrations whose filters are all active, and the others. Raises ConfigError."""
    chosen = load_config(_path(config), os.environ).active_filters or tuple(names)
    active = [name for name, filters in INTEGRATIONS.items() if set(filters) <= set(chosen)]
    unused = [name for name in INTEGRATIONS if name not in active]
    _write(["Active:", *map(_told, active), "Unused: ", *map(_told, unused)])
    return 0


def activate(name: str, config: str, names: Iterable[str]) -> int:
    """Switch an integration's filters on. Nothing is installed. Raises UsageError and ConfigError."""
    filters = _integration(name)
    if set(filters) <= set(load_config(_path(config), os.environ).active_filters or names):
        complain(f"kubedx: {name} is on already: {', '.join(filters)}")
        return 0

    def change(document: edit.Document) -> None:
        active = _active(document)
        edit.put(document, "active_filters", [*active, *(one for one in filters if one not in active)])

    change_config(_path(config), os.environ, change)
    complain(f"kubedx: {name} is on: {', '.join(filters)}; nothing was installed into the cluster")
    return 0


def deactivate(name: str, config: str, names: Iterable[str]) -> int:
    """Switch an integration's filters off. Nothing is deleted. Raises UsageError and ConfigError."""
    filters = _integration(name)
    known = tuple(names)

    def change(document: edit.Document) -> None:
        edit.put(document, "active_filters", [one for one in _active(document) or known if one not in filters])

    change_config(_path(config), os.environ, change)
    complain(f"kubedx: {name} is off: {', '.join(filters)}; nothing was deleted from the cluster")
    return 0


def list_custom_analyzers(config: str, *, details: bool) -> int:
    """The custom analyzers of the config file. Raises ConfigError."""
    analyzers = load_config(_path(config), os.environ).custom_analyzers
    lines = ["Active: "]
    for analyzer in analyzers:
        lines.append(_told(analyzer.name))
        lines += [f"   - Url: {analyzer.url}", f"   - Port: {analyzer.port}"] if details else []
    _write(lines)
    return 0


def add_custom_analyzer(name: str, url: str, port: str, config: str) -> int:
    """Add a gRPC server as an analyzer. Raises UsageError for a name or address that is wrong or there already, and ConfigError."""
    if not _NAME.fullmatch(name):
        raise UsageError(f'--name is lower case letters, digits, dashes and dots, not "{name}"')
    number = int(port) if port.isascii() and port.isdigit() else 0
    if not 0 < number <= MOST_PORT:
        raise UsageError(f'--port is a number from 1 to {MOST_PORT}, not "{port}"')

    def change(document: edit.Document) -> None:
        entries = edit.entries_of(document, "custom_analyzers")
        if edit.named(entries, name) is not None:
            raise UsageError(f"there is a custom analyzer {name} already; remove it first, or take another name")
        places = [edit.value_of(entry, "connection") or {} for entry in entries]
        if any(str(edit.value_of(place, "url")) == url and str(edit.value_of(place, "port")) == str(number) for place in places):
            raise UsageError(f"there is a custom analyzer at {url}:{number} already")
        entries.append({"name": name, "connection": {"url": url, "port": number}})

    change_config(_path(config), os.environ, change)
    complain(f"kubedx: {name} is asked at {url}:{number} with: kubedx analyze --custom-analysis")
    return 0


def remove_custom_analyzers(names: tuple[str, ...], config: str) -> int:
    """Take custom analyzers out, all or none. Raises UsageError and ConfigError."""
    if not names:
        raise UsageError("say which custom analyzers to remove with --names NAME,NAME")

    def change(document: edit.Document) -> None:
        entries = edit.entries_of(document, "custom_analyzers")
        for name in names:
            entry = edit.named(entries, name)
            if entry is None:
                raise UsageError(f"there is no custom analyzer {name}; kubedx custom-analyzer list shows which there are")
            entries.remove(entry)

    change_config(_path(config), os.environ, change)
    complain(f"kubedx: removed {', '.join(names)}")
    return 0


def _path(config: str) -> Path | None:
    return Path(config) if config else None


def _told(name: str) -> str:
    return f"> {name} (integration)" if name in _integrated() else f"> {name}"


def _integrated() -> set[str]:
    return {name for filters in INTEGRATIONS.values() for name in filters}


def _integration(name: str) -> tuple[str, ...]:
    if name not in INTEGRATIONS:
        raise UsageError(f'there is no integration "{name}"; use one of {", ".join(INTEGRATIONS)}')
    return INTEGRATIONS[name]


def _active(document: edit.Document) -> list[str]:
    value = edit.value_of(document, "active_filters")
    return [str(name) for name in value] if isinstance(value, list) else []


def _asked(words: str, names: Iterable[str]) -> tuple[str, ...]:
    asked = tuple(word.strip() for word in words.split(","))
    if not all(asked):
        raise UsageError("name the filters, with commas between them; kubedx filters list shows which there are")
    chosen = known_filters(asked, tuple(names))
    if chosen.warnings:
        raise UsageError(f"{chosen.warnings[0]}; kubedx filters list shows which there are")
    if len(set(asked)) < len(asked):
        raise UsageError("a filter is named twice")
    return chosen.known


def _write(lines: Iterable[str]) -> None:
    write_report("\n".join(lines) + "\n", "utf-8")
