"""The report for a person in a terminal: what is broken, why, and what to type. The most important first."""

from collections import Counter
from itertools import zip_longest

from kubedx.findings import Diagnosis, Severity
from kubedx.kube import Origin
from kubedx.report.focus import write_focus
from kubedx.report.incident import write_incident
from kubedx.report.moments import clock
from kubedx.report.page import Page
from kubedx.report.ranking import why_before
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
) -> str:
    """The report in that width. With `explain`, each incident tells what happened and the steps; without, its next command alone.
    With `verbose`, each says why it comes before the next. `grant` is what to type where rights are missing.

    Pure: the same diagnosis and arguments give the same characters.
    """
    page = Page(width, ascii_only=ascii_only)
    _write_headline(page, diagnosis)
    for incident, following in zip_longest(diagnosis.incidents, diagnosis.incidents[1:]):
        page.blank()
        why = why_before(incident, following) if verbose and following else ""
        write_incident(page, incident, diagnosis.scanned_at, explain=explain, why=why)
    if diagnosis.focus:
        page.blank()
        write_focus(page, diagnosis.focus)
    page.blank()
    for warning in diagnosis.errors:
        page.paragraph(warning, lead="warning: ", lead_style="bold yellow", hang=2)
    write_coverage(page, diagnosis, grant)
    return page.render(colour=colour)


def _write_headline(page: Page, diagnosis: Diagnosis) -> None:
    """How many incidents, in which cluster, as of when; and whether that is all that could be judged."""
    about = f"about {diagnosis.focus.ref} " if diagnosis.focus else ""
    place = f"{about}in {_cluster(diagnosis)}, as of {clock(diagnosis.scanned_at)}"
    blind = "" if diagnosis.coverage.complete else ", but not everything could be judged (see below)"
    if diagnosis.applied:
        place = f"that {diagnosis.applied} object{'s' if diagnosis.applied > 1 else ''} would cause {place}"
    if not diagnosis.incidents:
        page.paragraph(f"No incidents {place}{blind}.", style="bold" if blind else "bold green", hang=2)
        return
    count = len(diagnosis.incidents)
    page.paragraph(f"{count} incident{'s' if count > 1 else ''} ({_severities(diagnosis)}) {place}{blind}.", style="bold", hang=2)


def _severities(diagnosis: Diagnosis) -> str:
    counts = Counter(incident.severity for incident in diagnosis.incidents)
    plural = {Severity.ERROR: "errors", Severity.WARNING: "warnings"}
    named = ((severity, counts[severity]) for severity in Severity if counts[severity])
    return ", ".join(f"{count} {plural.get(severity, severity.value) if count > 1 else severity.value}" for severity, count in named)


def _cluster(diagnosis: Diagnosis) -> str:
    cluster = diagnosis.cluster
    told = ", ".join(filter(None, (diagnosis.platform, cluster.version)))
    version = f" ({told})" if told else ""
    name = f' "{cluster.name}"' if cluster.name else ""
    match cluster.source:
        case Origin.DEMO:
            return f"the packaged demo cluster{version}"
        case Origin.DUMP:
            return f"the dump{name}{version}"
        case Origin.LIVE:
            return f"cluster{name}{version}"
