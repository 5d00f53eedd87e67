"""What a custom resource says of itself, as far as it keeps to the conventions of the API.

https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#typical-status-properties
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from kubedx.analyzers.custom_manners import Manners, manners_of
from kubedx.analyzers.evidence import field, quoted
from kubedx.findings import Evidence, Severity
from kubedx.kube import Condition, RawObject, conditions

PATIENCE = timedelta(minutes=2)
"""Time for a controller to bring a new state about."""
BUSY_PATIENCE = timedelta(minutes=30)
"""Time for which work in progress is believed."""
RECENT = timedelta(days=1)

GOOD = ("Ready", "Available", "Healthy", "Synced", "Reconciled", "Established", "Installed", "Programmed", "Accepted")
"""Condition types that are True when all is well."""
BAD = ("Degraded", "Failed", "Stalled", "Failure", "Error", "ReconcileError", "ReconciliationFailed", "InstallFailed")
"""Condition types that are True when something is wrong."""
BUSY = ("Progressing", "Reconciling", "Updating", "Upgrading")
_BUSY_REASONS = (
    "progress",
    "reconciling",
    "pending",
    "creating",
    "provisioning",
    "waiting",
    "initializ",
    "updating",
    "suspended",
    "paused",
)
_ONE_SHOT = ("Run", "Workflow", "Backup", "Restore", "Job", "Request", "Order", "Challenge", "Report")
FAILED_PHASES = frozenset({"failed", "error", "failure", "degraded", "crashed"})
_MILD = frozenset({"Degraded", "Synced", "Reconciled"})

_PAUSED = (
    "cluster.x-k8s.io/paused",
    "crossplane.io/paused",
    "autoscaling.keda.sh/paused",
    "autoscaling.keda.sh/paused-replicas",
    "strimzi.io/pause-reconciliation",
    "kustomize.toolkit.fluxcd.io/reconcile",
)
"""Annotations by which people tell a controller to leave a resource alone."""

_BUILT_IN = frozenset({"apps", "batch", "networking.k8s.io", "metrics.k8s.io", "discovery.k8s.io", "policy", "resource.k8s.io"})


class Fault(NamedTuple):
    """What a custom resource says is wrong with it: a condition or a field, the reason and the controller's own words."""

    stated: str
    condition: str
    reason: str
    why: str
    evidence: tuple[Evidence, ...]
    severity: Severity
    since: datetime | None = None

    @property
    def words(self) -> str:
        """All of it as the end of a sentence: `Ready=False, reason X: words`."""
        return (
            self.stated + (f", reason {self.reason}" if self.reason and "=" in self.stated else "") + (f": {self.why}" if self.why else "")
        )


def is_custom(resource: RawObject) -> bool:
    """Whether an object is a custom resource: those of the API server's own groups that have no type here keep other conventions."""
    group = resource.kind.group
    return ("." in group and group not in _BUILT_IN and not group.endswith(".k8s.io")) or group.endswith((".x-k8s.io", "wgpolicyk8s.io"))


def member(data: Any, *path: str) -> Any:
    """What lies at a path of maps; None where the path breaks off."""
    for key in path:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def text(data: Any, *path: str) -> str:
    """The text at a path of maps; empty where there is none."""
    found = member(data, *path)
    return found if isinstance(found, str) else ""


def entries(data: Any, *path: str) -> list[dict[str, Any]]:
    """The maps of the list at a path; none where there is no list."""
    found = member(data, *path)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def moment(data: Any, *path: str) -> datetime | None:
    """The time at a path of maps (RFC 3339); None where there is none."""
    try:
        found = datetime.fromisoformat(text(data, *path))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def status(resource: RawObject) -> dict[str, Any]:
    """`status`, empty where there is none."""
    found = resource.data.get("status")
    return found if isinstance(found, dict) else {}


def is_suspended(resource: RawObject) -> bool:
    """Whether somebody told its controller to leave it alone."""
    spec = resource.data.get("spec")
    words = spec if isinstance(spec, dict) else {}
    # Crossplane keeps the revisions of packages that are replaced.
    if any(words.get(name) is True for name in ("suspend", "suspended", "paused", "pause")) or words.get("desiredState") == "Inactive":
        return True
    return any(resource.metadata.annotations.get(name, "false") not in {"false", "enabled"} for name in _PAUSED)


def is_busy(one: Condition, now: datetime) -> bool:
    """Whether a condition that is not good yet says that it is being worked on, and may be believed."""
    return _says_busy(one) and (one.last_transition_time is None or now - one.last_transition_time < BUSY_PATIENCE)


def _says_busy(one: Condition) -> bool:
    return any(word in one.reason.lower() for word in _BUSY_REASONS)


def is_at_work(resource: RawObject, now: datetime) -> bool:
    """Whether a controller says that it is working on a resource, and may be believed."""
    busy = (one for one in conditions(resource) if one.type in BUSY and one.status == "True")
    return any(one.last_transition_time is not None and now - one.last_transition_time < BUSY_PATIENCE for one in busy)


def is_old_record(resource: RawObject, now: datetime) -> bool:
    """Whether a resource is the record of something that was done once, more than a day ago: a run, a backup, an order."""
    created = resource.metadata.creation_timestamp
    return resource.kind.kind.endswith(_ONE_SHOT) and created is not None and now - created > RECENT


def observed_generation(resource: RawObject) -> int | None:
    """The generation that the controller has acted on, None where it does not say."""
    stated = status(resource).get("observedGeneration")
    if isinstance(stated, int):
        return stated
    told = [one.observed_generation for one in conditions(resource) if one.observed_generation]
    return max(told, default=None)


def states_generation(resource: RawObject) -> bool:
    """Whether the status itself says which generation was acted on, not a condition of it alone."""
    return isinstance(status(resource).get("observedGeneration"), int)


def phase(resource: RawObject) -> tuple[str, str]:
    """The phase or state with the name of its field; empty where there is none."""
    for name in ("phase", "state"):
        value = status(resource).get(name)
        if isinstance(value, str):
            return name, value
    return "", ""


def fault_of(resource: RawObject, now: datetime) -> Fault | None:
    """What a custom resource says is wrong with it; None when nothing is, or it is left alone, or is still at work."""
    if is_suspended(resource) or resource.metadata.deletion_timestamp is not None or is_old_record(resource, now):
        return None
    manners = manners_of(resource.kind.group_kind)
    if special := _field_fault(resource, manners) or _validation_fault(resource):
        return special
    found = [one for one in conditions(resource) if one.type not in manners.silent]
    if any(one.type in BUSY and one.status == "True" and is_fresh(one, now) for one in found):
        return None
    wrong = [one for one in found if is_wrong(one, now, manners) and not is_fresh(one, now)]
    if wrong:
        return _of_conditions(resource, wrong, manners)
    if any(one.type in GOOD and one.status == "True" for one in found):
        return None
    name, value = phase(resource)
    return _of_field(resource, f"status.{name}", value, Severity.ERROR) if value.lower() in FAILED_PHASES else None


def is_wrong(one: Condition, now: datetime, manners: Manners) -> bool:
    """Whether a condition says that something is wrong, by its own polarity."""
    if one.type in BAD or one.type in manners.bad:
        return one.status == "True"
    stated = one.status == "False" or (one.status == "Degraded" and one.type == "Available")
    return (one.type in GOOD or one.type in manners.good) and stated and one.reason not in manners.harmless and not is_busy(one, now)


def is_fresh(one: Condition, now: datetime) -> bool:
    """Whether a condition has only just come about."""
    return one.last_transition_time is not None and now - one.last_transition_time < PATIENCE


def _field_fault(resource: RawObject, manners: Manners) -> Fault | None:
    for path, judged in manners.fields.items():
        value = text(resource.data, *path.split("."))
        if value in judged:
            return _of_field(resource, path, value, judged[value])
    return None


def _validation_fault(resource: RawObject) -> Fault | None:
    """What Istio's analysis says. https://istio.io/latest/docs/reference/config/istio.analysis.v1alpha1/"""
    for one in entries(status(resource), "validationMessages"):
        if text(one, "level").lower() == "error":
            code, why = text(one, "type", "code"), text(one, "documentationUrl")
            name = text(one, "type", "name") or code
            evidence = field(resource, f"status.validationMessages[{name}]", one)
            return Fault(f"validation error {name}", "validationMessages", name, quoted(why), (evidence,), Severity.ERROR)
    return None


def _of_conditions(resource: RawObject, wrong: list[Condition], manners: Manners) -> Fault:
    # What names the fault comes before what only says that there is one, and that before what has been at work for too long.
    order = (*BAD, *manners.bad, *manners.good, *GOOD)
    first = min(wrong, key=lambda one: (_says_busy(one), order.index(one.type)))
    return Fault(
        stated=f"{first.type}={first.status}",
        condition=first.type,
        reason=first.reason,
        why=quoted(first.message),
        evidence=tuple(
            field(resource, f"status.conditions[{one.type}]", f"{one.status} {one.reason} {one.message}".strip()) for one in wrong
        ),
        severity=Severity.WARNING if first.type in _MILD or first.type in manners.mild or first.status == "Degraded" else Severity.ERROR,
        since=first.last_transition_time,
    )


def _of_field(resource: RawObject, path: str, value: str, severity: Severity) -> Fault:
    name = path.rpartition(".")[2]
    why = next(_explanations(resource), "")
    return Fault(
        stated=f"{name} {value}",
        condition=name,
        reason=value,
        why=quoted(why),
        evidence=(field(resource, path, value), *((field(resource, "status.message", why),) if why else ())),
        severity=severity,
    )


def _explanations(resource: RawObject) -> Iterator[str]:
    told = status(resource)
    # Ceph's own message tells of the operator; the checks that fail are in the details.
    details = member(told, "ceph", "details")
    yield from (text(one, "message") for one in (details.values() if isinstance(details, dict) else ()) if text(one, "message"))
    for key in ("message", "failureMessage", "description", "reason", "error", "failureReason"):
        value = told.get(key)
        listed = value if isinstance(value, list) else [value]
        yield from (one for one in listed if isinstance(one, str) and one)
    for one in conditions(resource):
        if one.status == "False" and one.message:
            yield one.message
