"""From a source to a diagnosis."""

import msgspec

from kubedx.analyzers import platforms
from kubedx.correlate import correlate, focus_on, results_of, sift, with_changes
from kubedx.findings import Coverage, Diagnosis, Facts, Incident, Preflight, ReadCount
from kubedx.kube import Ref
from kubedx.pipeline.documentation import doc_of, documented
from kubedx.pipeline.others import Others
from kubedx.pipeline.request import Explained, Explainer, Request
from kubedx.pipeline.scan import Scan, scan
from kubedx.pipeline.wanted import Wanted
from kubedx.remedy import Proof, foreseen
from kubedx.source import Source


def diagnose(source: Source, request: Request, explainer: Explainer | None = None, others: Others | None = None) -> Diagnosis:
    """Read the cluster once, judge it, and fold what is found into incidents. Raises what `scan` raises."""
    return concluded(scan(source, request, others), request, explainer)


def concluded(seen: Scan, request: Request, explainer: Explainer | None = None) -> Diagnosis:
    """What a scan comes to."""
    inventory, wanted = seen.inventory, Wanted(request, seen)
    incidents = filter(wanted.holds, correlate(seen.findings, inventory, wanted.opens, request.level))
    sifted = sift(incidents, inventory, request.suppressions)
    shown = _completed(tuple(one for one in sifted.incidents if one.severity.at_least(request.level)), seen, request)
    shown = tuple(documented(one, request.docs) for one in shown) if request.docs else shown
    explained = _explain(explainer, shown, inventory)
    reported = (finding for incident in shown for finding in incident.findings if finding.severity.at_least(request.level))
    results = (one.under(request.filters) or one for one in reported if wanted.opens(one) and not sifted.ignored(one))
    return Diagnosis(
        cluster=inventory.cluster,
        scanned_at=inventory.now,
        platform=", ".join(one.name for one in platforms(inventory)),
        incidents=explained.incidents,
        results=results_of(results, inventory, _details_by_subject(explained), lambda one: doc_of(one.evidence, request.docs)),
        coverage=_coverage(seen),
        suppressed=sifted.suppressed,
        focus=focus_on(seen.target, inventory, shown) if seen.target else None,
        hidden=len(sifted.incidents) - len(shown),
        provider=explained.provider,
        preflight=Preflight(len(request.applied.manifests), seen.refused, seen.doubts) if request.applied else None,
        errors=(
            *request.warnings,
            *seen.refused,
            *seen.doubts,
            *sifted.warnings,
            *explained.warnings,
            *(request.docs.troubles if request.docs else ()),
        ),
    )


def _completed(incidents: tuple[Incident, ...], seen: Scan, request: Request) -> tuple[Incident, ...]:
    """The incidents with their fixes, and with what changed before they began; of a forecast, without what has not happened."""
    proof = Proof(seen.inventory, seen.findings, seen.rules)
    first, others = incidents[: proof.most_incidents], incidents[proof.most_incidents :]
    mended = (*(msgspec.structs.replace(incident, fixes=proof.fixes(incident)) for incident in first), *others)
    return tuple(foreseen(one) if request.applied else with_changes(one, seen.inventory) for one in mended)


def _explain(explainer: Explainer | None, incidents: tuple[Incident, ...], facts: Facts) -> Explained:
    """What is explained, reported and kept has no need of the findings that were folded into it."""
    slim = tuple(msgspec.structs.replace(incident, findings=()) for incident in incidents)
    return explainer.explain(slim, facts) if explainer else Explained(slim)


def _details_by_subject(explained: Explained) -> dict[Ref, str]:
    """The explanation of an incident, for each of its subjects."""
    details: dict[Ref, str] = {}
    for incident in explained.incidents:
        text = explained.details.get(incident.id, "")
        for ref in (incident.root_cause.observed, incident.root_cause.subject, *(symptom.subject for symptom in incident.symptoms)):
            details.setdefault(ref, text)
    return details


def _coverage(seen: Scan) -> Coverage:
    inventory, judgement = seen.inventory, seen.judgement
    counts = inventory.counts(seen.custom).items()
    return Coverage(
        read=tuple(sorted(ReadCount(kind.api_version, kind.kind, count, inventory.namespaces_of(kind)) for kind, count in counts)),
        gaps=tuple(sorted((*inventory.gaps, *seen.log_gaps))),
        skipped=tuple(sorted(judgement.skips)),
        crashed=tuple(sorted(judgement.crashes)),
    )
