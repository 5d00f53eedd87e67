"""What changed before an incident began, the newest first."""

from datetime import datetime

from kubedx.findings import Change, Incident
from kubedx.report.moments import clock_near, span
from kubedx.report.page import Page

MOST_CHANGES = 4
MOST_LETTERS = 80

_INDENT = "   "


def write_changes(page: Page, incident: Incident, scanned_at: datetime) -> None:
    """A line for each change, at most four: when, what, from what to what, by whom."""
    if not incident.changed:
        return
    page.paragraph("changed before it began:", lead=_INDENT)
    newest = sorted(incident.changed, key=lambda change: change.when, reverse=True)
    for change in newest[:MOST_CHANGES]:
        page.paragraph(f"{_when(change, incident, scanned_at)}: {_words(change, page.glyphs.becomes)}", lead=f"{_INDENT}  ", hang=7)
    if len(newest) > MOST_CHANGES:
        page.paragraph(f"and {len(newest) - MOST_CHANGES} earlier", lead=f"{_INDENT}  ", style="dim")


def _when(change: Change, incident: Incident, scanned_at: datetime) -> str:
    before = span(change.when, incident.since) if incident.since else ""
    return f"{clock_near(change.when, scanned_at)}{f' ({before} before)' if before else ''}"


def _words(change: Change, becomes: str) -> str:
    by = f", by {change.by}" if change.by else ""
    where = f"{change.ref} {change.path}" if change.path else str(change.ref)
    if not change.before and change.path in {"", "data", "metadata.creationTimestamp"}:
        return f"{change.ref}: {change.after}{by}"
    if change.before == change.after:  # variables, of which only names are told
        return f"{where}: another value of {_short(change.after)}{by}"
    return f"{where}: {_short(change.before)} {becomes} {_short(change.after)}{by}"


def _short(value: str) -> str:
    if not value:
        return "(nothing)"
    return value if len(value) <= MOST_LETTERS else f"{value[: MOST_LETTERS - 1]}…"
