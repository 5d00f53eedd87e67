"""The report as one HTML file that needs no network and no script: to look at, to print, to listen to, and to attach to a ticket.

Everything that a cluster says is made printable and escaped where it is written (`finalize` and `autoescape` of the template
engine), so no template can forget it; and a Content-Security-Policy allows the page its one style sheet and nothing else.
"""

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import jinja2
from markupsafe import Markup

from kubedx.findings import Diagnosis, Evidence, Incident, Severity
from kubedx.kube import pattern_of
from kubedx.report.chain import Link, chain
from kubedx.report.commands import PLAYBOOK, next_command, steps_of
from kubedx.report.evidence import distinct, docs_beside, most_telling, where
from kubedx.report.explanations import took
from kubedx.report.graph import BOX_HEIGHT, BOX_WIDTH, draw
from kubedx.report.headline import cluster_words, headline
from kubedx.report.moments import clock, span
from kubedx.report.printable import MAX_TEXT, printable
from kubedx.report.rivals import rival_words
from kubedx.report.rule_page import RulePages
from kubedx.report.seen import Grant
from kubedx.report.sentences import coverage_sentences, focus_sentences

MOST_IN_FULL = 200
"""Incidents that are told in full. A browser takes seconds for thousands, and a reader has left long before."""
MOST_ROWS = 2000
"""Incidents that have a line of a table beyond that."""
MOST_EVIDENCE = 12
MOST_GAPS = 200

# Tags of languages as BCP 47 has them; what a user calls a language may be none.
_LANGUAGE = pattern_of(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


class Node(NamedTuple):
    """A link of the chain, with what follows from it."""

    link: Link
    below: list["Node"]


def render_html(diagnosis: Diagnosis, *, tool_version: str, rules: RulePages, grant: Grant) -> str:
    """The whole file."""
    incidents = diagnosis.incidents
    return (
        _templates()
        .get_template("report.html.j2")
        .render(
            tool_version=tool_version,
            diagnosis=diagnosis,
            headline=headline(diagnosis),
            cluster=cluster_words(diagnosis),
            scanned_at=diagnosis.scanned_at,
            severities=[(each.value, count) for each in Severity if (count := sum(one.severity is each for one in incidents))],
            incidents=[_facts(incident) for incident in incidents[:MOST_IN_FULL]],
            further=incidents[MOST_IN_FULL : MOST_IN_FULL + MOST_ROWS],
            hidden=max(0, len(incidents) - MOST_IN_FULL - MOST_ROWS),
            focus=focus_sentences(diagnosis.focus) if diagnosis.focus else [],
            coverage=coverage_sentences(diagnosis, grant),
            most_gaps=MOST_GAPS,
            rules=rules,
        )
    )


def _facts(incident: Incident) -> dict[str, Any]:
    """What the template needs of an incident, beside the incident itself."""
    pieces = distinct(incident.root_cause.evidence)
    shown = most_telling(pieces, MOST_EVIDENCE)
    checked = [fix for fix in incident.fixes if fix.checked]
    return {
        "incident": incident,
        "root": incident.root_cause,
        "evidence": shown,
        "docs": docs_beside(shown, incident),
        "more_evidence": len(pieces) - len(shown),
        "cited": _cited(shown),
        "drawing": draw(incident),
        "chain": _tree(chain(incident.symptoms)),
        "changed": sorted(incident.changed, key=lambda change: change.when, reverse=True)[:10],
        "fixes": checked[:2] or incident.fixes[:1],
        "next": next_command(incident),
        "rivals": [(rival_words(incident, rival), rival.decide) for rival in incident.rivals],
    }


def _cited(shown: Sequence[Evidence]) -> frozenset[str]:
    """Ids of evidence to which a citation can lead."""
    return frozenset(piece.id for piece in shown if piece.id)


def _tree(links: Sequence[Link]) -> list[Node]:
    """The chain, which is told depth first, as a tree."""
    roots: list[Node] = []
    open_nodes: list[Node] = []
    for link in links:
        node = Node(link, [])
        del open_nodes[link.depth :]
        (open_nodes[-1].below if open_nodes else roots).append(node)
        open_nodes.append(node)
    return roots


@cache
def _templates() -> jinja2.Environment:
    templates = jinja2.Environment(
        loader=jinja2.PackageLoader("kubedx.report", "templates"),
        autoescape=True,
        finalize=_shown,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
        lstrip_blocks=True,
    )
    templates.filters |= {"clock": clock, "steps": steps_of, "took": took, "language": _language}
    style = _style(templates)
    templates.globals |= {
        "style": style,
        "style_hash": _hash(style),
        "where": where,
        "span": span,
        "box": {"width": BOX_WIDTH, "height": BOX_HEIGHT},
        "playbook": PLAYBOOK,
    }
    return templates


def _style(templates: jinja2.Environment) -> Markup:
    """Our own style sheet, which needs no escaping."""
    loader = templates.loader
    source = loader.get_source(templates, "report.css")[0] if loader else ""
    return Markup(source)  # noqa: S704  # a file of this package


def _hash(style: str) -> str:
    """As a Content-Security-Policy names a style sheet (https://www.w3.org/TR/CSP3/#grammardef-hash-source)."""
    return f"sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}"


def _shown(value: Any) -> Any:
    """What a template writes: text of the cluster is made printable, and bounded."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    text = value if len(value) <= MAX_TEXT else f"{value[: MAX_TEXT // 2]} … {value[-MAX_TEXT // 2 :]}"
    return printable(text)


def _language(name: str) -> str:
    """The tag of a language for screen readers; the page's own where the name is none."""
    return name if _LANGUAGE.fullmatch(name) else "en"
