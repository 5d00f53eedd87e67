"""What changed in a cluster that is watched, for a person and for programs."""

import msgspec

from kubedx.findings import Turn, incident_document
from kubedx.report.incident import SHOWN_ID, write_incident
from kubedx.report.json import escaped
from kubedx.report.moments import clock, span
from kubedx.report.page import Page


def turn_text(turn: Turn, *, width: int, colour: bool, explain: bool, ascii_only: bool) -> str:
    """New incidents in full, then those that are over, under the moment and the counts."""
    page = Page(width, ascii_only=ascii_only)
    counts = [*([f"{len(turn.appeared)} new"] if turn.appeared else []), *([f"{len(turn.resolved)} resolved"] if turn.resolved else [])]
    left = f"{turn.open} open" if turn.open else "nothing is broken any more"
    page.paragraph(f"{clock(turn.at)}: {', '.join(counts)}; {left}.", style="bold" if turn.open else "bold green", hang=2)
    for incident in turn.appeared:
        page.blank()
        write_incident(page, incident, turn.at, explain=explain)
    if turn.resolved:
        page.blank()
    for one in turn.resolved:
        lasted = span(one.since, one.until) if one.since else ""
        after = f" after {lasted}" if lasted else ""
        title = f"{one.incident.title} (id {one.incident.id[:SHOWN_ID]})"
        page.paragraph(title, lead=f"resolved{after}: ", lead_style="bold green", hang=3)
    return f"\n{page.render(colour=colour)}"


def turn_json(turn: Turn) -> str:
    """One line of JSON."""
    document = {
        "at": turn.at,
        "appeared": [incident_document(incident) for incident in turn.appeared],
        "resolved": turn.resolved,
        "open": turn.open,
    }
    return escaped(msgspec.json.encode(document).decode()) + "\n"
