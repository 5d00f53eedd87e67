"""Why the scheduler finds no node for a pod: one reason, which decides which rule speaks.

The scheduler's message counts the nodes by the first thing that speaks against each. Several things may: nodes that the pod rules
out itself (its node selector) are not in question, nor are those of the control plane where others are left; of the rest
those count that came furthest. Source of the words: pkg/scheduler/framework/plugins in kubernetes/kubernetes.
"""

import enum
import re
from datetime import timedelta
from typing import NamedTuple

from kubedx.analyzers.container_state import newest
from kubedx.analyzers.evidence import event, field
from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.scheduling.room import free, lacking, requests
from kubedx.findings import Evidence
from kubedx.inventory import Inventory
from kubedx.kube import Condition, Node, NodeSelector, Pod, condition, last_seen, matches_node, untolerated

GRACE = timedelta(seconds=30)
"""The scheduler tries again when something changes; a first refusal may be over in a moment."""
SCALE_UP = timedelta(minutes=15)
"""Time for an autoscaler to bring the node that it has ordered."""
MAX_NODES = 5000

CORDON_TAINT = "node.kubernetes.io/unschedulable"
_CONTROL_PLANE = frozenset({"node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"})


class Reason(enum.IntEnum):
    """What keeps a pod off a node, in the order in which it is looked at."""

    SELECTOR = 1
    CORDON = 2
    TAINT = 3
    RESOURCES = 4
    PORT = 5
    VOLUME = 6
    SPREAD = 7
    AFFINITY = 8
    ANTI_AFFINITY = 9
    OTHER = 10


_WORDS = {
    Reason.VOLUME: re.compile(
        r"PersistentVolumeClaim|persistentvolumeclaim|persistent volumes? to bind|volume node affinity conflict|volume zone|volume limit"
        r"|max volume count|persistentvolume \"",
    ),
    Reason.RESOURCES: re.compile(r"Insufficient [\w./-]+|Too many pods"),
    Reason.PORT: re.compile(r"didn't have free ports"),
    Reason.ANTI_AFFINITY: re.compile(r"anti-affinity rules"),
    Reason.AFFINITY: re.compile(r"didn't match pod affinity rules"),
    Reason.SPREAD: re.compile(r"topology spread constraints"),
    Reason.SELECTOR: re.compile(r"match (?:Pod's )?node (?:affinity|selector)"),
    Reason.CORDON: re.compile(r"were unschedulable"),
    Reason.TAINT: re.compile(r"had (?:untolerated )?taint"),
}
_BEFORE_SELECTOR = frozenset({Reason.CORDON, Reason.TAINT})
"""What the scheduler looks at before the node selector, so that it may hide that no node matches."""
_BINDING = re.compile(
    r"unbound immediate PersistentVolumeClaims|persistentvolumeclaim \"[^\"]+\" (?:not found|is being deleted)|persistentvolume \""
)


class Refusal(NamedTuple):
    """The scheduler's verdict on a pod: its condition, and the evidence."""

    condition: Condition
    evidence: tuple[Evidence, ...]


def refusal(pod: Pod, inventory: Inventory, reason: Reason) -> Refusal | None:
    """The scheduler's refusal of a pod, where that is the reason that decides."""
    scheduled = _refused(pod, inventory)
    if scheduled is None or _decisive(pod, inventory, scheduled.message) is not reason:
        return None
    last = newest(inventory.events(pod, reasons=("FailedScheduling",)))
    evidence = field(pod, "status.conditions[PodScheduled].message", scheduled.message)
    return Refusal(scheduled, (evidence, *((event(last),) if last else ())))


def reasons_in(message: str) -> frozenset[Reason]:
    """The reasons that a message of the scheduler speaks of, without what it says of preemption."""
    return frozenset(reason for reason, words in _WORDS.items() if words.search(message.partition("preemption:")[0]))


def _refused(pod: Pod, inventory: Inventory) -> Condition | None:
    """The condition by which the scheduler refuses a pod, unless help is under way."""
    if pod.status.phase not in {"Pending", ""} or pod.spec.node_name or pod.metadata.deletion_timestamp is not None:
        return None
    scheduled = condition(pod, "PodScheduled")
    if scheduled is None or scheduled.status != "False" or scheduled.reason != "Unschedulable" or pod.status.nominated_node_name:
        return None
    since = pod.metadata.creation_timestamp or scheduled.last_transition_time
    if since is not None and inventory.now - since < GRACE:
        return None
    ordered = newest(inventory.events(pod, reasons=("TriggeredScaleUp",)))
    moment = last_seen(ordered) if ordered else None
    return None if moment is not None and inventory.now - moment < SCALE_UP else scheduled


def _decisive(pod: Pod, inventory: Inventory, message: str) -> Reason:
    told = reasons_in(message)
    if _BINDING.search(message):
        return Reason.VOLUME
    if len(told) == 1 and not told & _BEFORE_SELECTOR:
        return next(iter(told))
    memo = _verdicts(inventory)
    owner = pod.metadata.controller
    key = (pod.namespace, owner.kind if owner else "Pod", owner.name if owner else pod.name, message)
    if key not in memo:
        memo[key] = _furthest(pod, inventory, told)
    return memo[key]


@once_per_inventory
def _verdicts(inventory: Inventory) -> dict[tuple[str, str, str, str], Reason]:
    """The decisive reason by owner and message: pods of one template are refused alike."""
    del inventory
    return {}


def _furthest(pod: Pod, inventory: Inventory, told: frozenset[Reason]) -> Reason:
    """The reason of the nodes that came furthest; by the scheduler's words alone where nodes are not known."""
    if not told:
        return Reason.OTHER
    nodes = candidates(pod, inventory)
    if not nodes and inventory.list(Node).items and (pod.spec.node_selector or required_nodes(pod)):
        return Reason.SELECTOR
    against = {_against(pod, node, inventory) for node in nodes}
    later = {reason for reason in told if reason > Reason.RESOURCES}
    if later and (Reason.OTHER in against or not against):
        return min(later)
    found = against & told
    return max(found or told - {Reason.SELECTOR} or told)


def candidates(pod: Pod, inventory: Inventory) -> tuple[Node, ...]:
    """The nodes in question: those that the pod itself does not rule out, without the control plane's where there are others."""
    nodes = tuple(node for node in inventory.list(Node).items[:MAX_NODES] if fits_selector(pod, node))
    workers = tuple(
        node for node in nodes if not any(taint.key in _CONTROL_PLANE for taint in untolerated(pod.spec.tolerations, node.spec.taints))
    )
    return workers or nodes


def fits_selector(pod: Pod, node: Node) -> bool:
    """Whether the pod's node selector and required node affinity let it onto a node."""
    labels = node.metadata.labels
    required = required_nodes(pod)
    return all(labels.get(key) == value for key, value in pod.spec.node_selector.items()) and (
        required is None or matches_node(required, node.name, labels)
    )


def required_nodes(pod: Pod) -> NodeSelector | None:
    """The pod's required node affinity."""
    affinity = pod.spec.affinity.node_affinity if pod.spec.affinity else None
    return affinity.required_during_scheduling_ignored_during_execution if affinity else None


def _against(pod: Pod, node: Node, inventory: Inventory) -> Reason:
    """The first thing that speaks against a node; OTHER when nothing that is looked at here does."""
    if node.spec.unschedulable:
        return Reason.CORDON
    if untolerated(pod.spec.tolerations, node.spec.taints):
        return Reason.TAINT
    if lacking(requests(pod.spec), free(node, inventory)):
        return Reason.RESOURCES
    return Reason.OTHER
