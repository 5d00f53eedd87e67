"""Findings as k8sgpt's results: one a faulty object, each finding one of its errors."""

from collections.abc import Iterable, Mapping

from kubedx.findings import Finding, Result, ResultError
from kubedx.inventory import Inventory
from kubedx.kube import Ref

_PARENT_KINDS = {"MutatingWebhookConfiguration": "MutatingWebhook", "ValidatingWebhookConfiguration": "ValidatingWebhook"}
"""k8sgpt's own spelling (pkg/util/util.go, GetParent)."""


def results_of(findings: Iterable[Finding], inventory: Inventory, details: Mapping[Ref, str]) -> tuple[Result, ...]:
    """The results, by kind and name. `details` holds the explanation that belongs to a subject, where there is one."""
    by_subject: dict[Ref, list[Finding]] = {}
    for finding in findings:
        by_subject.setdefault(finding.subject, []).append(finding)
    return tuple(
        Result(
            kind=subject.kind,
            name=f"{subject.namespace}/{subject.name}" if subject.namespace else subject.name,
            error=tuple(
                ResultError(text=finding.message) for finding in sorted(alike, key=lambda one: (one.severity.rank, one.code, one.part))
            ),
            details=details.get(subject, ""),
            parent_object=_parent(subject, inventory),
        )
        for subject, alike in sorted(by_subject.items(), key=lambda item: (item[0].kind, item[0].namespace, item[0].name))
    )


def _parent(subject: Ref, inventory: Inventory) -> str:
    owner = inventory.top_owner_of(subject)
    return "" if owner == subject else f"{_PARENT_KINDS.get(owner.kind, owner.kind)}/{owner.name}"
