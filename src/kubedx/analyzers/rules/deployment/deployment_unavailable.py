"""deployment-unavailable"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field
from kubedx.analyzers.node_order import is_node_ordered
from kubedx.analyzers.rules.deployment._rollout import condition, deadline_exceeded, pods_of, within_deadline
from kubedx.analyzers.starting import is_ready, is_starting
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Deployment, Pod, ReplicaSet


@rule(
    filter="Deployment",
    on=Deployment,
    reads=(ReplicaSet, Pod),
    severity=Severity.ERROR,
    suffers=Effect.UNAVAILABLE,
    produces=tuple(effect for effect in WITHOUT_PODS if effect is not Effect.UNAVAILABLE),
    added="0.1",
)
def deployment_unavailable(deployment: Deployment, inventory: Inventory) -> Iterator[Outcome]:
    """A Deployment has fewer available pods than it must have at all times.

    ## What it means
    The Deployment's own condition `Available` is False: so many of its pods are missing or not ready that it is below what its strategy
    allows. Why is nearly always told by another finding on its pods or ReplicaSets, to which this one is attached.

    ## When it is not reported
    While a rollout is under way that has not reached its deadline (`progressDeadlineSeconds`, 10 minutes unless set), while
    every pod that is short starts (within the time that its own probes allow) or waits for a node that an autoscaler has ordered, when
    the Deployment is scaled to zero, and when the rollout is reported as stuck.

    ## How to fix it
    Look at the pods: `kubectl describe` and the log of one that is not ready tell why.
    """
    found = condition(deployment, "Available")
    if found is None or found[1].status != "False" or deployment.metadata.deletion_timestamp:
        return
    if deployment.spec.replicas == 0 or deadline_exceeded(deployment) or within_deadline(deployment, inventory):
        return
    if _is_filling_up(deployment, inventory):
        return
    number, available = found
    status = deployment.status
    yield Hit(
        message=f"{status.available_replicas} of {deployment.spec.replicas} replicas are available",
        evidence=(
            field(deployment, f"status.conditions[{number}].message", available.message or available.reason),
            field(deployment, "status.availableReplicas", status.available_replicas),
            field(deployment, "spec.replicas", deployment.spec.replicas),
        ),
        severity=Severity.ERROR if status.available_replicas == 0 else Severity.WARNING,
        since=available.last_transition_time,
        values={"available": str(status.available_replicas), "replicas": str(deployment.spec.replicas)},
    )


def _is_filling_up(deployment: Deployment, inventory: Inventory) -> bool:
    """Whether all that is short is on its way, as after a scale-up or the drain of a node; the controller calls both no rollout."""
    short = [pod for pod in pods_of(deployment, inventory) if not is_ready(pod)]
    on_its_way = all(is_starting(pod, inventory.now) or is_node_ordered(pod, inventory) for pod in short)
    return on_its_way and len(short) >= deployment.spec.replicas - deployment.status.ready_replicas
