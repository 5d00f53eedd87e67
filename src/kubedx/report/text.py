"""The report for a person in a terminal: what is broken, why, and what to type. The most important first."""

from itertools import zip_longest
from types import MappingProxyType

from kubedx.findings import Diagnosis, Preflight
from kubedx.report.focus import write_focus
from kubedx.report.further import MOST_IN_FULL, write_further
from kubedx.report.headline import headline
from kubedx.report.incident import write_incident
from kubedx.report.page import Page
from kubedx.report.ranking import why_before
from kubedx.report.rule_page import RulePages
from kubedx.report.seen import Grant, write_coverage


def render_text(
    diagnosis: Diagnosis,
    *,
    width: int,
    colour: bool,
    explain: bool,
    ascii_only: bool = False,
    verbose: bool = False,
    grant: Grant = Grant(),  # noqa: B008  # immutable
    rules: RulePages = MappingProxyType({}),  # immutable
) -> str:
    """The report in that width. With `explain`, each incident tells what happened and the steps; without, its next command alone.
    With `verbose`, each says why it comes before the next, and none is shortened, however many there are. `grant` is what to type where
    rights are missing. `rules` are the pages to which the names of rules lead; empty where the terminal shows no links.

    Pure: the same diagnosis and arguments give the same characters.
    """
    page = Page(width, ascii_only=ascii_only)
    calm = "bold green" if diagnosis.coverage.complete else "bold"
    page.paragraph(headline(diagnosis), style="bold" if diagnosis.incidents else calm, hang=2)
    told = _write_preflight(page, diagnosis.preflight) if diagnosis.preflight else frozenset()
    whole = diagnosis.incidents if verbose else diagnosis.incidents[:MOST_IN_FULL]
    for incident, following in zip_longest(whole, diagnosis.incidents[1 : len(whole) + 1]):
        page.blank()
        why = why_before(incident, following) if verbose and following else ""
        rule = rules.get(incident.root_cause.code)
        write_incident(page, incident, diagnosis.scanned_at, explain=explain, why=why, page_url=rule.url if rule else "")
    write_further(page, diagnosis.incidents[len(whole) :])
    if diagnosis.focus:
        page.blank()
        write_focus(page, diagnosis.focus)
    page.blank()
    for warning in diagnosis.errors:
        if warning not in told:
            page.paragraph(warning, lead="warning: ", lead_style="bold yellow", hang=2)
    write_coverage(page, diagnosis, grant)
    return page.render(colour=colour)


def _write_preflight(page: Page, preflight: Preflight) -> frozenset[str]:
    """What would be refused, and what is doubtful; the sentences that are written."""
    if preflight.refused or preflight.doubts:
        page.blank()
    for refusal in preflight.refused:
        page.paragraph(refusal, lead="refused: ", lead_style="bold red", hang=2)
    for doubt in preflight.doubts:
        page.paragraph(doubt, lead="doubtful: ", lead_style="bold yellow", hang=2)
    return frozenset((*preflight.refused, *preflight.doubts))
