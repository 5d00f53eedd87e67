"""Why the scheduler finds no node for a pod: one reason, which decides which rule speaks.

The scheduler's message counts the nodes by the first thing that speaks against each. Several things may: nodes that the pod rules
out itself (its node selector) are not in question, nor are those of the control plane where others are left; of the rest the node
decides that is nearest to taking the pod. Source of the words: pkg/scheduler/framework/plugins in kubernetes/kubernetes.
"""

import enum
import re
from collections import Counter
from datetime import timedelta
from typing import NamedTuple

from kubedx.analyzers.container_state import newest
from kubedx.analyzers.evidence import event, field
from kubedx.analyzers.node_order import is_node_ordered
from kubedx.analyzers.scheduling import Filter, Row, Table, table_of
from kubedx.analyzers.scheduling.node_affinity import fits_selector, required_nodes
from kubedx.findings import Evidence
from kubedx.inventory import Inventory
from kubedx.kube import Condition, Node, Pod, Taint, condition, pattern_of, untolerated

GRACE = timedelta(seconds=60)
"""The scheduler tries again when something changes; a first refusal may be over in a moment."""
HELP = ("TriggeredScaleUp", "Nominated", "NotTriggerScaleUp")
"""What autoscalers (cluster-autoscaler, Karpenter) say of a pod, in Normal events."""
_NOT_ORDERED = "NotTriggerScaleUp"
MAX_NODES = 5000

_CONTROL_PLANE = frozenset({"node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"})
_OF_STATE = ("node.kubernetes.io/", "node.cloudprovider.kubernetes.io/")
"""Taints that the node controller sets by the node's own state; others are there by design."""


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
    DEVICES = 10
    OTHER = 11


_WORDS = {
    Reason.VOLUME: pattern_of(
        r"PersistentVolumeClaim|persistentvolumeclaim|persistent volumes? to bind|volume node affinity conflict|volume zone|volume limit"
        r"|max volume count|persistentvolume \"|PersistentVolume's node affinity|enough free storage|available disk|pvc\(s\) bound to",
    ),
    Reason.RESOURCES: pattern_of(r"Insufficient [\w./-]+|Too many pods"),
    Reason.PORT: pattern_of(r"didn't have free ports"),
    Reason.ANTI_AFFINITY: pattern_of(r"anti-affinity rules"),
    Reason.AFFINITY: pattern_of(r"didn't match pod affinity rules"),
    Reason.SPREAD: pattern_of(r"topology spread constraints"),
    Reason.SELECTOR: pattern_of(r"match (?:Pod's )?node (?:affinity|selector)|plugin\(s\) \[NodeAffinity\]|pod affinity terms conflict"),
    Reason.CORDON: pattern_of(r"were unschedulable"),
    Reason.TAINT: pattern_of(r"had (?:untolerated )?taint"),
    Reason.DEVICES: pattern_of(r"resource ?claim|allocate all claims|device class", re.IGNORECASE),
}
_BEFORE_SELECTOR = frozenset({Reason.CORDON, Reason.TAINT})
"""What the scheduler looks at before the node selector, so that it may hide that no node matches."""
_BINDING = pattern_of(
    r"unbound immediate PersistentVolumeClaims|persistentvolumeclaim \"[^\"]+\" (?:not found|is being deleted)|persistentvolume \""
)
_COUNT = pattern_of(r"^(\d+) (.+)$", re.DOTALL)
_AFTERTHOUGHT = pattern_of(
    r"\.? (?:preemption:|no new claims to deallocate|still not schedulable|deallocation of ResourceClaim).*$", re.DOTALL
)
"""What the scheduler adds when it has looked for pods to evict."""


def without_afterthought(message: str) -> str:
    """The scheduler's verdict alone."""
    return _AFTERTHOUGHT.sub("", message)


class Refusal(NamedTuple):
    """The scheduler's verdict on a pod: its condition, the evidence, and the table of the nodes where it says what the scheduler says."""

    condition: Condition
    evidence: tuple[Evidence, ...]
    table: Table | None = None


def refusal(pod: Pod, inventory: Inventory, reason: Reason) -> Refusal | None:
    """The scheduler's refusal of a pod, where that is the reason that decides."""
    scheduled = _refused(pod, inventory)
    if scheduled is None:
        return None
    if _decisive(pod, inventory, scheduled.message) is not reason:
        return None
    table = table_of(pod, inventory)
    last = newest(inventory.events(pod, reasons=("FailedScheduling",)))
    evidence = field(pod, "status.conditions[PodScheduled].message", scheduled.message)
    agreed = table if table is not None and agrees(table, scheduled.message) else None
    unhelpful = newest(inventory.events(pod, reasons=(_NOT_ORDERED,)))
    return Refusal(scheduled, (evidence, *(event(one) for one in (last, unhelpful) if one)), agreed)


def agrees(table: Table, message: str) -> bool:
    """Whether the table says what the scheduler said; when not, the cluster has moved on, or the scheduler is of another kind."""
    return table.told and _classes(table.message) == _classes(message)


def _classes(message: str) -> Counter[tuple[Reason, str]]:
    """How many nodes there are by reason, whatever the version's wording; a reason that holds for all nodes has no number."""
    found: Counter[tuple[Reason, str]] = Counter()
    _available, _, reasons = without_afterthought(message).partition("nodes are available: ")
    for part in re.split(r", (?=\d+ )", reasons):
        match = _COUNT.match(part)
        count, words = (int(match[1]), match[2]) if match else (0, part)
        kinds = [kind for kind, pattern in _WORDS.items() if pattern.search(words)] or [Reason.OTHER]
        resource = words.rstrip(".").removeprefix("Insufficient ") if kinds[0] is Reason.RESOURCES else ""
        found[kinds[0], resource] += count
    return found


def reasons_in(message: str) -> frozenset[Reason]:
    """The reasons that a message of the scheduler speaks of, without what it says of preemption."""
    return frozenset(reason for reason, words in _WORDS.items() if words.search(without_afterthought(message)))


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
    return None if is_node_ordered(pod, inventory) else scheduled


def _decisive(pod: Pod, inventory: Inventory, message: str) -> Reason:
    told = reasons_in(message)
    if _BINDING.search(message):
        return Reason.VOLUME
    if len(told) == 1 and not told & _BEFORE_SELECTOR:
        return next(iter(told))
    if not told:
        return Reason.OTHER
    nodes = candidates(pod, inventory)
    if not nodes and inventory.list(Node).items and (pod.spec.node_selector or required_nodes(pod)):
        return Reason.SELECTOR
    table = table_of(pod, inventory)
    names = {node.name for node in nodes}
    rows = [row for row in table.rows if row.node.name in names and _reason(row) in told] if table is not None else []
    if rows:
        return _reason(min(rows, key=lambda row: _distance(row, pod)))
    return max(told - {Reason.SELECTOR} or told)


def _distance(row: Row, pod: Pod) -> tuple[int, int, int, str]:
    """How far a node is from taking the pod. One that is reserved for others is farther than one that is full."""
    if row.first not in {Filter.UNSCHEDULABLE, Filter.TAINT}:
        reserved = 0
    else:
        reserved = 1 if row.first is Filter.UNSCHEDULABLE or _is_of_state(untolerated(pod.spec.tolerations, row.node.spec.taints)) else 2
    return reserved, len(row.failing), -_reason(row), row.node.name


def _is_of_state(taints: tuple[Taint, ...]) -> bool:
    return bool(taints) and all(taint.key.startswith(_OF_STATE) for taint in taints)


def _reason(row: Row) -> Reason:
    """The class of the first thing that speaks against a node; OTHER when nothing that is looked at does."""
    words = " ".join(row.reasons)
    return next((reason for reason, pattern in _WORDS.items() if pattern.search(words)), Reason.OTHER)


def candidates(pod: Pod, inventory: Inventory) -> tuple[Node, ...]:
    """The nodes in question: those that the pod itself does not rule out, without the control plane's where there are others."""
    nodes = tuple(node for node in inventory.list(Node).items[:MAX_NODES] if fits_selector(pod, node))
    workers = tuple(node for node in nodes if not _is_control_plane(pod, node))
    return workers or nodes


def _is_control_plane(pod: Pod, node: Node) -> bool:
    return any(taint.key in _CONTROL_PLANE for taint in untolerated(pod.spec.tolerations, node.spec.taints))


class Near(NamedTuple):
    """A node that one thing alone keeps a pod off, beside the reason that decides, in words; `sick` when its own state is that thing."""

    words: str
    node: Node
    sick: bool


def near_node(pod: Pod, refused: Refusal, decided: Filter | None = None) -> Near | None:
    """The node that would take the pod but for its cordon or its taints; nodes of the control plane do not count."""
    if refused.table is None:
        return None
    for row in sorted(refused.table.rows, key=lambda one: _distance(one, pod)):
        alone = len(row.failing) == 1 and row.first in {Filter.UNSCHEDULABLE, Filter.TAINT} and row.first is not decided
        if alone and not _is_control_plane(pod, row.node):
            taints = untolerated(pod.spec.tolerations, row.node.spec.taints)
            cordoned = row.first is Filter.UNSCHEDULABLE
            but = "its cordon" if cordoned else f"its taint {', '.join(map(taint_words, taints))}"
            return Near(f'; node "{row.node.name}" would take it but for {but}', row.node, not cordoned and _is_of_state(taints))
    return None


def taint_words(taint: Taint) -> str:
    """A taint as kubectl writes it: `team=data:NoSchedule`."""
    return f"{taint.key}={taint.value}:{taint.effect}" if taint.value else f"{taint.key}:{taint.effect}"


MAX_ROWS = 8


def nodes_in_words(refused: Refusal) -> str:
    """The table for a playbook: `node-a: Insufficient cpu; node-b: node(s) were unschedulable`; empty without one."""
    if refused.table is None or refused.table.impossible:
        return ""
    rows = [f"{row.node.name}: {', '.join(_singular(reason) for reason in row.reasons)}" for row in refused.table.rows]
    return "; ".join(rows[:MAX_ROWS]) + (f"; and {len(rows) - MAX_ROWS} more" if len(rows) > MAX_ROWS else "")


def _singular(reason: str) -> str:
    return reason.removeprefix("node(s) ")
