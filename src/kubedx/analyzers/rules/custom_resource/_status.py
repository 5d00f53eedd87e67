"""What a custom resource says of itself, as far as it keeps to the conventions of the API.

https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#typical-status-properties
"""

from datetime import datetime, timedelta
from typing import Any

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

_BUILT_IN = frozenset({"apps", "batch", "networking.k8s.io", "metrics.k8s.io", "discovery.k8s.io", "policy", "resource.k8s.io"})


def is_custom(resource: RawObject) -> bool:
    """Whether an object is a custom resource: those of the API server's own groups that have no type here keep other conventions."""
    group = resource.kind.group
    return ("." in group and group not in _BUILT_IN and not group.endswith(".k8s.io")) or group.endswith(".x-k8s.io")


def status(resource: RawObject) -> dict[str, Any]:
    """`status`, empty where there is none."""
    found = resource.data.get("status")
    return found if isinstance(found, dict) else {}


def is_suspended(resource: RawObject) -> bool:
    """Whether somebody told its controller to leave it alone."""
    spec = resource.data.get("spec")
    words = spec if isinstance(spec, dict) else {}
    return any(words.get(name) is True for name in ("suspend", "suspended", "paused"))


def is_busy(one: Condition, now: datetime) -> bool:
    """Whether a condition that is not good yet says that it is being worked on, and may be believed."""
    busy = any(word in one.reason.lower() for word in _BUSY_REASONS)
    return busy and (one.last_transition_time is None or now - one.last_transition_time < BUSY_PATIENCE)


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


def phase(resource: RawObject) -> tuple[str, str]:
    """The phase or state with the name of its field; empty where there is none."""
    for name in ("phase", "state"):
        value = status(resource).get(name)
        if isinstance(value, str):
            return name, value
    return "", ""
