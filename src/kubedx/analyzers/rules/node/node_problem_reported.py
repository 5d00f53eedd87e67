"""node-problem-reported"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field, quoted
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import Node, conditions

PROBLEMS = frozenset(
    {
        "KernelDeadlock",
        "ReadonlyFilesystem",
        "CorruptDockerOverlay2",
        "FrequentKubeletRestart",
        "FrequentDockerRestart",
        "FrequentContainerdRestart",
        "FrequentUnregisterNetDevice",
        "KubeletUnhealthy",
        "ContainerRuntimeUnhealthy",
        "CperHardwareErrorFatal",
        "XfsShutdown",
        "KubeletProblem",
        "ContainerRuntimeProblem",
        "FilesystemCorruptionProblem",
    }
)
"""Conditions of node-problem-detector and of the agents of large clouds that are True when something is wrong.

Of types that are not among them the polarity is unknown, and they are left alone.
"""


@rule(filter="Node", on=Node, severity=Severity.WARNING, added="0.1")
def node_problem_reported(node: Node, inventory: Inventory) -> Iterator[Outcome]:  # noqa: ARG001  # a rule's form
    """An agent on a node, such as node-problem-detector, reports that something is wrong with it.

    ## What it means
    Beyond the kubelet's own conditions an agent watches kernel, file systems and runtime. One of its conditions is True.

    ## When it is not reported
    For condition types whose meaning is not known: a True may be good news.

    ## How to fix it
    Drain the node and look at its kernel log; replace it if the fault is in the hardware.
    """
    for one in conditions(node):
        if one.type in PROBLEMS and one.status == "True":
            why = quoted(one.message) or one.reason
            yield Hit(
                message=f"node reports {one.type}: {why}",
                evidence=(field(node, f"status.conditions[{one.type}].message", one.message or one.reason),),
                part=one.type,
                since=one.last_transition_time,
                values={"condition": one.type, "why": why},
            )
