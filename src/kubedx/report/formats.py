"""The table of formats. A format's module, and what it needs, is imported when it is asked for."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from kubedx.errors import UsageError
from kubedx.findings import Comparison, Diagnosis


class Style(NamedTuple):
    """How to render. `width` is in terminal cells; formats for programs use `tool_version` alone.

    `rights` is the command that prints the rights of this scan, and `apply` the one that hands them to its cluster.
    """

    tool_version: str
    width: int = 100
    colour: bool = False
    ascii_only: bool = False
    explain: bool = False
    verbose: bool = False
    rights: str = "kubedx rbac"
    apply: str = "kubectl apply -f -"


def _text(diagnosis: Diagnosis, style: Style) -> str:
    from kubedx.report.seen import Grant
    from kubedx.report.text import render_text

    return render_text(
        diagnosis,
        width=style.width,
        colour=style.colour,
        explain=style.explain,
        ascii_only=style.ascii_only,
        verbose=style.verbose,
        grant=Grant(style.rights, style.apply),
    )


def _json(diagnosis: Diagnosis, style: Style) -> str:
    from kubedx.report.json import render_json

    return render_json(diagnosis, tool_version=style.tool_version)


def _k8sgpt_text(diagnosis: Diagnosis, style: Style) -> str:
    from kubedx.report.k8sgpt import render_k8sgpt_text

    return render_k8sgpt_text(diagnosis, colour=style.colour, explain=style.explain)


def _k8sgpt_json(diagnosis: Diagnosis, style: Style) -> str:
    from kubedx.report.k8sgpt import render_k8sgpt_json

    return render_k8sgpt_json(diagnosis, tool_version=style.tool_version)


FORMATS: Mapping[str, Callable[[Diagnosis, Style], str]] = MappingProxyType(
    {"text": _text, "json": _json, "k8sgpt-text": _k8sgpt_text, "k8sgpt-json": _k8sgpt_json}
)
"""Every format by its name for `--output`. `k8sgpt-text` and `k8sgpt-json` are what `text` and `json` mean under the name `k8sgpt`."""


def render(diagnosis: Diagnosis, output: str, style: Style) -> str:
    """The report in that format. Raises UsageError for a name that is not one of FORMATS."""
    if output not in FORMATS:
        raise UsageError(f'output "{output}" is not known; use one of {", ".join(FORMATS)}')
    return FORMATS[output](diagnosis, style)


def render_comparison(comparison: Comparison, output: str, style: Style) -> str:
    """The comparison as `text` or `json`. Raises UsageError for another format."""
    from kubedx.report.comparison import comparison_json, comparison_text

    match output:
        case "json":
            return comparison_json(comparison)
        case "text":
            return comparison_text(comparison, width=style.width, colour=style.colour, ascii_only=style.ascii_only)
        case _:
            raise UsageError(f'--output is text or json, not "{output}"')
