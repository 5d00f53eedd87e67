"""A comparison of two diagnoses, for a person and for programs."""

import json
from collections.abc import Sequence
from typing import Any

import msgspec

from kubedx.findings import Comparison, Severity, Summary
from kubedx.report.page import Page

_STYLES = {Severity.CRITICAL: "bold red", Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}


def comparison_text(comparison: Comparison, *, width: int, colour: bool, ascii_only: bool) -> str:
    """New incidents first, then those that persist, those of which nobody can tell, and those that are resolved."""
    page = Page(width, ascii_only=ascii_only)
    counts = [
        f"{len(comparison.appeared)} new",
        f"{len(comparison.persisting)} persisting",
        f"{len(comparison.resolved)} resolved",
        *([f"{len(comparison.unclear)} unclear"] if comparison.unclear else []),
    ]
    page.paragraph(f"{', '.join(counts)}, from {comparison.old} to {comparison.new}.", style="bold", hang=2)
    _write(page, "New:", "+", comparison.appeared)
    _write(page, "Persisting:", "=", comparison.persisting, comparison.worse)
    if comparison.unclear:
        page.blank()
        page.paragraph("Unclear, as not everything could be read:", style="bold")
        for unclear in comparison.unclear:
            page.paragraph(f"{unclear.incident.title} ({unclear.reason})", lead="  ? ", style="yellow")
    _write(page, "Resolved:", "-", comparison.resolved)
    return page.render(colour=colour)


def comparison_json(comparison: Comparison) -> str:
    """The comparison as a JSON document, in ASCII, with a line end."""
    document: dict[str, Any] = {
        "old": comparison.old,
        "new": comparison.new,
        "appeared": msgspec.to_builtins(comparison.appeared),
        "persisting": [{**msgspec.to_builtins(one), "worse": one.id in comparison.worse} for one in comparison.persisting],
        "resolved": msgspec.to_builtins(comparison.resolved),
        "unclear": [{**msgspec.to_builtins(one.incident), "reason": one.reason} for one in comparison.unclear],
    }
    return json.dumps(document, indent=2) + "\n"


def _write(page: Page, title: str, mark: str, incidents: Sequence[Summary], worse: frozenset[str] = frozenset()) -> None:
    if not incidents:
        return
    page.blank()
    page.paragraph(title, style="bold")
    for incident in incidents:
        grown = ", worse than before" if incident.id in worse else ""
        lead = f"  {mark} {incident.severity.value}{grown}: "
        page.paragraph(incident.title, lead=lead, lead_style=_STYLES[incident.severity], hang=4)
