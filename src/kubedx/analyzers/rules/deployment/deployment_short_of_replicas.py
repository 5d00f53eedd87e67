"""deployment-short-of-replicas"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import unready_since
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.deployment._rollout import condition, deadline_exceeded, pods_of, within_deadline
from kubedx.analyzers.starting import is_ready, is_starting
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Deployment, Pod, ReplicaSet

PATIENCE = timedelta(minutes=5)
"""A pod that is not ready for less is busy, or its node is being replaced."""


@rule(
    filter="Deployment",
    on=Deployment,
    reads=(ReplicaSet, Pod),
    severity=Severity.WARNING,
    suffers=Effect.UNAVAILABLE,
    produces=tuple(effect for effect in WITHOUT_PODS if effect is not Effect.UNAVAILABLE),
    added="0.1",
)
def deployment_short_of_replicas(deployment: Deployment, inventory: Inventory) -> Iterator[Outcome]:
    """A Deployment has fewer ready pods than it asks for, though enough to count as available.

    ## What it means
    Most pods serve, and some have not been ready for minutes: redundancy is lost. Why is nearly always told by a finding on those pods,
    to which this one is attached.

    ## When it is not reported
    While a rollout is under way or the Deployment is paused, while pods start (within the time that their own probes allow), in the first
    five minutes of a pod that is not ready, and when the Deployment is unavailable as a whole or its rollout is stuck, which other rules
    report.

    ## How to fix it
    Look at the pods that are not ready.
    """
    spec, status, available = deployment.spec, deployment.status, condition(deployment, "Available")
    if status.ready_replicas >= spec.replicas or spec.paused or deployment.metadata.deletion_timestamp is not None:
        return
    if available is None or available[1].status != "True" or deadline_exceeded(deployment) or within_deadline(deployment, inventory):
        return
    late = [pod for pod in pods_of(deployment, inventory) if not is_ready(pod) and not _is_in_time(pod, inventory)]
    if not late:
        return
    yield Hit(
        message=f"{status.ready_replicas} of {spec.replicas} replicas are ready; pod {', '.join(_quoted_names(late))} is not",
        evidence=(
            field(deployment, "status.readyReplicas", status.ready_replicas),
            field(deployment, "spec.replicas", spec.replicas),
            *(field(pod, "status.phase", pod.status.phase) for pod in late[:3]),
        ),
        since=min((moment for pod in late if (moment := unready_since(pod))), default=None),
        values={"ready": str(status.ready_replicas), "replicas": str(spec.replicas), "pod": late[0].name},
    )


def _is_in_time(pod: Pod, inventory: Inventory) -> bool:
    since = unready_since(pod)
    return is_starting(pod, inventory.now) or since is None or inventory.now - since < PATIENCE


def _quoted_names(pods: list[Pod]) -> list[str]:
    return [f'"{pod.name}"' for pod in pods[:3]]
