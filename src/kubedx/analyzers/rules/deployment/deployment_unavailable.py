"""deployment-unavailable"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.deployment._rollout import condition, deadline_exceeded, within_deadline
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Deployment


@rule(
    filter="Deployment",
    on=Deployment,
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
    While a rollout is under way that has not reached its deadline (`progressDeadlineSeconds`, 10 minutes unless set), when the
    Deployment is scaled to zero, and when the rollout is reported as stuck.

    ## How to fix it
    Look at the pods: `kubectl describe` and the log of one that is not ready tell why.
    """
    found = condition(deployment, "Available")
    if found is None or found[1].status != "False" or deployment.metadata.deletion_timestamp:
        return
    if deployment.spec.replicas == 0 or deadline_exceeded(deployment) or within_deadline(deployment, inventory):
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
