"""node-network-unavailable"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.rules.node._health import DOWN, is_new
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Node, condition


@rule(filter="Node", on=Node, severity=Severity.ERROR, suffers=Effect.NODE_UNUSABLE, produces=DOWN, added="0.1")
def node_network_unavailable(node: Node, inventory: Inventory) -> Iterator[Outcome]:
    """The network of a node is not set up: its condition `NetworkUnavailable` is True.

    ## What it means
    A cloud's route controller or the network plugin has not given the node its routes. Pods on it cannot talk to those on other nodes.

    ## When it is not reported
    In the first two minutes of a new node.

    ## How to fix it
    Look at the network plugin's pod on that node, and at the cloud controller manager (quota of routes, permissions).
    """
    unavailable = condition(node, "NetworkUnavailable")
    if unavailable is None or unavailable.status != "True" or is_new(node, inventory):
        return
    why = quoted(unavailable.message) or unavailable.reason
    yield Hit(
        message=f"network of the node is not set up: {why}",
        evidence=(
            field(node, "status.conditions[NetworkUnavailable].status", unavailable.status),
            field(node, "status.conditions[NetworkUnavailable].message", unavailable.message or unavailable.reason),
        ),
        since=unavailable.last_transition_time,
        values={"why": why},
    )
