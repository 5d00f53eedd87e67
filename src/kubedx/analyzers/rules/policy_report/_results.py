"""The results of a policy report, those that are faults, grouped by policy and rule.

https://github.com/kubernetes-sigs/wg-policy-prototypes (PolicyReport, ClusterPolicyReport), and its successor openreports.io
"""

from collections.abc import Iterator
from typing import Any

from kubedx.analyzers.custom_status import entries, text
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.rule import Hit
from kubedx.findings import Severity
from kubedx.inventory import Found, Inventory
from kubedx.kube import GroupKind, Pod, RawObject

NAMESPACED = frozenset({GroupKind("wgpolicyk8s.io", "PolicyReport"), GroupKind("openreports.io", "Report")})
CLUSTER = frozenset({GroupKind("wgpolicyk8s.io", "ClusterPolicyReport"), GroupKind("openreports.io", "ClusterReport")})
FAULTS = frozenset({"fail", "error"})
MAX_NAMED = 3


def hits_of(report: RawObject, inventory: Inventory) -> Iterator[Hit]:
    """A hit for each policy and rule that something fails, with the resources that fail it."""
    if _is_of_a_made_object(report, inventory):
        return
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for one in entries(report.data, "results"):
        if text(one, "result") in FAULTS:
            groups.setdefault((text(one, "policy"), text(one, "rule")), []).append(one)
    for (policy, rule), failed in sorted(groups.items()):
        yield _hit(report, policy, rule, failed)


def _hit(report: RawObject, policy: str, rule: str, failed: list[dict[str, Any]]) -> Hit:
    name = f"{policy}/{rule}" if rule else policy
    subjects = sorted({who for one in failed for who in _subjects(report, one)})
    who = ", ".join(subjects[:MAX_NAMED]) + (f" and {len(subjects) - MAX_NAMED} more" if len(subjects) > MAX_NAMED else "")
    worst = min(failed, key=lambda one: ("error", "fail").index(text(one, "result")))
    why, broken = quoted(text(worst, "message")), text(worst, "result") == "error"
    critical = any(text(one, "severity") == "critical" for one in failed)
    return Hit(
        message=f"{who or 'a resource'} {'cannot be checked against' if broken else 'fails'} policy {name}" + (f": {why}" if why else ""),
        evidence=(field(report, f"results[{name}].message", why or text(worst, "result")),),
        part=f"policy {name}",
        severity=Severity.WARNING if broken or critical else None,
        values={"policy": policy, "policy_rule": rule, "resources": who, "why": why},
    )


def _subjects(report: RawObject, result: dict[str, Any]) -> Iterator[str]:
    named = entries(result, "resources") or [scope for scope in (report.data.get("scope"),) if isinstance(scope, dict)]
    for one in named:
        namespace = text(one, "namespace")
        yield f"{text(one, 'kind')} {namespace}/{text(one, 'name')}" if namespace else f"{text(one, 'kind')} {text(one, 'name')}"


def _is_of_a_made_object(report: RawObject, inventory: Inventory) -> bool:
    """Whether a report is about one pod or ReplicaSet that a workload made: the workload has a report of its own."""
    kind, name = text(report.data, "scope", "kind"), text(report.data, "scope", "name")
    if kind == "ReplicaSet":
        return True
    pod = inventory.get(Pod, text(report.data, "scope", "namespace") or report.namespace, name) if kind == "Pod" else None
    return isinstance(pod, Found) and pod.object.metadata.controller is not None
