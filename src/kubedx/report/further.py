"""The incidents of a large cluster that there is no room to tell whole: a line each, and the last ones counted."""

from collections import Counter
from collections.abc import Sequence

from kubedx.findings import Incident
from kubedx.report.incident import SHOWN_ID
from kubedx.report.page import Page

MOST_IN_FULL = 30
"""Incidents that are told whole: more than anybody mends before looking again."""
MOST_LINES = 100
MOST_NAMES = 5


def write_further(page: Page, incidents: Sequence[Incident]) -> None:
    """Nothing where there are none."""
    if not incidents:
        return
    page.blank()
    some = f"{len(incidents)} further incident{'' if len(incidents) == 1 else 's'}"
    page.paragraph(f"{some} in short; --verbose tells all whole, -n and --filter show fewer:", style="bold", hang=2)
    for incident in incidents[:MOST_LINES]:
        lead = f"{incident.rank}. {incident.severity.value}: "
        page.paragraph(f"{incident.title}; id {incident.id[:SHOWN_ID]}", lead=lead, hang=3, most_lines=2)
    _write_counted(page, incidents[MOST_LINES:])


def _write_counted(page: Page, incidents: Sequence[Incident]) -> None:
    if not incidents:
        return
    codes = Counter(incident.root_cause.code for incident in incidents)
    namespaces = Counter(incident.root_cause.subject.namespace or "no namespace" for incident in incidents)
    told = f"and {len(incidents)} more: {_counted(codes)}; in {_counted(namespaces)}; -o json holds all"
    page.paragraph(told, lead="   ", hang=5)


def _counted(counts: Counter[str]) -> str:
    """`image-pull-failed (470), secret-absent (3) and 2 others`, the most frequent first."""
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    told = ", ".join(f"{name} ({count})" for name, count in ranked[:MOST_NAMES])
    others = len(ranked) - MOST_NAMES
    return f"{told} and {others} other{'' if others == 1 else 's'}" if others > 0 else told
