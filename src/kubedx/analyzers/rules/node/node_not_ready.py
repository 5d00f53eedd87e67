"""node-not-ready"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.rules.node._health import DOWN, NETWORK, counts, is_leaving, is_new
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Condition, Node, Pod, condition

REBOOT = timedelta(minutes=5)
CORDON = "node.kubernetes.io/unschedulable"


@rule(
    filter="Node",
    on=Node,
    consults=(Pod,),
    severity=Severity.ERROR,
    suffers=Effect.NODE_UNUSABLE,
    produces=DOWN,
    added="0.1",
)
def node_not_ready(node: Node, inventory: Inventory) -> Iterator[Outcome]:
    """A node is not ready.

    ## What it means
    With the status `Unknown` the kubelet has stopped reporting: the machine is down, cut off, or its kubelet does not run. With `False`
    the kubelet reports itself what is wrong. New pods stay away; after five minutes those that run there are moved elsewhere.

    ## When it is not reported
    In the first two minutes of a new node, and when only its network plugin is missing, which is another finding. For a node that an
    autoscaler removes or a cloud takes back (by its taints) it is information, and so it is in the first five minutes of a node that was
    cordoned before: somebody maintains it, and it reboots.

    ## How to fix it
    Look at the machine: is it up, does `systemctl status kubelet` run, is the container runtime alive, is a disk full?
    """
    ready = condition(node, "Ready")
    if ready is None or ready.status == "True" or NETWORK in ready.message or is_new(node, inventory):
        return
    _number, bound = counts(node, inventory)
    why = quoted(ready.message)
    silent = ready.status == "Unknown"
    yield Hit(
        message=f"node is not ready: {'it stopped reporting' if silent else ready.reason}" + (f": {why}" if why else "") + bound,
        evidence=(
            field(node, "status.conditions[Ready].status", ready.status),
            field(node, "status.conditions[Ready].message", ready.message or ready.reason),
        ),
        severity=Severity.INFO if is_leaving(node) or _reboots(node, ready, inventory) else Severity.ERROR,
        since=ready.last_transition_time,
        values={"reason": ready.reason, "why": why, "silent": "yes" if silent else ""},
    )


def _reboots(node: Node, ready: Condition, inventory: Inventory) -> bool:
    """Whether a node went away a short time ago, after it had been cordoned."""
    since = ready.last_transition_time
    cordoned = next((one.time_added for one in node.spec.taints if one.key == CORDON), None)
    if since is None or cordoned is None or not node.spec.unschedulable:
        return False
    return cordoned <= since and inventory.now - since < REBOOT
