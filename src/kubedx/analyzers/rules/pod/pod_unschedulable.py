"""pod-unschedulable"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import is_well
from kubedx.analyzers.evidence import quoted
from kubedx.analyzers.rules.pod._scheduling_effects import UNSCHEDULED
from kubedx.analyzers.rules.pod._unschedulable import HELP, Reason, refusal, without_afterthought
from kubedx.analyzers.scheduling import KINDS
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Pod


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
def pod_unschedulable(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """The scheduler finds no node for a pod, for a reason that no other rule knows.

    ## What it means
    The pod stays Pending. The scheduler's own words are quoted; they count the nodes by what speaks against each.

    ## When it is not reported
    When one of the rules on node selectors, taints, resources, ports, volumes, spread or affinity understands the reason; in the first half
    minute; when an autoscaler has just ordered a node.

    ## How to fix it
    Act on the scheduler's message: change what the pod asks for, or the nodes.
    """
    refused = refusal(pod, inventory, Reason.OTHER)
    if refused is None:
        return
    said = quoted(without_afterthought(refused.condition.message)) or "the scheduler gives no reason"
    yield Hit(
        message=f"cannot be scheduled: {said}",
        evidence=refused.evidence,
        since=refused.condition.last_transition_time,
        values={"why": said},
    )
