"""What a shell may complete behind a flag. Imported behind a tab only."""

from collections.abc import Callable, Iterable, Mapping

import click
from click.shell_completion import CompletionItem


def _severities() -> Iterable[str]:
    return ("info", "warning", "error", "critical")


def _formats() -> Iterable[str]:
    from kubedx.cli.outputs import SHOWN

    return SHOWN


def _logs() -> Iterable[str]:
    from kubedx.cli.options import LOGS

    return LOGS


def _filters() -> Iterable[str]:
    from kubedx.analyzers import filters

    return filters()


def _backends() -> Iterable[str]:
    from kubedx.explain import KNOWN_BACKENDS

    return KNOWN_BACKENDS


_BY_METAVAR: Mapping[str, Callable[[], Iterable[str]]] = {
    "SEVERITY": _severities,
    "FORMAT[=PATH]": _formats,
    "WHICH": _logs,
    "KIND": _filters,
}
_BY_NAME: Mapping[str, Callable[[], Iterable[str]]] = {"--backend": _backends, "--backends": _backends}


def items_for(option: click.Option, incomplete: str) -> list[CompletionItem[str]]:
    """The values of a flag that begin so, in any case of letters; of a list, those of its last word. Empty where nobody knows any."""
    known = _BY_METAVAR.get(option.metavar or "") or next((_BY_NAME[name] for name in option.opts if name in _BY_NAME), None)
    if known is None:
        return []
    before, comma, begun = incomplete.rpartition(",")
    fitting = sorted(value for value in known() if value.lower().startswith(begun.lower()))
    return [CompletionItem(f"{before}{comma}{value}") for value in fitting]
