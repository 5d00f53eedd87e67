"""statefulset-unavailable"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.statefulset._ordinals import is_updating, pods_by_ordinal
from kubedx.analyzers.starting import GRACE, is_ready, is_starting
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
def statefulset_unavailable(stateful_set: StatefulSet, inventory: Inventory) -> Iterator[Outcome]:
    """A StatefulSet has fewer ready pods than it asks for.

    ## What it means
    Why is nearly always told by a finding on its pods or claims, to which this one is attached.

    ## When it is not reported
    While its pods start (within the time that their own probes allow), in the first minute, when the StatefulSet is scaled to zero, and
    where a pod blocks the others or an update, which other rules report.

    ## How to fix it
    Look at the pods that are not ready.
    """
    spec, status, created = stateful_set.spec, stateful_set.status, stateful_set.metadata.creation_timestamp
    if status.ready_replicas >= spec.replicas or is_updating(stateful_set) or stateful_set.metadata.deletion_timestamp is not None:
        return
    if created is not None and inventory.now - created < GRACE:
        return
    pods = pods_by_ordinal(stateful_set, inventory)
    blocked = spec.pod_management_policy == "OrderedReady" and status.replicas < spec.replicas
    not_ready = [pod for pod in pods.values() if not is_ready(pod)]
    if any(is_starting(pod, inventory.now) for pod in not_ready) or (blocked and not_ready):
        return
    names = ", ".join(f'"{pod.name}"' for pod in not_ready[:3])
    yield Hit(
        message=f"{status.ready_replicas} of {spec.replicas} replicas are ready" + (f"; pod {names} is not" if names else ""),
        evidence=(
            field(stateful_set, "status.readyReplicas", status.ready_replicas),
            field(stateful_set, "spec.replicas", spec.replicas),
            *(field(pod, "status.phase", pod.status.phase) for pod in not_ready[:3]),
        ),
        severity=Severity.WARNING if status.ready_replicas else Severity.ERROR,
        values={"ready": str(status.ready_replicas), "replicas": str(spec.replicas), "pod": not_ready[0].name if not_ready else ""},
    )
