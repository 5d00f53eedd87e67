"""pod-taint-untolerated"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import is_well
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.rules.pod._scheduling_effects import UNSCHEDULED
from kubedx.analyzers.rules.pod._unschedulable import HELP, Reason, candidates, refusal, taint_words
from kubedx.analyzers.scheduling import KINDS
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Node, Pod, Ref, Taint, untolerated

MAX_NODES = 3

_OF_CONDITIONS = "node.kubernetes.io/"
"""Taints that the node controller sets by the node's own state."""
_CLOUD = "node.cloudprovider.kubernetes.io/"


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
def pod_taint_untolerated(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """Every node that a pod could run on has a taint that the pod does not tolerate.

    ## What it means
    A taint reserves a node, or marks one that is not well (`node.kubernetes.io/memory-pressure`). Newer schedulers no longer name the
    taint; it is read from the nodes. Where the node's state has set it, the node is the cause.

    ## When it is not reported
    For the taints of control-plane nodes when there are other nodes; for nodes that the pod's own node selector rules out.

    ## How to fix it
    Add a toleration to the workload, remove the taint (`kubectl taint nodes NODE KEY-`), or mend the node when its state has set it.
    """
    refused = refusal(pod, inventory, Reason.TAINT)
    if refused is None:
        return
    nodes = [(node, taints) for node in candidates(pod, inventory) if (taints := untolerated(pod.spec.tolerations, node.spec.taints))]
    if not nodes:
        yield Hit(
            message=f"cannot be scheduled: it tolerates the taints of no node that it could run on ({quoted(refused.condition.message)})",
            evidence=refused.evidence,
            since=refused.condition.last_transition_time,
        )
        return
    taint = nodes[0][1][0]
    told = "; ".join(f'node "{node.name}" has {", ".join(map(taint_words, taints))}' for node, taints in nodes[:MAX_NODES])
    more = f" and {len(nodes) - MAX_NODES} more nodes have such" if len(nodes) > MAX_NODES else ""
    yield Hit(
        message=f"cannot be scheduled: it does not tolerate the taints of the nodes that it could run on: {told}{more}"
        + _near_toleration(pod, nodes[0][1]),
        evidence=(
            *(field(node, "spec.taints", ", ".join(map(taint_words, taints))) for node, taints in nodes[:MAX_NODES]),
            *refused.evidence,
        ),
        cause=_sick_node(nodes),
        since=refused.condition.last_transition_time,
        values={"node": nodes[0][0].name, "taint": taint_words(taint), "taint_key": taint.key, "taint_effect": taint.effect},
    )


def _near_toleration(pod: Pod, taints: tuple[Taint, ...]) -> str:
    """A clause on a toleration of the pod that differs from a taint by its value or effect only."""
    for taint in taints:
        for toleration in pod.spec.tolerations:
            if toleration.key == taint.key:
                written = "=".join(filter(None, (toleration.key, toleration.value)))
                return f"; it tolerates {written}:{toleration.effect or 'any effect'}"
    return ""


def _sick_node(nodes: list[tuple[Node, tuple[Taint, ...]]]) -> Ref | None:
    """The node to mend, where it is one node and its own state has set every taint."""
    if len(nodes) > 1:
        return None
    node, taints = nodes[0]
    return node.ref if all(taint.key.startswith((_OF_CONDITIONS, _CLOUD)) for taint in taints) else None
