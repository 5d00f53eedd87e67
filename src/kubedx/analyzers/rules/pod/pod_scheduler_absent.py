"""pod-scheduler-absent"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import is_well
from kubedx.analyzers.control_plane import where_to_look
from kubedx.analyzers.evidence import field
from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.near_miss import did_you_mean, nearest_few, only
from kubedx.analyzers.rules.pod._scheduling_effects import UNSCHEDULED
from kubedx.analyzers.scheduling.devices import find_device_claim, wanted_claims
from kubedx.findings import Confidence, Effect, Severity
from kubedx.inventory import Found, Inventory
from kubedx.kube import Lease, Pod, ResourceClaim, condition, format_duration

PATIENCE = timedelta(minutes=1)
DEFAULT = "default-scheduler"


@rule(
    filter="Pod",
    on=Pod,
    consults=(Lease, ResourceClaim),
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    suffers=Effect.CANNOT_SCHEDULE,
    produces=UNSCHEDULED,
    own_reason=True,
    unless=is_well,
    added="0.1",
)
def pod_scheduler_absent(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """No scheduler looks at a pod: it waits without a node, a condition or an event.

    ## What it means
    A scheduler that has seen a pod either binds it or says why not. When neither happens, the scheduler named in `spec.schedulerName` does
    not run: the name is mistyped, or the scheduler itself is down.

    ## When it is not reported
    In the first minute, for pods with scheduling gates or without the claims for devices that they name, and when a scheduler has said
    anything about the pod.

    ## How to fix it
    Correct `spec.schedulerName`, or start that scheduler (for `default-scheduler`: kube-scheduler in kube-system).
    """
    if (
        pod.spec.node_name
        or pod.status.phase not in {"Pending", ""}
        or pod.metadata.deletion_timestamp is not None
        or pod.spec.scheduling_gates
    ):
        return
    created = pod.metadata.creation_timestamp
    if created is None or inventory.now - created < PATIENCE or condition(pod, "PodScheduled") is not None:
        return
    if inventory.events(pod, reasons=("FailedScheduling", "Scheduled")) or _lacks_claims(pod, inventory):
        return
    name = pod.spec.scheduler_name or DEFAULT
    near = nearest_few(name, _working(inventory)) if name not in _working(inventory) else ()
    meant = only(near)
    component, evidence = where_to_look("kube-scheduler", inventory)
    is_shown = name == DEFAULT and inventory.exists(component)
    yield Hit(
        message=f'is not scheduled: scheduler "{name}" has not looked at it for {format_duration(inventory.now - created)}'
        + did_you_mean(near),
        evidence=(
            field(pod, "spec.schedulerName", name),
            field(pod, "status.phase", pod.status.phase or "no phase"),
            field(pod, "spec.nodeName", ""),
            *(evidence if is_shown else ()),
        ),
        cause=component if is_shown else None,
        own_reason=not is_shown,
        since=created,
        values={"scheduler": name, "meant": meant or ""},
    )


def _lacks_claims(pod: Pod, inventory: Inventory) -> bool:
    """Whether the scheduler leaves the pod alone for want of a claim for devices."""
    return any(not isinstance(find_device_claim(pod, one, inventory), Found) for one in wanted_claims(pod))


@once_per_inventory
def _working(inventory: Inventory) -> frozenset[str]:
    """The schedulers that have bound pods of this cluster."""
    return frozenset(pod.spec.scheduler_name for pod in inventory.list(Pod) if pod.spec.node_name) | {DEFAULT}
