"""pod-scheduling-gated"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import is_well
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.pod._scheduling_effects import UNSCHEDULED
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Pod, condition, format_duration

PATIENCE = timedelta(minutes=2)
"""Whoever sets a gate is to open it; at once, where nothing is wrong."""

QUEUE = "kueue.x-k8s.io/"
"""Gates of a queue, which holds pods until there is room for them: https://kueue.sigs.k8s.io/docs/tasks/run/plain_pods/"""


@rule(
    filter="Pod",
    on=Pod,
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_SCHEDULE,
    produces=UNSCHEDULED,
    own_reason=True,
    unless=is_well,
    added="0.1",
)
def pod_scheduling_gated(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A scheduling gate holds a pod back from the scheduler.

    ## What it means
    `spec.schedulingGates` names conditions that somebody else, a controller or an approver, must take away before the pod is even
    considered. Nobody has.

    ## When it is not reported
    In the first two minutes. A pod that waits in a queue of Kueue, which may take hours, is reported as information.

    ## How to fix it
    See what is to remove the gate and why it does not, or take the gate out of the workload's template.
    """
    scheduled = condition(pod, "PodScheduled")
    if not pod.spec.scheduling_gates or pod.spec.node_name or pod.metadata.deletion_timestamp is not None:
        return
    created = pod.metadata.creation_timestamp
    if created is not None and inventory.now - created < PATIENCE:
        return
    gates = ", ".join(f'"{gate.name}"' for gate in pod.spec.scheduling_gates)
    noun = "scheduling gate" if len(pod.spec.scheduling_gates) == 1 else "scheduling gates"
    waited = f" for {format_duration(inventory.now - created)}" if created else ""
    yield Hit(
        message=f"is not scheduled: {noun} {gates} has held it back{waited}"
        if noun.endswith("gate")
        else f"is not scheduled: {noun} {gates} have held it back{waited}",
        evidence=(
            *(field(pod, f"spec.schedulingGates[{number}].name", gate.name) for number, gate in enumerate(pod.spec.scheduling_gates)),
            *((field(pod, "status.conditions[PodScheduled].reason", scheduled.reason),) if scheduled else ()),
        ),
        severity=Severity.INFO if all(gate.name.startswith(QUEUE) for gate in pod.spec.scheduling_gates) else None,
        since=created,
        values={"gate": pod.spec.scheduling_gates[0].name},
    )
