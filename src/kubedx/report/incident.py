"""One incident as a colleague would tell it: what, since when, how we know, what follows, what to type."""

from datetime import datetime

from kubedx.findings import Confidence, Incident, Severity
from kubedx.kube import Ref
from kubedx.report.changes import write_changes
from kubedx.report.commands import next_command
from kubedx.report.evidence import by_ref, distinct, docs_beside, first_sentences, most_telling, where
from kubedx.report.explanations import models_of, write_explanation, write_models
from kubedx.report.fixes import write_fixes
from kubedx.report.moments import clock_near, span
from kubedx.report.page import Page
from kubedx.report.rivals import folded, rival_words
from kubedx.report.tree import write_tree

MOST_EVIDENCE = 3
MOST_REFS = 4
MOST_DOC = 240
QUOTED_LINES = 3
SHOWN_ID = 8
"""Letters of an id: as many as git shows of a commit, and one more."""

_STYLES = {
    Severity.CRITICAL: "bold white on red",
    Severity.ERROR: "bold red",
    Severity.WARNING: "bold yellow",
    Severity.INFO: "bold blue",
}
_INDENT = "   "


def write_incident(page: Page, incident: Incident, scanned_at: datetime, *, explain: bool, why: str = "", page_url: str = "") -> None:
    """The incident's paragraphs, from its title to its next command. `why` is the reason of its rank, `page_url` the page of its rule."""
    severity = incident.severity
    lead = f"{incident.rank}. {severity.value}: "
    page.paragraph(incident.title, lead=lead, style="bold", lead_style=_STYLES[severity], hang=len(_INDENT))
    _write_circumstances(page, incident, scanned_at, page_url)
    if why:
        page.paragraph(why, lead=f"{_INDENT}{'first' if incident.rank == 1 else f'number {incident.rank}'} because: ", hang=5)
    _write_evidence(page, incident, scanned_at)
    _write_consequences(page, incident)
    _write_rivals(page, incident)
    write_changes(page, incident, scanned_at)
    write_fixes(page, incident)
    _write_advice(page, incident, explain=explain)


def _write_circumstances(page: Page, incident: Incident, scanned_at: datetime, page_url: str) -> None:
    """Since when, how sure, which object to change, and the names by which `kubedx verify` and `kubedx rules` know it."""
    known = []
    lasting = span(incident.since, scanned_at) if incident.since else ""
    if incident.since and lasting:
        known.append(f"for {lasting} (since {clock_near(incident.since, scanned_at)})")
    if incident.confidence is not Confidence.CERTAIN:
        known.append(f"{incident.confidence.value}, not certain")
    root = incident.root_cause
    if root.cause is not None and root.cause != root.subject:
        known.append(f"to change: {root.cause}")
    known.append(f"id {incident.id[:SHOWN_ID]}")
    known.append(f"rule {root.code}")
    page.paragraph("; ".join(known), lead=_INDENT, link=(root.code, page_url) if page_url else None)


def _write_evidence(page: Page, incident: Incident, scanned_at: datetime) -> None:
    root = incident.root_cause
    pieces = distinct(root.evidence)
    shown = most_telling(pieces, MOST_EVIDENCE)
    docs = docs_beside(shown, incident)
    for ref, told in by_ref(shown):
        inset = 0 if ref == root.subject else 2
        if inset:
            page.paragraph(str(ref), lead=f"{_INDENT}{page.glyphs.bar} ")
        for piece in told:
            page.quote(where(piece, scanned_at, page.glyphs.times), piece.value, indent=len(_INDENT), most_lines=QUOTED_LINES, inset=inset)
            if piece.id in docs:
                bar = f"{_INDENT}{page.glyphs.bar} {' ' * (inset + 2)}"
                page.paragraph(first_sentences(docs[piece.id], MOST_DOC), lead=f"{bar}API: ", hang=f"{bar}     ", style="italic")
    hidden = len(pieces) - len(shown)
    if hidden:
        page.paragraph(f"and {hidden} more piece{'s' if hidden > 1 else ''} of evidence (-o json shows all)", lead=_INDENT, style="dim")


def _write_consequences(page: Page, incident: Incident) -> None:
    """What follows from the root cause, down to the users; and what is affected beside."""
    shown: frozenset[str] = frozenset()
    if incident.symptoms:
        page.paragraph("because of this:", lead=_INDENT)
        shown = write_tree(page, incident.symptoms, _INDENT)
    if incident.entry_points:
        names = folded([str(ref) for ref in incident.entry_points], MOST_REFS)
        page.paragraph(f"nothing is left behind {names}", lead=f"{_INDENT}users notice: ", style="bold", hang=5)
    affected = _unsaid(incident, shown)
    if affected:
        page.paragraph(folded([str(ref) for ref in affected], MOST_REFS), lead=f"{_INDENT}affected: ", hang=5)


def _write_rivals(page: Page, incident: Incident) -> None:
    """Other causes of the same symptoms, and what to type to tell them apart."""
    for rival in incident.rivals:
        page.paragraph(rival_words(incident, rival), lead=f"{_INDENT}or else: ", hang=5)
        if rival.decide:
            page.command(rival.decide, lead=f"{_INDENT}  to tell: ")


def _unsaid(incident: Incident, shown: frozenset[str]) -> list[Ref]:
    """The affected objects that nothing above has named."""
    said = {incident.root_cause.subject, *incident.entry_points, *(symptom.subject for symptom in incident.symptoms if symptom.id in shown)}
    return [ref for ref in incident.affected if ref not in said]


def _write_advice(page: Page, incident: Incident, *, explain: bool) -> None:
    """The best explanation comes first: a model's, where there is one; where several were asked, all of them."""
    if explain and incident.explanations:
        page.blank()
        models = models_of(incident)
        if len(models) > 1:
            write_models(page, models, incident.title)
        else:
            write_explanation(page, incident.explanations[0], incident.title)
    following = next_command(incident)
    if following:
        page.blank()
        page.command(following, lead=f"{_INDENT}next: ", lead_style="bold")
