"""ordinal-blocks"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.statefulset._ordinals import first_not_ready, is_updating, pods_by_ordinal
from kubedx.analyzers.starting import is_starting
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Pod, StatefulSet


@rule(
    filter="StatefulSet",
    on=StatefulSet,
    reads=(Pod,),
    severity=Severity.ERROR,
    suffers=Effect.UNAVAILABLE,
    produces=tuple(effect for effect in WITHOUT_PODS if effect is not Effect.UNAVAILABLE),
    added="0.1",
)
def ordinal_blocks(stateful_set: StatefulSet, inventory: Inventory) -> Iterator[Outcome]:
    """A pod of a StatefulSet that is not ready keeps the pods after it from being created.

    ## What it means
    With the pod management policy `OrderedReady` pods are made one after the other, each when the one before is ready. One is not, so
    those of higher ordinals do not exist. Why it is not ready is told by a finding on that pod, to which this one is attached.

    ## When it is not reported
    While the pod starts (within the time that its own probes allow), with the policy `Parallel`, and during an update.

    ## How to fix it
    Repair the pod of the named ordinal; the others follow by themselves.
    """
    spec, status = stateful_set.spec, stateful_set.status
    if spec.pod_management_policy != "OrderedReady" or status.replicas >= spec.replicas or is_updating(stateful_set):
        return
    found = first_not_ready(pods_by_ordinal(stateful_set, inventory))
    if found is None or stateful_set.metadata.deletion_timestamp is not None or is_starting(found[1], inventory.now):
        return
    ordinal, pod = found
    yield Hit(
        message=(
            f'pod "{pod.name}" (ordinal {ordinal}) is not ready, so the pods after it are not created: '
            f"{status.replicas} of {spec.replicas} replicas exist"
        ),
        evidence=(
            field(stateful_set, "status.replicas", status.replicas),
            field(stateful_set, "spec.replicas", spec.replicas),
            field(stateful_set, "spec.podManagementPolicy", spec.pod_management_policy),
            field(pod, "status.phase", pod.status.phase),
        ),
        since=pod.metadata.creation_timestamp,
        values={"ordinal": str(ordinal), "pod": pod.name},
    )
