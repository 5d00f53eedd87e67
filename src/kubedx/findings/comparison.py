"""Two diagnoses of one cluster compared: what is new, what persists, what is resolved, and what nobody can tell."""

from collections.abc import Iterable, Mapping

import msgspec

from kubedx.findings.coverage import Coverage, Skip
from kubedx.findings.diagnosis import Diagnosis
from kubedx.findings.incident import Incident
from kubedx.findings.scale import Severity
from kubedx.kube import Gap, Ref


class Summary(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """An incident, as far as a comparison needs it. `code` and `cause` are those of its root cause."""

    id: str
    severity: Severity
    title: str
    code: str
    subject: Ref
    cause: Ref | None = None


def summary_of(incident: Incident) -> Summary:
    """What a comparison needs of an incident."""
    root = incident.root_cause
    return Summary(id=incident.id, severity=incident.severity, title=incident.title, code=root.code, subject=root.subject, cause=root.cause)


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two: its incidents, also those that are suppressed, and what had been read."""

    name: str
    incidents: tuple[Summary, ...]
    suppressed: frozenset[str]
    coverage: Coverage


class Unclear(msgspec.Struct, frozen=True, kw_only=True):
    """An incident of the old side of which the new one cannot tell whether it is resolved, and why."""

    incident: Summary
    reason: str


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Every incident of either side once. `worse` are the ids of those that persist and have become more severe."""

    old: str
    new: str
    appeared: tuple[Summary, ...]
    persisting: tuple[Summary, ...]
    resolved: tuple[Summary, ...]
    unclear: tuple[Unclear, ...]
    worse: frozenset[str] = frozenset()


def side_of(name: str, diagnosis: Diagnosis) -> Side:
    """A diagnosis as a side of a comparison."""
    return Side(
        name=name,
        incidents=tuple(summary_of(incident) for incident in diagnosis.incidents),
        suppressed=frozenset(one.id for one in diagnosis.suppressed),
        coverage=diagnosis.coverage,
    )


def compare(old: Side, new: Side) -> Comparison:
    """What has become of the incidents. What the new side could not see is unclear, never resolved."""
    before = {incident.id: incident for incident in old.incidents}
    after = {incident.id: incident for incident in new.incidents}
    gone = [incident for incident in old.incidents if incident.id not in after and incident.id not in new.suppressed]
    reasons = {incident.id: _why_unclear(incident, new.coverage) for incident in gone}
    persisting = tuple(after.get(incident.id, incident) for incident in old.incidents if incident.id not in reasons)
    return Comparison(
        old=old.name,
        new=new.name,
        appeared=tuple(one for one in new.incidents if one.id not in before and one.id not in old.suppressed),
        persisting=persisting,
        resolved=tuple(incident for incident in gone if not reasons[incident.id]),
        unclear=tuple(Unclear(incident=incident, reason=reasons[incident.id]) for incident in gone if reasons[incident.id]),
        worse=_worse(before, persisting),
    )


def _worse(before: Mapping[str, Summary], persisting: Iterable[Summary]) -> frozenset[str]:
    return frozenset(one.id for one in persisting if one.severity.rank < before[one.id].severity.rank)


def _why_unclear(incident: Summary, coverage: Coverage) -> str:
    """Why the coverage does not tell whether an incident is over; empty when it does."""
    skip = next((skip for skip in coverage.skipped if _skips(skip, incident)), None)
    if skip is not None:
        return f"{incident.code} could not be judged: {skip.reason}"
    for ref in (incident.subject, *((incident.cause,) if incident.cause else ())):
        gap = next((gap for gap in coverage.gaps if _hides(gap, ref)), None)
        if gap is not None:
            return f"{ref} could not be read: {gap.message or gap.reason.value}"
    if not _was_read(incident.subject, coverage):
        return f"{incident.subject.kind} objects{f' of {incident.subject.namespace}' if incident.subject.namespace else ''} were not read"
    return ""


def _skips(skip: Skip, incident: Summary) -> bool:
    return skip.code == incident.code and skip.namespace in {"", incident.subject.namespace}


def _hides(gap: Gap, ref: Ref) -> bool:
    same_kind = (gap.api_version, gap.kind) == (ref.api_version, ref.kind)
    return same_kind and gap.verb != "get log" and gap.namespace in {"", ref.namespace} and gap.name in {"", ref.name}


def _was_read(ref: Ref, coverage: Coverage) -> bool:
    return any(
        (read.api_version, read.kind) == (ref.api_version, ref.kind) and (not read.namespaces or ref.namespace in (*read.namespaces, ""))
        for read in coverage.read
    )
