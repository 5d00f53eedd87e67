"""leader-lease-stale"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.control_plane import SYSTEM, age_of, where_to_look
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Lease, Pod, format_duration

COMPONENTS = {"kube-controller-manager": Effect.CANNOT_BE_CREATED, "kube-scheduler": Effect.CANNOT_SCHEDULE}
PATIENCE = timedelta(minutes=1)


@rule(
    filter="Lease",
    on=Lease,
    consults=(Pod,),
    severity=Severity.ERROR,
    suffers=Effect.NOT_READY,
    produces=(Effect.CANNOT_BE_CREATED, Effect.CANNOT_SCHEDULE, *WITHOUT_PODS),
    added="0.1",
)
def leader_lease_stale(lease: Lease, inventory: Inventory) -> Iterator[Outcome]:
    """No instance of a control plane component holds its Lease: it does not run.

    ## What it means
    kube-scheduler and kube-controller-manager renew a Lease in kube-system every few seconds. It has run out and nobody has taken it
    over. Without the scheduler new pods stay Pending; without the controller manager nothing is created, moved or cleaned up.

    ## When it is not reported
    In the first minute, and for other Leases: programs may leave theirs behind. In a dump that took minutes to collect, the time is
    counted from the newest Lease.

    ## How to fix it
    Look at the component's pods in kube-system, or at its unit on the control plane nodes.
    """
    renewed, age = lease.spec.renew_time, age_of(lease, inventory)
    if lease.namespace != SYSTEM or lease.name not in COMPONENTS or renewed is None or age is None:
        return
    if age < PATIENCE + timedelta(seconds=lease.spec.lease_duration_seconds or 15):
        return
    component, of_pod = where_to_look(lease.name, inventory)
    holder = lease.spec.holder_identity or "nobody"
    yield Hit(
        message=f"{lease.name} does not run: its lease was renewed last {format_duration(age)} ago, by {holder}",
        evidence=(
            field(lease, "spec.renewTime", renewed.isoformat()),
            field(lease, "spec.holderIdentity", lease.spec.holder_identity),
            *(of_pod if component != lease.ref else ()),
        ),
        cause=component if component != lease.ref else None,
        since=renewed,
        values={"component": lease.name},
    )
