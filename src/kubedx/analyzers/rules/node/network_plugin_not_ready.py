"""network-plugin-not-ready"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.rules.node._health import DOWN, NETWORK, counts, is_new
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Node, Pod, condition


@rule(
    filter="Node",
    on=Node,
    consults=(Pod,),
    severity=Severity.ERROR,
    suffers=Effect.NODE_UNUSABLE,
    produces=DOWN,
    added="0.1",
)
def network_plugin_not_ready(node: Node, inventory: Inventory) -> Iterator[Outcome]:
    """The network plugin (CNI) of a node is not ready, so the node is not.

    ## What it means
    The container runtime finds no CNI configuration, or the plugin does not answer. Pods cannot be given a network, so the node takes
    none. Usually the plugin's DaemonSet does not run on that node, or its files were removed.

    ## When it is not reported
    In the first two minutes of a new node, while the plugin is being installed.

    ## How to fix it
    Look at the pod of the network plugin on that node, and at the directory `/etc/cni/net.d` there.
    """
    ready = condition(node, "Ready")
    if ready is None or ready.status == "True" or NETWORK not in ready.message or is_new(node, inventory):
        return
    _number, bound = counts(node, inventory)
    why = quoted(ready.message)
    yield Hit(
        message=f"node is not ready: its network plugin (CNI) is not: {why}{bound}",
        evidence=(
            field(node, "status.conditions[Ready].status", ready.status),
            field(node, "status.conditions[Ready].message", ready.message),
        ),
        since=ready.last_transition_time,
        values={"why": why},
    )
