"""workload-not-observed"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.control_plane import where_to_look
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field
from kubedx.findings import Confidence, Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import DaemonSet, Deployment, Lease, Pod, ReplicaSet, StatefulSet

PATIENCE = timedelta(seconds=30)
"""A controller that runs sees a new object within a second."""
COMPONENT = "kube-controller-manager"

Workload = Deployment | StatefulSet | DaemonSet


@rule(
    on=(Deployment, StatefulSet, DaemonSet),
    consults=(Lease, Pod, ReplicaSet),
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    suffers=Effect.CANNOT_BE_CREATED,
    produces=WITHOUT_PODS,
    added="0.1",
)
def workload_not_observed(workload: Workload, inventory: Inventory) -> Iterator[Outcome]:
    """No controller acts on a workload: it has been changed, and its status does not follow.

    ## What it means
    kube-controller-manager turns Deployments into ReplicaSets and ReplicaSets into pods. It has not seen this workload's newest
    generation for minutes, so it is not running, not the leader anywhere, or cannot reach the API server. Nothing in the cluster that
    it manages is being done: rollouts, endpoints, node health, garbage collection.

    ## When it is not reported
    In the first half minute after a change. Where the time of the change is not known, only a workload that has never been seen is
    reported.

    ## How to fix it
    Look at the pods of kube-controller-manager in kube-system (or at its unit on the control plane), and at its Lease there.
    """
    seen, generation = workload.status.observed_generation, workload.metadata.generation
    if seen >= max(generation, 1) or workload.metadata.deletion_timestamp is not None:
        return
    written = [one.time for one in workload.metadata.managed_fields if one.time is not None and not one.subresource]
    changed = max(written, default=workload.metadata.creation_timestamp if seen == 0 else None)
    if changed is None or inventory.now - changed < PATIENCE:
        return
    cause, evidence = where_to_look(COMPONENT, inventory)
    sets = inventory.owned_by(workload, ReplicaSet) if isinstance(workload, Deployment) else None
    lacks = ", and it has no ReplicaSet" if sets is not None and sets.complete and not sets.items else ""
    yield Hit(
        message=(
            f"no controller acts on it: generation {generation}, observedGeneration {seen}{lacks}; "
            "kube-controller-manager does not seem to run"
        ),
        evidence=(
            field(workload, "metadata.generation", generation),
            field(workload, "status.observedGeneration", seen),
            *evidence,
        ),
        cause=cause,
        since=changed,
        values={"generation": str(generation), "observed": str(seen)},
    )
