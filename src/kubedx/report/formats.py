"""The table of formats. A format's module, and what it needs, is imported when it is asked for."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from kubedx.errors import UsageError
from kubedx.findings import Comparison, Diagnosis, Explanation, Incident, Turn, Verification
from kubedx.report.rule_page import RulePages


class Style(NamedTuple):
    """How to render. `width` is in terminal cells; formats for programs use `tool_version` alone.

    `rights` is the command that prints the rights of this scan, and `apply` the one that hands them to its cluster. `rules` are the
    pages of the rules, which some formats show and others link to; `links`: the terminal can show links.
    """

    tool_version: str
    width: int = 100
    colour: bool = False
    ascii_only: bool = False
    explain: bool = False
    verbose: bool = False
    rights: str = "kubedx rbac"
    apply: str = "kubectl apply -f -"
    rules: RulePages = MappingProxyType({})
    links: bool = False


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
        rules=style.rules if style.links and style.colour else {},
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


def _yaml(diagnosis: Diagnosis, style: Style) -> str:
    from kubedx.report.yaml import render_yaml

    return render_yaml(diagnosis, tool_version=style.tool_version)


def _markdown(diagnosis: Diagnosis, style: Style) -> str:
    from kubedx.report.markdown import render_markdown
    from kubedx.report.seen import Grant

    return render_markdown(diagnosis, rules=style.rules, grant=Grant(style.rights, style.apply))


def _html(diagnosis: Diagnosis, style: Style) -> str:
    from kubedx.report.html import render_html
    from kubedx.report.seen import Grant

    return render_html(diagnosis, tool_version=style.tool_version, rules=style.rules, grant=Grant(style.rights, style.apply))


def _sarif(diagnosis: Diagnosis, style: Style) -> str:
    from kubedx.report.sarif import render_sarif

    return render_sarif(diagnosis, tool_version=style.tool_version, rules=style.rules)


def _junit(diagnosis: Diagnosis, _style: Style) -> str:
    from kubedx.report.junit import render_junit

    return render_junit(diagnosis)


def _openmetrics(diagnosis: Diagnosis, style: Style) -> str:
    from kubedx.report.openmetrics import render_openmetrics

    return render_openmetrics(diagnosis, tool_version=style.tool_version)


FORMATS: Mapping[str, Callable[[Diagnosis, Style], str]] = MappingProxyType(
    {
        "text": _text,
        "json": _json,
        "yaml": _yaml,
        "markdown": _markdown,
        "html": _html,
        "sarif": _sarif,
        "junit": _junit,
        "openmetrics": _openmetrics,
        "k8sgpt-text": _k8sgpt_text,
        "k8sgpt-json": _k8sgpt_json,
    }
)
"""Every format by its name for `--output`. `k8sgpt-text` and `k8sgpt-json` are what `text` and `json` mean under the name `k8sgpt`."""

SUFFIXES: Mapping[str, str] = MappingProxyType(
    {
        ".txt": "text",
        ".json": "json",
        ".yaml": "yaml",
        ".yml": "yaml",
        ".md": "markdown",
        ".html": "html",
        ".htm": "html",
        ".sarif": "sarif",
        ".xml": "junit",
        ".prom": "openmetrics",
    }
)
"""What the name of a file says of its format."""


def render(diagnosis: Diagnosis, output: str, style: Style) -> str:
    """The report in that format. Raises UsageError for a name that is not one of FORMATS."""
    if output not in FORMATS:
        raise UsageError(f'output "{output}" is not known; use one of {", ".join(FORMATS)}')
    return FORMATS[output](diagnosis, style)


COMPARISON_FORMATS = ("text", "json", "yaml", "markdown")
"""The formats of a comparison."""

VERIFICATION_FORMATS = ("text", "json", "yaml")
"""The formats of a verification."""


def render_comparison(comparison: Comparison, output: str, style: Style) -> str:
    """The comparison in one of COMPARISON_FORMATS. Raises UsageError for another."""
    from kubedx.report.comparison import comparison_document, comparison_markdown, comparison_text

    match output:
        case "json" | "yaml":
            return _document_text(comparison_document(comparison), output)
        case "markdown":
            return comparison_markdown(comparison)
        case "text":
            return comparison_text(comparison, width=style.width, colour=style.colour, ascii_only=style.ascii_only)
        case _:
            raise UsageError(f'--output is one of {", ".join(COMPARISON_FORMATS)}, not "{output}"')


def render_verification(verification: Verification, output: str) -> str:
    """The verification in one of VERIFICATION_FORMATS. Raises UsageError for another."""
    from kubedx.report.verification import verification_document, verification_text

    match output:
        case "json" | "yaml":
            return _document_text(verification_document(verification), output)
        case "text":
            return verification_text(verification)
        case _:
            raise UsageError(f'--output is one of {", ".join(VERIFICATION_FORMATS)}, not "{output}"')


def _document_text(document: dict[str, Any], output: str) -> str:
    from kubedx.report.json import json_text
    from kubedx.report.yaml import yaml_text

    return json_text(document) if output == "json" else yaml_text(document)


def render_explanations(incident: Incident, style: Style, *, is_draft: bool = False) -> str:
    """What is said of one incident, as text; a draft is what stands while it is still being said."""
    from kubedx.report.explanations import write_explanations
    from kubedx.report.page import Page

    page = Page(style.width, ascii_only=style.ascii_only)
    write_explanations(page, incident, is_draft=is_draft)
    return page.render(colour=style.colour)


def render_answer(explanation: Explanation, style: Style) -> str:
    """An answer to a question, as text."""
    from kubedx.report.explanations import write_answer
    from kubedx.report.page import Page

    page = Page(style.width, ascii_only=style.ascii_only)
    write_answer(page, explanation)
    return page.render(colour=style.colour)


def render_evidence(incident: Incident, style: Style) -> str:
    """All evidence of an incident by its ids, as text."""
    from kubedx.report.explanations import write_evidence
    from kubedx.report.page import Page

    page = Page(style.width, ascii_only=style.ascii_only)
    write_evidence(page, incident)
    return page.render(colour=style.colour)


def render_turn(turn: Turn, output: str, style: Style) -> str:
    """What changed in a cluster that is watched, as `text`, or as one line of `json`."""
    from kubedx.report.turn import turn_json, turn_text

    if output == "json":
        return turn_json(turn)
    return turn_text(turn, width=style.width, colour=style.colour, explain=style.explain, ascii_only=style.ascii_only)
