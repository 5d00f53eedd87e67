"""nominated-pod-waits"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import ENDED, is_well
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.pod._scheduling_effects import UNSCHEDULED
from kubedx.findings import Confidence, Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Pod, condition, format_duration

PATIENCE = timedelta(minutes=5)
"""Beyond the grace period of the pods that make room."""


@rule(
    filter="Pod",
    on=Pod,
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    suffers=Effect.CANNOT_SCHEDULE,
    produces=UNSCHEDULED,
    unless=is_well,
    added="0.1",
)
def nominated_pod_waits(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """Less important pods were evicted for a pod, and it still has no node.

    ## What it means
    The scheduler has chosen a node (`status.nominatedNodeName`) and preempts pods of lower priority there. The pod is bound when they
    are gone; one that does not end, because of a finalizer or a long grace period, holds it up.

    ## When it is not reported
    In the first five minutes, and as long as the pods that leave are within their grace period.

    ## How to fix it
    See why the named pod does not end; delete it by force when its program is certainly gone.
    """
    node = pod.status.nominated_node_name
    if not node or pod.spec.node_name or pod.status.phase not in {"Pending", ""} or pod.metadata.deletion_timestamp is not None:
        return
    created = pod.metadata.creation_timestamp
    leaving = [one for one in inventory.pods_on(node) if one.metadata.deletion_timestamp is not None and one.status.phase not in ENDED]
    victims = [one for one in leaving if (one.spec.priority or 0) < (pod.spec.priority or 0)]
    ends = [one.metadata.deletion_timestamp for one in victims if one.metadata.deletion_timestamp is not None]
    since = max([created, *ends] if created else ends, default=None)
    if since is None or inventory.now - since < PATIENCE:
        return
    scheduled = condition(pod, "PodScheduled")
    held = f", where pod {victims[0].namespace}/{victims[0].name} was to make room and has not ended" if victims else ""
    yield Hit(
        message=f'waits for {format_duration(inventory.now - since)} for node "{node}", to which it is nominated{held}',
        evidence=(
            field(pod, "status.nominatedNodeName", node),
            *(field(one, "metadata.deletionTimestamp", f"{one.metadata.deletion_timestamp:%Y-%m-%dT%H:%M:%SZ}") for one in victims[:3]),
            *((field(pod, "status.conditions[PodScheduled].message", scheduled.message),) if scheduled and scheduled.message else ()),
        ),
        cause=victims[0].ref if victims else None,
        since=created,
        values={"node": node, "victim": victims[0].name if victims else "", "victim_namespace": victims[0].namespace if victims else ""},
    )
