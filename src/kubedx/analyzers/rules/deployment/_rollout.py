"""How far the rollout of a Deployment is, and what it changes."""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers.workload_change import template_changes
from kubedx.findings import Evidence
from kubedx.inventory import Inventory
from kubedx.kube import Deployment, DeploymentCondition, Pod, ReplicaSet

REVISION = "deployment.kubernetes.io/revision"


def condition(deployment: Deployment, type_: str) -> tuple[int, DeploymentCondition] | None:
    """A condition of a Deployment with its place in the list."""
    return next(((number, one) for number, one in enumerate(deployment.status.conditions) if one.type == type_), None)


def deadline_exceeded(deployment: Deployment) -> bool:
    """Whether the controller has given up waiting for the rollout."""
    progressing = condition(deployment, "Progressing")
    return progressing is not None and progressing[1].status == "False" and progressing[1].reason == "ProgressDeadlineExceeded"


def within_deadline(deployment: Deployment, inventory: Inventory) -> bool:
    """Whether a rollout is under way that still has time."""
    progressing = condition(deployment, "Progressing")
    if progressing is None or progressing[1].status != "True" or progressing[1].reason == "NewReplicaSetAvailable":
        return False
    moved = progressing[1].last_update_time or progressing[1].last_transition_time
    return moved is None or inventory.now - moved < timedelta(seconds=deployment.spec.progress_deadline_seconds)


def revisions(deployment: Deployment, inventory: Inventory) -> tuple[ReplicaSet, ...]:
    """The ReplicaSets of a Deployment, the newest revision first."""
    return tuple(sorted(inventory.owned_by(deployment, ReplicaSet), key=revision_of, reverse=True))


def revision_of(replica_set: ReplicaSet) -> int:
    """The revision that a ReplicaSet bears, 0 when it bears none."""
    text = replica_set.metadata.annotations.get(REVISION, "")
    return int(text) if text.isascii() and text.isdigit() else 0


def pods_of(deployment: Deployment, inventory: Inventory) -> list[Pod]:
    """The pods of a Deployment that have not ended and are not on their way out."""
    pods = (pod for replica_set in inventory.owned_by(deployment, ReplicaSet) for pod in inventory.owned_by(replica_set, Pod))
    return [pod for pod in pods if pod.status.phase not in {"Succeeded", "Failed"} and pod.metadata.deletion_timestamp is None]


def changed_since(deployment: Deployment, older: ReplicaSet) -> Iterator[tuple[str, Evidence]]:
    """What the template of a Deployment changes against a ReplicaSet, in words and as evidence."""
    return template_changes(deployment, deployment.spec.template, older.spec.template)
