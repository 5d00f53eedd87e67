"""pod-deletion-rejected"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field, quoted
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import ReplicaSet, ReplicationController


@rule(on=(ReplicaSet, ReplicationController), severity=Severity.WARNING, added="0.1")
def pod_deletion_rejected(workload: ReplicaSet | ReplicationController, inventory: Inventory) -> Iterator[Outcome]:  # noqa: ARG001  # a rule's form
    """The API server does not let a controller delete pods that are too many.

    ## What it means
    The workload was scaled down, or a rollout replaces its pods, and deleting them is refused, nearly always by an admission webhook. The
    condition `ReplicaFailure` with the reason `FailedDelete` holds the API server's words, which are quoted.

    ## When it is not reported
    When the workload has no more pods than it wants.

    ## How to fix it
    Read the reason: repair the webhook that it names, or grant what is missing.
    """
    if workload.status.replicas <= workload.spec.replicas or workload.metadata.deletion_timestamp is not None:
        return
    for number, one in enumerate(workload.status.conditions):
        if one.type == "ReplicaFailure" and one.status == "True" and one.reason == "FailedDelete":
            why = quoted(one.message) or "no reason is given"
            yield Hit(
                message=f"has {workload.status.replicas} pods instead of {workload.spec.replicas}, and deleting them is refused: {why}",
                evidence=(
                    field(workload, f"status.conditions[{number}].message", one.message or one.reason),
                    field(workload, "status.replicas", workload.status.replicas),
                ),
                since=one.last_transition_time,
                values={"why": why},
            )
