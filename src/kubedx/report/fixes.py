"""Changes of fields that would mend an incident: which was proved, and the command that makes it."""

from kubedx.findings import Fix, Incident
from kubedx.report.page import Page

MOST_FIXES = 2

_INDENT = "   "


def write_fixes(page: Page, incident: Incident) -> None:
    """The fixes that were checked; without any, the first that may help."""
    checked = [fix for fix in incident.fixes if fix.checked]
    for fix in checked[:MOST_FIXES] or incident.fixes[:1]:
        page.blank()
        said = "fix, checked: " if fix.checked else "may fix it, not checked: "
        page.paragraph(_words(fix, page.glyphs.becomes), lead=f"{_INDENT}{said}", lead_style="bold", hang=5)
        if fix.command:
            page.command(fix.command, lead=f"{_INDENT}  {page.glyphs.prompt} ")
        if fix.command and fix.managed_by:
            page.paragraph(f"{fix.managed_by} manages {fix.ref}: change it in its source, or the change is undone", lead=f"{_INDENT}  ")


def _words(fix: Fix, becomes: str) -> str:
    changes = "; ".join(f"{change.path}: {change.before or '(nothing)'} {becomes} {change.after}" for change in fix.changes[:3])
    more = f" and {len(fix.changes) - 3} more fields" if len(fix.changes) > 3 else ""
    return f"{fix.ref}, {changes}{more}"
