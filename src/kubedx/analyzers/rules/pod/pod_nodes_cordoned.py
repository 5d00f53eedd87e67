"""pod-nodes-cordoned"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import is_well
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.pod._scheduling_effects import UNSCHEDULED
from kubedx.analyzers.rules.pod._unschedulable import HELP, Reason, candidates, refusal
from kubedx.analyzers.scheduling import KINDS
from kubedx.analyzers.scheduling.taint import CORDON
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Pod

MAX_NAMED = 5


@rule(
    filter="Pod",
    on=Pod,
    consults=KINDS,
    severity=Severity.ERROR,
    events=HELP,
    suffers=Effect.CANNOT_SCHEDULE,
    produces=UNSCHEDULED,
    unless=is_well,
    added="0.1",
)
def pod_nodes_cordoned(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """Every node that a pod could run on is cordoned.

    ## What it means
    The nodes take no new pods, since somebody has run `kubectl cordon` or `kubectl drain` on them and not yet `kubectl uncordon`.

    ## When it is not reported
    When another node would take the pod but for something else, and in the first minute.

    ## How to fix it
    Uncordon a node, or let the pod run elsewhere.
    """
    refused = refusal(pod, inventory, Reason.CORDON)
    if refused is None:
        return
    nodes = [node for node in candidates(pod, inventory) if node.spec.unschedulable]
    names = ", ".join(f'"{node.name}"' for node in nodes[:MAX_NAMED])
    since = next((taint.time_added for node in nodes[:1] for taint in node.spec.taints if taint.key == CORDON), None)
    when = f" since {since:%Y-%m-%d %H:%M} UTC" if since else ""
    told = f"node {names} is cordoned{when}" if len(nodes) == 1 else f"nodes {names} are cordoned" if nodes else "the nodes are cordoned"
    yield Hit(
        message=f"cannot be scheduled: {told}",
        evidence=(*(field(node, "spec.unschedulable", "true") for node in nodes[:MAX_NAMED]), *refused.evidence),
        cause=nodes[0].ref if len(nodes) == 1 else None,
        since=refused.condition.last_transition_time,
        values={"node": nodes[0].name if nodes else ""},
    )
