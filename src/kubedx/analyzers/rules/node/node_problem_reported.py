"""node-problem-reported"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.rules.node._health import is_leaving, is_new
from kubedx.findings import Confidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Node, conditions, pattern_of

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
"""Conditions of node-problem-detector (its folder config) and of the agents of large clouds that are True when something is wrong."""

HEALTHY = frozenset(
    {
        "AcceleratedHardwareReady",
        "ContainerRuntimeReady",
        "KernelReady",
        "NetworkingReady",
        "StorageReady",
        "EtcdIsVoter",
    }
)
"""Conditions that are True when all is well: of the EKS node monitoring agent
(https://docs.aws.amazon.com/eks/latest/userguide/node-health.html) and of servers of k3s and RKE2 (k3s pkg/etcd)."""

ANNOUNCEMENTS = frozenset(
    {"FreezeScheduled", "PreemptScheduled", "RebootScheduled", "RedeployScheduled", "TerminateScheduled", "VMEventScheduled"}
)
"""Conditions that are True when a cloud is going to do something to the machine: nothing is wrong yet.
https://learn.microsoft.com/azure/aks/node-problem-detector"""

_KUBELETS = frozenset({"Ready", "MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable"})
"""The conditions of Kubernetes itself, of which other rules speak."""

_BAD_WORDS = pattern_of(
    r"(?:Unhealthy|Problem|Failures?|Failed|Failing|Errors?|Fatal|Deadlock|Pressure|Unavailable|Unreachable|Corruption|Corrupted"
    r"|Degraded|Unready|NotReady|Missing|Exhausted|Stuck)$|^Frequent[A-Z]"
)
_GOOD_WORDS = pattern_of(r"(?:Ready|Healthy|Available|Reachable|Succeeded)$")
"""By these words the authors of other agents say which way a condition points. Of types without one the polarity is unknown."""


@rule(filter="Node", on=Node, severity=Severity.WARNING, confidence=Confidence.LIKELY, added="0.1")
def node_problem_reported(node: Node, inventory: Inventory) -> Iterator[Outcome]:
    """An agent on a node, such as node-problem-detector, reports that something is wrong with it.

    ## What it means
    Beyond the kubelet's own conditions an agent watches kernel, file systems, runtime or devices. One of its conditions says that
    something is wrong: a type such as `KernelDeadlock` is True, or one such as `AcceleratedHardwareReady` is False.

    ## When it is not reported
    For conditions that are as they should be, for types whose name does not tell which way is good, for the status Unknown (the agent
    could not tell), and in the first two minutes of a new node. That a cloud is going to restart the machine, and anything about a node
    that is being removed on purpose, is information.

    ## How to fix it
    Drain the node and look at its kernel log; replace it if the fault is in the hardware.
    """
    if is_new(node, inventory):
        return
    for one in conditions(node):
        if one.type in _KUBELETS or not _is_bad(one.type, one.status):
            continue
        known = one.type in PROBLEMS | HEALTHY | ANNOUNCEMENTS
        why = quoted(one.message) or one.reason or f"status {one.status}"
        yield Hit(
            message=f"node reports {one.type}{'' if one.status == 'True' else f'={one.status}'}: {why}",
            evidence=(
                field(node, f"status.conditions[{one.type}].status", one.status),
                *((field(node, f"status.conditions[{one.type}].message", one.message),) if one.message else ()),
            ),
            part=one.type,
            confidence=Confidence.CERTAIN if known else Confidence.LIKELY,
            severity=Severity.INFO if one.type in ANNOUNCEMENTS or is_leaving(node) else Severity.WARNING,
            since=one.last_transition_time,
            values={"condition": one.type, "why": why},
        )


def _is_bad(condition_type: str, status: str) -> bool:
    if condition_type in PROBLEMS | ANNOUNCEMENTS or _BAD_WORDS.search(condition_type):
        return status == "True"
    return status == "False" and (condition_type in HEALTHY or _GOOD_WORDS.search(condition_type) is not None)
