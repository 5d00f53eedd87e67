"""Findings as k8sgpt's results: one a faulty object, each finding one of its errors, under k8sgpt's own kinds and names."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from kubedx.findings import Finding, Result, ResultError
from kubedx.inventory import Inventory
from kubedx.kube import Ref

_PARENT_KINDS = {"MutatingWebhookConfiguration": "MutatingWebhook", "ValidatingWebhookConfiguration": "ValidatingWebhook"}
"""k8sgpt's own spelling (pkg/util/util.go, GetParent)."""

_PREFIXED = frozenset({"Storage", "Security"})
"""Filters that stand before the kind: `Storage/PersistentVolume` (pkg/analyzer/storage.go, security.go)."""


_NAMED_BY_FILTER = frozenset({"PrometheusConfigValidate", "PrometheusConfigRelabelReport"})
"""Filters that stand in place of the kind (pkg/integration/prometheus)."""


class _Heading(NamedTuple):
    """What a result stands under. Findings of one heading are one result; the order is that of the report."""

    kind: str
    namespace: str
    name: str
    parent: str

    @property
    def full_name(self) -> str:
        """The name with its namespace, where it has one."""
        return f"{self.namespace}/{self.name}" if self.namespace else self.name


def results_of(
    findings: Iterable[Finding],
    inventory: Inventory,
    details: Mapping[Ref, str],
    doc: Callable[[Finding], str] = lambda _finding: "",
) -> tuple[Result, ...]:
    """The results, by kind and name. `details` holds the explanation that belongs to a subject, where there is one; `doc` tells what
    the API says of the field that a finding is about.
    """
    by_heading: dict[_Heading, list[Finding]] = {}
    for finding in findings:
        by_heading.setdefault(_heading(finding, inventory), []).append(finding)
    return tuple(
        Result(
            kind=heading.kind,
            name=heading.full_name,
            error=tuple(ResultError(text=finding.message, kubernetes_doc=doc(finding)) for finding in sorted(alike, key=_order)),
            details=details.get(alike[0].subject, ""),
            parent_object=heading.parent,
        )
        for heading, alike in sorted(by_heading.items())
    )


def _order(finding: Finding) -> tuple[int, str, str]:
    return (finding.severity.rank, finding.code, finding.part)


def _heading(finding: Finding, inventory: Inventory) -> _Heading:
    """k8sgpt names a webhook by its entry and not by its configuration, which is its parent here; a finding of a log by its container."""
    subject = finding.subject
    word, _, entry = finding.part.partition(" ")
    if subject.kind in _PARENT_KINDS and word == "webhook":
        return _Heading(subject.kind, "", f"/{entry}", f"{_PARENT_KINDS[subject.kind]}/{subject.name}")
    name = f"{subject.name}/{finding.part.rpartition(' ')[2]}" if finding.filter == "Log" and finding.part else subject.name
    if finding.filter == "EKS":  # pkg/integration/aws/eks.go
        return _Heading("EKS", "", "AWS/EKS", "")
    if finding.filter == "OperatorGroup":  # named by the namespace that has several (pkg/analyzer/operatorgroup.go)
        return _Heading(subject.kind, "", subject.namespace, "")
    kind = f"{finding.filter}/{subject.kind}" if finding.filter in _PREFIXED else subject.kind
    kind = finding.filter if finding.filter in _NAMED_BY_FILTER else kind
    return _Heading(kind, subject.namespace, name, _parent(subject, inventory))


def _parent(subject: Ref, inventory: Inventory) -> str:
    owner = inventory.top_owner_of(subject)
    return "" if owner == subject else f"{_PARENT_KINDS.get(owner.kind, owner.kind)}/{owner.name}"
