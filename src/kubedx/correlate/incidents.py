"""Faults and their explanations into ranked incidents."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

import msgspec

from kubedx.correlate.dossier import dossier_of
from kubedx.correlate.entry_points import affected_by, cut_off
from kubedx.correlate.fault import Fault, fold
from kubedx.correlate.graph import Explanations, explanations
from kubedx.correlate.rivals import contested, rivals_of
from kubedx.findings import Confidence, Dossier, Evidence, Finding, Incident, Rival, RootCause, Severity, Symptom
from kubedx.inventory import Inventory
from kubedx.kube import Ref

_NEVER = datetime.max.replace(tzinfo=UTC)


def correlate(
    findings: Iterable[Finding], inventory: Inventory, opens: Callable[[Finding], bool] = lambda _: True, least: Severity = Severity.INFO
) -> tuple[Incident, ...]:
    """One incident per root cause, ranked from 1. Every finding is in one: as its root or as a symptom.

    `opens` says whether a finding is one that the user asked for; incidents without any such finding are left out. Those that are less
    severe than `least`, which are only counted, come without a dossier and without what they affect.
    """
    ordered = sorted(findings, key=_order)
    faults = fold(ordered, inventory)
    asked = {index for index, fault in enumerate(faults) if any(opens(one) for one in fault.findings)}
    because = explanations(faults, inventory)
    members: dict[int, list[int]] = {}
    for index in range(len(faults)):
        members.setdefault(because.root_of(index), []).append(index)
    incidents = [
        _incident(root, group, faults, because, inventory, least) for root, group in members.items() if not asked.isdisjoint(group)
    ]
    incidents.sort(key=_rank)
    return tuple(msgspec.structs.replace(incident, rank=rank) for rank, incident in enumerate(incidents, start=1))


def _incident(  # a root and its group, and what tells of them
    root: int, group: Sequence[int], faults: Sequence[Fault], because: Explanations, inventory: Inventory, least: Severity
) -> Incident:
    fault = faults[root]
    lead = fault.lead
    symptoms = _in_order_of_cause(root, group, because)
    names = {root: "root"} | {index: f"s{number}" for number, index in enumerate(symptoms, start=1)}
    numbering = _Numbering()
    cause = _root_cause(fault, numbering)
    claims = contested(root, group, because, faults)
    shown = tuple(_symptom(faults[index], index, names, because, numbering) for index in symptoms)
    involved = [faults[index] for index in group]
    severity = min((one.severity for one in involved), key=lambda severity: severity.rank)
    is_seen = severity.at_least(least)
    rivals = rivals_of(claims, faults, names, {index: _root_cause(faults[index], numbering) for index in sorted(claims)})
    affected = affected_by(involved, fault.owner, inventory) if is_seen else ()
    entry_points = cut_off(involved, affected, inventory)
    if severity is Severity.ERROR and entry_points:
        severity = Severity.CRITICAL
    return Incident(
        id=fault.incident_id,
        rank=0,
        severity=severity,
        confidence=_less_sure(fault.confidence, rivals),
        title=f"{fault.owner}: {lead.message}",
        since=min((one.lead.since for one in involved if one.lead.since), default=None),
        root_cause=cause,
        rivals=rivals,
        symptoms=shown,
        affected=affected,
        entry_points=entry_points,
        dossier=dossier_of(fault, inventory) if is_seen else Dossier(),
        findings=tuple(finding for one in involved for finding in one.findings),
    )


def _less_sure(confidence: Confidence, rivals: Iterable[Rival]) -> Confidence:
    """That a fault is there may be certain; that it is a cause of its own is not where something explains it in part."""
    contested_root = any("root" in rival.explains for rival in rivals)
    return Confidence.LIKELY if contested_root and confidence is Confidence.CERTAIN else confidence


def _in_order_of_cause(root: int, group: Sequence[int], because: Explanations) -> list[int]:
    """The members but the root, each after the one that it follows from."""
    following: dict[int, list[int]] = {}
    for index in group:
        if because.because[index]:
            following.setdefault(because.because[index][0], []).append(index)
    ordered, frontier = list[int](), [root]
    while frontier:
        frontier = sorted(index for cause in frontier for index in following.get(cause, ()))
        ordered.extend(frontier)
    return ordered


def _root_cause(fault: Fault, numbering: "_Numbering") -> RootCause:
    lead = fault.lead
    return RootCause(
        code=lead.code,
        subject=fault.owner,
        part=lead.part,
        cause=lead.cause,
        message=lead.message,
        evidence=numbering.number(fault.evidence),
        observed=lead.subject,
        values=lead.values,
    )


def _symptom(fault: Fault, index: int, names: dict[int, str], because: Explanations, numbering: "_Numbering") -> Symptom:
    known = tuple(names[cause] for cause in because.because[index] if cause in names)
    return Symptom(
        id=names[index],
        code=fault.lead.code,
        subject=fault.lead.subject,
        part=fault.lead.part,
        message=fault.lead.message,
        evidence=numbering.number(fault.evidence),
        because=known,
    )


class _Numbering:
    """Gives the evidence of an incident its ids; the same piece keeps the one it has."""

    def __init__(self) -> None:
        self._ids: dict[Evidence, str] = {}

    def number(self, evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
        """The same pieces with their ids."""
        return tuple(msgspec.structs.replace(piece, id=self._ids.setdefault(piece, f"e{len(self._ids) + 1}")) for piece in evidence)


def _order(finding: Finding) -> tuple[str, Ref, str, str, str]:
    return finding.code, finding.subject, finding.part, finding.error_class, finding.message


def _rank(incident: Incident) -> tuple[int, int, int, int, int, datetime, Ref, str, str, str]:
    """Harm now before harm later, then entry points, breadth, certainty and age; ties by name."""
    root = incident.root_cause
    return (
        incident.severity.rank,
        -len(incident.entry_points),
        -incident.breadth,
        -len(incident.symptoms),
        incident.confidence.rank,
        incident.since or _NEVER,
        root.subject,
        root.code,
        root.part,
        incident.id,
    )
