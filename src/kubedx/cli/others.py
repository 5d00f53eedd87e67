"""Who is asked for findings beside our own rules: custom analyzers of the config file, and rules that users declare."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from kubedx.cli.options import AnalyzeOptions
from kubedx.cli.terminal import complain
from kubedx.config import Config
from kubedx.errors import UsageError
from kubedx.inventory import Inventory
from kubedx.kube import ConfigMap, Kind, KubeObject, RawObject, type_of
from kubedx.pipeline import Opinions
from kubedx.plugins import DeclaredRule, DeclaredRuleError, Server, ask_custom_analyzers, declared_rules, judge_declared
from kubedx.source import Source, YamlError, parse_yaml

IN_CLUSTER = "configmap/"
"""Before the namespace and name of a ConfigMap that holds rules, one file a key."""

MAX_SIZE = 4 * 1024 * 1024
_SUFFIXES = {".yaml", ".yml", ".json"}


class Asked:
    """All of them (`pipeline.Others`)."""

    def __init__(self, servers: Sequence[Server], rules: Sequence[DeclaredRule], namespaces: Sequence[str]) -> None:
        self._servers, self._rules, self._namespaces = servers, rules, namespaces

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What the declared rules look at."""
        return tuple(dict.fromkeys(kind for rule in self._rules for kind in rule.kinds))

    def judge(self, inventory: Inventory) -> Opinions:
        """Ask them; who does not answer is a skip, a rule that fails on an object a crash."""
        answers = ask_custom_analyzers(self._servers, self._namespaces)
        verdicts = judge_declared(self._rules, lambda kind: _objects(kind, inventory))
        return Opinions((*answers.findings, *verdicts.findings), answers.skips, verdicts.crashed)


def others_of(options: AnalyzeOptions, config: Config, source: Source) -> Asked | None:
    """Who the flags and the config file name; None when nobody. Raises UsageError and what a file of rules raises."""
    servers = []
    if options.custom_analysis:
        if not config.custom_analyzers:
            complain("kubedx: --custom-analysis: the config file has no custom analyzer; add one with: kubedx custom-analyzer add")
        servers = [Server(one.name, one.url or "localhost", one.port) for one in config.custom_analyzers]
    documents = [pair for place in options.rules for pair in _documents(place, source)]
    rules = declared_rules(documents, source.custom_kinds() if documents else ())
    return Asked(servers, rules, options.namespaces) if servers or rules else None


def read_rules(place: str) -> Iterator[tuple[str, object]]:
    """The documents of a file or a folder of rules, each with the name of its file. Raises DeclaredRuleError."""
    path = Path(place)
    files = sorted(one for one in path.rglob("*") if one.suffix in _SUFFIXES and one.is_file()) if path.is_dir() else [path]
    if not files:
        raise DeclaredRuleError(f"the folder {place} holds no rules; they are files that end in .yaml, .yml or .json")
    for file in files:
        try:
            with file.open("rb") as stream:
                body = stream.read(MAX_SIZE + 1)
        except OSError as error:
            raise DeclaredRuleError(f"cannot read the rules {file}: {error.strerror or error}; check the path") from error
        if len(body) > MAX_SIZE:
            raise DeclaredRuleError(f"the file {file} is larger than {MAX_SIZE} bytes; it holds no rules")
        yield from _parsed(os.fspath(file), body.decode("utf-8", "replace"))


def _documents(place: str, source: Source) -> Iterable[tuple[str, object]]:
    if not place.startswith(IN_CLUSTER):
        return read_rules(place)
    namespace, slash, name = place.removeprefix(IN_CLUSTER).partition("/")
    if not (namespace and slash and name):
        raise UsageError(f'--rules configmap/NAMESPACE/NAME names a ConfigMap, not "{place}"')
    found = source.get(ConfigMap.KIND, ConfigMap.KIND.ref(namespace, name))
    if not isinstance(found, ConfigMap):
        why = "does not exist" if found is None else f"could not be read: {getattr(found, 'message', '')}"
        raise DeclaredRuleError(f"the ConfigMap {namespace}/{name} with the rules {why}")
    return [pair for key, text in sorted((found.data or {}).items()) for pair in _parsed(f"{place}: {key}", text)]


def _parsed(place: str, text: str) -> list[tuple[str, object]]:
    try:
        return [(place, document) for document in parse_yaml(text) if document is not None]
    except YamlError as error:
        raise DeclaredRuleError(f"{place} is no valid YAML: {error}") from error


def _objects(kind: Kind, inventory: Inventory) -> tuple[KubeObject, ...]:
    kind_type = type_of(kind.group_kind)
    if kind_type is not None:
        return inventory.list(kind_type).items
    return tuple(raw for raw in inventory.list(RawObject) if raw.ref.group_kind == kind.group_kind)
