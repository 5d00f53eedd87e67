"""A comparison of two diagnoses, for a person and for programs."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from kubedx.findings import Comparison, Severity, Summary
from kubedx.report.markdown_text import inline
from kubedx.report.page import Page

MOST_IN_MARKDOWN = 100
"""Incidents of a section: GitHub and GitLab refuse comments that are much longer."""

_STYLES = {Severity.CRITICAL: "bold red", Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}


def comparison_text(comparison: Comparison, *, width: int, colour: bool, ascii_only: bool) -> str:
    """New incidents first, then those that persist, those of which nobody can tell, and those that are resolved."""
    page = Page(width, ascii_only=ascii_only)
    page.paragraph(f"{_counts(comparison)}, from {comparison.old} to {comparison.new}.", style="bold", hang=2)
    _write(page, "New:", "+", comparison.appeared)
    _write(page, "Persisting:", "=", comparison.persisting, comparison.worse)
    if comparison.unclear:
        page.blank()
        page.paragraph("Unclear, as not everything could be read:", style="bold")
        for unclear in comparison.unclear:
            page.paragraph(f"{unclear.incident.title} ({unclear.reason})", lead="  ? ", style="yellow")
    _write(page, "Resolved:", "-", comparison.resolved)
    return page.render(colour=colour)


def comparison_document(comparison: Comparison) -> dict[str, Any]:
    """The comparison as a document of JSON's own types."""
    return {
        "old": comparison.old,
        "new": comparison.new,
        "appeared": msgspec.to_builtins(comparison.appeared),
        "persisting": [{**msgspec.to_builtins(one), "worse": one.id in comparison.worse} for one in comparison.persisting],
        "resolved": msgspec.to_builtins(comparison.resolved),
        "unclear": [{**msgspec.to_builtins(one.incident), "reason": one.reason} for one in comparison.unclear],
    }


def comparison_markdown(comparison: Comparison) -> str:
    """For a comment of a pull request or a channel: what is new, and below it what was there before."""
    parts = [f"## {_counts(comparison)}", f"From {inline(comparison.old)} to {inline(comparison.new)}."]
    parts += _section("New", (_item(one) for one in comparison.appeared))
    parts += _section("Persisting", (_item(one, is_worse=one.id in comparison.worse) for one in comparison.persisting))
    parts += _section(
        "Unclear, as not everything could be read", (f"{_item(one.incident)} ({inline(one.reason)})" for one in comparison.unclear)
    )
    parts += _section("Resolved", (_item(one) for one in comparison.resolved))
    return "\n\n".join(parts) + "\n"


def _section(title: str, items: Iterable[str]) -> list[str]:
    told = list(items)
    more = [f"- and {len(told) - MOST_IN_MARKDOWN} more; `-o json` tells all"] if len(told) > MOST_IN_MARKDOWN else []
    return [f"### {title}", "\n".join((*told[:MOST_IN_MARKDOWN], *more))] if told else []


def _item(incident: Summary, *, is_worse: bool = False) -> str:
    return f"- **{incident.severity.value}**{', worse than before' if is_worse else ''}: {inline(incident.title)} (`{incident.id[:8]}`)"


def _counts(comparison: Comparison) -> str:
    told = [f"{len(comparison.appeared)} new", f"{len(comparison.persisting)} persisting", f"{len(comparison.resolved)} resolved"]
    return ", ".join([*told, *([f"{len(comparison.unclear)} unclear"] if comparison.unclear else [])])


def _write(page: Page, title: str, mark: str, incidents: Sequence[Summary], worse: frozenset[str] = frozenset()) -> None:
    if not incidents:
        return
    page.blank()
    page.paragraph(title, style="bold")
    for incident in incidents:
        grown = ", worse than before" if incident.id in worse else ""
        lead = f"  {mark} {incident.severity.value}{grown}: "
        page.paragraph(incident.title, lead=lead, lead_style=_STYLES[incident.severity], hang=4)
