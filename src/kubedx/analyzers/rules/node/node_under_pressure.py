"""node-under-pressure"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Node, conditions

PRESSURES = {"MemoryPressure": "memory", "DiskPressure": "disk space", "PIDPressure": "process ids"}


@rule(
    filter="Node",
    on=Node,
    severity=Severity.ERROR,
    suffers=Effect.NODE_UNUSABLE,
    produces=(Effect.CANNOT_SCHEDULE, Effect.CANNOT_START, *WITHOUT_PODS),
    added="0.1",
)
def node_under_pressure(node: Node, inventory: Inventory) -> Iterator[Outcome]:  # noqa: ARG001  # a rule's form
    """A node runs out of memory, disk space or process ids.

    ## What it means
    The kubelet evicts pods from the node, beginning with those that use more than they requested, and new pods stay away (under memory
    pressure only those without requests).

    ## When it is not reported
    When the node does not report at all: then its old conditions say nothing.

    ## How to fix it
    See what uses the resource on the node. Give pods requests and limits, clean up images and logs, or add a node.
    """
    for one in conditions(node):
        if one.type in PRESSURES and one.status == "True":
            yield Hit(
                message=f"node is short of {PRESSURES[one.type]}: {one.type}, {one.reason}",
                evidence=(
                    field(node, f"status.conditions[{one.type}].status", one.status),
                    field(node, f"status.conditions[{one.type}].message", one.message or one.reason),
                ),
                part=one.type,
                since=one.last_transition_time,
                values={"resource": PRESSURES[one.type], "condition": one.type},
            )
