"""readiness-gate-unmet"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import is_live, is_well
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Pod, condition

PATIENCE = timedelta(minutes=3)
"""Load balancers take minutes to find a new pod healthy."""


@rule(filter="Pod", on=Pod, severity=Severity.ERROR, suffers=Effect.NOT_READY, produces=WITHOUT_PODS, unless=is_well, added="0.1")
def readiness_gate_unmet(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """All containers of a pod are ready, but a readiness gate keeps the pod from being so.

    ## What it means
    `spec.readinessGates` names conditions that another controller, often that of a load balancer, must set to True on the pod. It has not,
    so that the pod gets no traffic.

    ## When it is not reported
    In the first three minutes after the containers became ready.

    ## How to fix it
    See why that controller does not set the condition: it may be down, or its health check of the pod fails.
    """
    ready, containers = condition(pod, "Ready"), condition(pod, "ContainersReady")
    if not is_live(pod) or ready is None or ready.status == "True" or containers is None or containers.status != "True":
        return
    since = containers.last_transition_time
    if since is not None and inventory.now - since < PATIENCE:
        return
    for gate in pod.spec.readiness_gates:
        found = condition(pod, gate.condition_type)
        if found is not None and found.status == "True":
            continue
        state = f"is {found.status}{f' ({found.reason})' if found.reason else ''}" if found is not None else "has not been set"
        yield Hit(
            message=f'all containers are ready, but readiness gate "{gate.condition_type}" {state}',
            evidence=(
                field(pod, "spec.readinessGates", gate.condition_type),
                field(pod, "status.conditions[Ready].reason", ready.reason or ready.status),
                *((field(pod, f"status.conditions[{gate.condition_type}].status", found.status),) if found is not None else ()),
            ),
            part=gate.condition_type,
            since=since,
            values={"gate": gate.condition_type},
        )
