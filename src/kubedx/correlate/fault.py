"""Findings folded into faults: what a hundred pods of one workload say alike is said once, of the workload."""

from collections.abc import Iterable

import msgspec

from kubedx.findings import Confidence, Effect, Evidence, Finding, Severity, digest
from kubedx.inventory import EdgeKind, Inventory
from kubedx.kube import PersistentVolumeClaim, Ref, StatefulSet

MAX_EVIDENCE = 8
"""Pieces of evidence that a fault keeps; alike pieces of further pods add nothing."""


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One fault of one top owner: the finding that says it best, all findings that say it, and the objects on which it was seen."""

    lead: Finding
    findings: tuple[Finding, ...]
    owner: Ref
    subjects: tuple[Ref, ...]
    severity: Severity
    confidence: Confidence
    evidence: tuple[Evidence, ...]

    @property
    def objects(self) -> frozenset[Ref]:
        """The owner and every object on which the fault was seen."""
        return frozenset((self.owner, *self.subjects))

    @property
    def place(self) -> Ref:
        """The object a human must change: the cause, or else the owner."""
        return self.lead.cause or self.owner

    @property
    def suffers(self) -> Effect | None:
        """The effect that the fault observes."""
        return self.lead.suffers

    @property
    def incident_id(self) -> str:
        """The identity of the incident whose root this fault is. A part belongs to it only where no other object is the cause."""
        place = self.place
        part = "" if self.lead.cause else self.lead.part
        return digest(place.group, place.kind, place.namespace, place.name, part, self.lead.code, self.lead.error_class)

    @property
    def order(self) -> tuple[int, int, str, Ref, str, str]:
        """By severity, confidence, code and name: the same faults always sort alike."""
        lead = self.lead
        return self.severity.rank, self.confidence.rank, lead.code, self.owner, lead.part, lead.error_class


def fold(findings: Iterable[Finding], inventory: Inventory) -> tuple[Fault, ...]:
    """The faults of these findings, in order. Findings are alike when code, top owner, part, cause and error class are."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    owners: dict[Ref, Ref] = {}
    for finding in findings:
        if finding.subject not in owners:
            owners[finding.subject] = owner_of(finding.subject, inventory)
        key = (finding.code, owners[finding.subject], finding.part, finding.cause, finding.error_class)
        groups.setdefault(key, []).append(finding)
    faults = [_fault(alike, owners[alike[0].subject]) for alike in groups.values()]
    return tuple(sorted(faults, key=lambda fault: fault.order))


def owner_of(subject: Ref, inventory: Inventory) -> Ref:
    """The object whose owner must act: the top controller; for a claim that a StatefulSet's template made, the StatefulSet."""
    if subject.group_kind == PersistentVolumeClaim.KIND.group_kind:
        users = (edge.source for edge in inventory.edges_to(subject, EdgeKind.MOUNTS))
        made_by = (user for user in users if user.group_kind == StatefulSet.KIND.group_kind)
        return next(made_by, subject)
    return inventory.top_owner_of(subject)


def _fault(alike: list[Finding], owner: Ref) -> Fault:
    ordered = sorted(alike, key=lambda one: (one.severity.rank, one.confidence.rank, one.subject))
    since = min((one.since for one in ordered if one.since), default=None)
    evidence = dict.fromkeys(piece for one in ordered for piece in one.evidence)
    return Fault(
        lead=msgspec.structs.replace(ordered[0], since=since),
        findings=tuple(ordered),
        owner=owner,
        subjects=tuple(sorted({one.subject for one in ordered})),
        severity=min((one.severity for one in ordered), key=lambda severity: severity.rank),
        confidence=min((one.confidence for one in ordered), key=lambda confidence: confidence.rank),
        evidence=tuple(evidence)[: max(MAX_EVIDENCE, len(ordered[0].evidence))],
    )
