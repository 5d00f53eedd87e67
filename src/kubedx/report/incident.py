"""One incident as a colleague would tell it: what, since when, how we know, what follows, what to type."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from kubedx.findings import Confidence, Evidence, EvidenceType, Explanation, Incident, RootCause, Severity, Symptom
from kubedx.kube import Ref
from kubedx.report.changes import write_changes
from kubedx.report.fixes import write_fixes
from kubedx.report.moments import clock_near, span
from kubedx.report.page import Page

MOST_EVIDENCE = 3
MOST_SYMPTOMS = 8
MOST_ALIKE = 2
MOST_REFS = 4
QUOTED_LINES = 3

_STYLES = {
    Severity.CRITICAL: "bold white on red",
    Severity.ERROR: "bold red",
    Severity.WARNING: "bold yellow",
    Severity.INFO: "bold blue",
}
_INDENT = "   "
_PLAYBOOK = "playbook"


def write_incident(page: Page, incident: Incident, scanned_at: datetime, *, explain: bool) -> None:
    """The incident's paragraphs, from its title to its next command."""
    severity = incident.severity
    lead = f"{incident.rank}. {severity.value}: "
    page.paragraph(incident.title, lead=lead, style="bold", lead_style=_STYLES[severity], hang=len(_INDENT))
    _write_circumstances(page, incident, scanned_at)
    _write_evidence(page, incident, scanned_at)
    _write_symptoms(page, incident.symptoms)
    affected = _unsaid(incident)
    if affected:
        page.paragraph(_folded([str(ref) for ref in affected], MOST_REFS), lead=f"{_INDENT}affected: ", hang=5)
    for rival in incident.rivals:
        other = rival.root_cause
        page.paragraph(f"{other.subject}: {other.message} ({rival.confidence.value})", lead=f"{_INDENT}or else: ", hang=5)
    write_changes(page, incident, scanned_at)
    write_fixes(page, incident)
    _write_advice(page, incident.title, incident.explanations, explain=explain)


def _write_circumstances(page: Page, incident: Incident, scanned_at: datetime) -> None:
    """Since when, how sure, and which object to change."""
    known = []
    lasting = span(incident.since, scanned_at) if incident.since else ""
    if incident.since and lasting:
        known.append(f"for {lasting} (since {clock_near(incident.since, scanned_at)})")
    if incident.confidence is not Confidence.CERTAIN:
        known.append(f"{incident.confidence.value}, not certain")
    root = incident.root_cause
    if root.cause is not None and root.cause != root.subject:
        known.append(f"to change: {root.cause}")
    if known:
        page.paragraph("; ".join(known), lead=_INDENT)


def _write_evidence(page: Page, incident: Incident, scanned_at: datetime) -> None:
    root = incident.root_cause
    distinct = _distinct(root.evidence)
    shown = _most_telling(distinct)
    for piece in shown:
        where = _where(piece, root, scanned_at, page.glyphs.times)
        page.quote(where, piece.value, indent=len(_INDENT), most_lines=QUOTED_LINES)
    if len(distinct) > len(shown):
        page.paragraph(f"and {len(distinct) - len(shown)} more pieces of evidence (-o json shows all)", lead=_INDENT, style="dim")


def _distinct(evidence: Iterable[Evidence]) -> list[Evidence]:
    """The pieces without those that say of another pod what was said already."""
    return list({(piece.type, piece.value): piece for piece in reversed(tuple(evidence))}.values())[::-1]


def _most_telling(pieces: Sequence[Evidence]) -> list[Evidence]:
    """The first of each type, since a field, an event and a log line tell different things; then the others, in the rule's order."""
    firsts = {kind: index for kind in EvidenceType for index in reversed(range(len(pieces))) if pieces[index].type is kind}
    chosen = sorted(firsts.values())[:MOST_EVIDENCE]
    others = [index for index in range(len(pieces)) if index not in chosen]
    return [pieces[index] for index in sorted([*chosen, *others[: MOST_EVIDENCE - len(chosen)]])]


def _where(piece: Evidence, root: RootCause, scanned_at: datetime, times: str) -> str:
    where = "" if piece.ref == root.subject else f"{piece.ref}"
    often = f" {times}{piece.count}" if piece.count > 1 else ""
    match piece.type:
        case EvidenceType.EVENT:
            ago = span(piece.last_seen, scanned_at) if piece.last_seen else ""
            return f"event {piece.reason}{often}{' on ' if where else ''}{where}{f', last {ago} ago' if ago else ''}"
        case EvidenceType.LOG:
            container, _, previous = piece.path.removeprefix("container/").partition("/")
            run = " (previous run)" if previous else ""
            return f"log of {where or root.subject}, container {container}{run}{often}"
        case EvidenceType.FIELD:
            return ", ".join(word for word in (where, piece.path) if word) or str(piece.ref)


def _write_symptoms(page: Page, symptoms: Sequence[Symptom]) -> None:
    """What follows from the root cause, as a tree; alike ones folded."""
    if not symptoms:
        return
    page.paragraph("because of this:", lead=_INDENT)
    depth: dict[str, int] = {}
    alike: dict[tuple[str, str], int] = {}
    written = 0
    for symptom in symptoms:
        parent = next((cause for cause in symptom.because if cause in depth), "root")
        depth[symptom.id] = depth.get(parent, -1) + 1
        key = parent, symptom.code
        alike[key] = alike.get(key, 0) + 1
        if alike[key] > MOST_ALIKE or written == MOST_SYMPTOMS:
            continue
        written += 1
        lead = f"{_INDENT}{'  ' * min(depth[symptom.id], 4)}{page.glyphs.follows} "
        page.paragraph(f"{symptom.subject}: {symptom.message}", lead=lead)
    if len(symptoms) > written:
        page.paragraph(f"and {len(symptoms) - written} more", lead=f"{_INDENT}  ", style="dim")


def _unsaid(incident: Incident) -> list[Ref]:
    """The affected objects that the title and the symptoms have not named."""
    said = {incident.root_cause.subject, *(symptom.subject for symptom in incident.symptoms[:MOST_SYMPTOMS])}
    return [ref for ref in incident.affected if ref not in said]


def _folded(words: Sequence[str], most: int) -> str:
    """`a, b, c and 14 more`; one more than `most` is shown rather than folded."""
    if len(words) <= most + 1:
        return ", ".join(words)
    return f"{', '.join(words[:most])} and {len(words) - most} more"


def _write_advice(page: Page, title: str, explanations: Sequence[Explanation], *, explain: bool) -> None:
    """The best explanation comes first: a model's, where there is one. What to type next is the playbook's word, which nobody made up."""
    if explain and explanations:
        page.blank()
        _write_explanation(page, explanations[0], title)
    ours = sorted(explanations, key=lambda explanation: explanation.source != _PLAYBOOK)
    following = next((command for explanation in ours for command in explanation.commands), "")
    if following:
        page.blank()
        page.command(following, lead=f"{_INDENT}next: ", lead_style="bold")


def _write_explanation(page: Page, explanation: Explanation, title: str) -> None:
    """The summary, and the numbered steps with their commands; commands of no step after them."""
    source = "" if explanation.source == _PLAYBOOK else f"{explanation.source} says: "
    if explanation.summary.rstrip(".") != title:  # which the playbook repeats where it knows no more
        page.paragraph(explanation.summary, lead=f"{_INDENT}{source}", hang=len(_INDENT))
    told = set[str]()
    for number, step in enumerate(explanation.steps, start=1):
        text, *commands = step.split("\n")
        page.paragraph(text, lead=f"{_INDENT}{number}. ", lead_style="bold")
        for command in commands:
            page.command(command, lead=f"{_INDENT}   {page.glyphs.prompt} ")
        told.update(commands, (command for command in explanation.commands if command in text))
    for command in explanation.commands:
        if command not in told:
            page.command(command, lead=f"{_INDENT}{page.glyphs.prompt} ")
