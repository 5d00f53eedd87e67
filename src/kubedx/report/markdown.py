"""The report as Markdown, for tickets, wikis and comments on pull requests; as GitHub and GitLab read it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from kubedx.findings import Change, Diagnosis, Explanation, Incident
from kubedx.report.chain import Link, chain
from kubedx.report.commands import PLAYBOOK, next_command, steps_of
from kubedx.report.evidence import distinct, docs_beside, most_telling, where
from kubedx.report.explanations import took
from kubedx.report.headline import headline
from kubedx.report.markdown_text import block, code, in_html, inline
from kubedx.report.moments import clock, span
from kubedx.report.rivals import rival_words
from kubedx.report.rule_page import RulePages
from kubedx.report.seen import Grant
from kubedx.report.sentences import Sentence, coverage_sentences, focus_sentences

MOST_LETTERS = 60_000
"""Of the whole report: a comment of GitHub holds 65,536 characters, and a description around it needs some, too."""
MOST_ROWS = 50
MOST_EVIDENCE = 6
MOST_CHANGES = 4
MOST_FIXES = 2
MOST_VALUE = 600
MOST_COVERAGE = 6_000


def render_markdown(diagnosis: Diagnosis, *, rules: RulePages, grant: Grant) -> str:
    """As many incidents in full as fit, the worst first; of the others as many titles as fit; and how many are left."""
    foot = _foot(diagnosis, grant)
    parts = [f"# {inline(headline(diagnosis))}", *_table(diagnosis)]
    room = MOST_LETTERS - len(foot) - sum(len(part) + 2 for part in parts)
    told = 0
    for incident in diagnosis.incidents:
        text = "\n\n".join(_incident(incident, diagnosis.scanned_at, rules))
        room -= len(text) + 2
        if room < 0:
            break
        parts.append(text)
        told += 1
    hidden = len(diagnosis.incidents) - told
    if hidden:
        parts.append(f"{hidden} further incident{'s are' if hidden > 1 else ' is'} left out here; `-o json` and `-o html` show all.")
    return "\n\n".join([*parts, foot]) + "\n"


def _table(diagnosis: Diagnosis) -> Iterator[str]:
    """A line for each incident, as a table of contents."""
    if len(diagnosis.incidents) < 2:
        return
    rows = [f"| {one.rank} | {one.severity.value} | {inline(_short(one.title, 200))} |" for one in diagnosis.incidents[:MOST_ROWS]]
    more = len(diagnosis.incidents) - MOST_ROWS
    yield "\n".join(["| # | severity | incident |", "|---|---|---|", *rows, *([f"| | | and {more} more |"] if more > 0 else [])])


def _incident(incident: Incident, scanned_at: datetime, rules: RulePages) -> Iterator[str]:
    yield f"## {incident.rank}. {incident.severity.value}: {inline(_short(incident.title, MOST_VALUE))}"
    yield _circumstances(incident, scanned_at, rules)
    yield "\n".join(["**How we know**", "", *_evidence(incident, scanned_at)])
    if incident.symptoms:
        yield "\n".join(["**What follows**", "", *(_branch(link) for link in chain(incident.symptoms))])
    if incident.entry_points:
        yield f"**Users notice**: nothing is left behind {_listed(map(str, incident.entry_points))}."
    for rival in incident.rivals:
        yield f"**Or else**: {inline(_short(rival_words(incident, rival)))}"
        if rival.decide:
            yield f"To tell which:\n\n{block(rival.decide, 'sh')}"
    if incident.changed:
        newest = sorted(incident.changed, key=lambda change: change.when, reverse=True)[:MOST_CHANGES]
        yield "\n".join(["**Changed before it began**", "", *map(_change, newest)])
    yield from _fixes(incident)
    command = next_command(incident)
    if command:
        yield f"**Next**\n\n{block(command, 'sh')}"
    for explanation in incident.explanations:
        yield _explanation(explanation)


def _circumstances(incident: Incident, scanned_at: datetime, rules: RulePages) -> str:
    root = incident.root_cause
    page = rules.get(root.code)
    lasting = span(incident.since, scanned_at) if incident.since else ""
    known = [
        f"for {lasting}, since {clock(incident.since)}" if incident.since and lasting else "",
        incident.confidence.value,
        f"to change: {code(str(root.cause))}" if root.cause else "",
        f"rule [{code(root.code)}]({page.url})" if page and page.url else f"rule {code(root.code)}",
        f"id {code(incident.id)}",
    ]
    return "; ".join(filter(None, known))


def _evidence(incident: Incident, scanned_at: datetime) -> Iterator[str]:
    pieces = distinct(incident.root_cause.evidence)
    shown = most_telling(pieces, MOST_EVIDENCE)
    docs = docs_beside(shown, incident)
    for piece in shown:
        yield f"- {inline(str(piece.ref))}, {inline(where(piece, scanned_at))}: {code(_short(piece.value))}"
        if piece.id in docs:
            yield f"  - API: {inline(_short(docs[piece.id]))}"
    if len(pieces) > len(shown):
        yield f"- and {len(pieces) - len(shown)} more"


def _branch(link: Link) -> str:
    alike = f" (and {link.alike - 1} more such objects)" if link.alike > 1 else ""
    return f"{'  ' * link.depth}- {inline(f'{link.symptom.subject}: {_short(link.symptom.message, 300)}')}{alike}"


def _change(change: Change) -> str:
    by = f", by {change.by}" if change.by else ""
    return (
        f"- {clock(change.when)}{inline(by)}: {inline(f'{change.ref} {change.path}')}: "
        f"{code(_short(change.before) or '(nothing)')} → {code(_short(change.after) or '(nothing)')}"
    )


def _fixes(incident: Incident) -> Iterator[str]:
    checked = [fix for fix in incident.fixes if fix.checked]
    for fix in checked[:MOST_FIXES] or incident.fixes[:1]:
        lead = "Fix, checked" if fix.checked else "May fix it, not checked"
        changes = [f"- {code(one.path)}: {code(one.before or '(nothing)')} → {code(one.after)}" for one in fix.changes[:3]]
        parts = [f"**{lead}**: {inline(str(fix.ref))}", "\n".join(changes), block(fix.command, "sh") if fix.command else ""]
        if fix.managed_by:
            parts.append(f"{inline(fix.managed_by)} manages this object: change it in its source, or the change is undone.")
        yield "\n\n".join(filter(None, parts))


def _explanation(explanation: Explanation) -> str:
    source = "Playbook" if explanation.source == PLAYBOOK else f"{explanation.source} says"
    known = [
        took(explanation),
        f"rests on {', '.join(explanation.citations)}" if explanation.citations and explanation.source != PLAYBOOK else "",
        f"{explanation.dropped} claims left out: not in the cluster" if explanation.dropped else "",
    ]
    parts = [inline(explanation.summary)]
    for number, (text, commands) in enumerate(steps_of(explanation), start=1):
        step = [f"{number}. {inline(text)}"] if text else []
        parts.append("\n\n".join([*step, *(_indented(block(command, "sh"), "   " if text else "") for command in commands)]))
    if any(known):
        parts.append(inline("; ".join(filter(None, known))))
    return _details(source, parts)


def _foot(diagnosis: Diagnosis, grant: Grant) -> str:
    parts: list[str] = [f"> **Warning**: {inline(warning)}" for warning in diagnosis.errors[:10]]
    if diagnosis.focus:
        parts.append(_details("What it needs, and what needs it", _sentences(focus_sentences(diagnosis.focus))))
    parts.append(_details("What was read, and what was not", _sentences(coverage_sentences(diagnosis, grant))))
    return "\n\n".join(parts)


def _sentences(sentences: Sequence[Sentence]) -> list[str]:
    lines: list[str] = []
    room = MOST_COVERAGE
    for sentence in sentences:
        line = block(sentence.text, "sh") if sentence.is_command else f"- {inline(_short(sentence.text, 1000))}"
        room -= len(line)
        if room < 0:
            return [*lines, "- and more; `-o json` tells all"]
        lines.append(line)
    return lines


def _details(summary: str, parts: Iterable[str]) -> str:
    """A part that is closed until somebody opens it."""
    text = "\n\n".join(parts)
    return f"<details><summary>{in_html(summary)}</summary>\n\n{text}\n\n</details>"


def _indented(text: str, indent: str) -> str:
    return "\n".join(f"{indent}{line}" for line in text.split("\n"))


def _listed(words: Iterable[str], most: int = 10) -> str:
    names = list(words)
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(map(inline, names[:most]))}{more}"


def _short(text: str, most: int = MOST_VALUE) -> str:
    return text if len(text) <= most else f"{text[: most * 2 // 3]} … {text[-most // 3 :]}"
