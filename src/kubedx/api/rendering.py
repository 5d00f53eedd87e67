"""A diagnosis as any of the reports, and the pages of the rules that these show and link to."""

import os

from kubedx import __version__
from kubedx.analyzers import catalogue
from kubedx.findings import Diagnosis
from kubedx.report import RulePage, RulePages, Style
from kubedx.report import render as render_in_style

DOCS_URL = "https://kubedx.dev"
"""Where the documentation is published. KUBEDX_DOCS_URL names another place, such as a mirror without a way to the internet."""


def render(diagnosis: Diagnosis, output: str = "text", *, width: int = 100, colour: bool = False) -> str:
    """The diagnosis as `text`, `json`, `yaml`, `markdown`, `html`, `sarif`, `junit` or `openmetrics`: what `kubedx analyze -o` writes.

    `width` (columns) and `colour` (for a terminal) are for text. Raises UsageError for another name.
    """
    pages = rule_pages(os.environ.get("KUBEDX_DOCS_URL", DOCS_URL))
    return render_in_style(diagnosis, output, Style(tool_version=__version__, width=width, colour=colour, explain=True, rules=pages))


def rule_pages(site: str) -> RulePages:
    """The page of every rule, by its code. `site` is where they are published; anything but a URL: nowhere."""
    place = site.rstrip("/") if site.startswith(("https://", "http://", "file://")) else ""
    return {
        code: RulePage(
            code=code,
            summary=" ".join(rule.doc.split("\n\n")[0].split()),
            page=rule.doc,
            severity=rule.severity,
            filters=rule.filters,
            url=f"{place}/rules/{code}/" if place else "",
        )
        for code, rule in catalogue().items()
    }
