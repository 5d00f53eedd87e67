"""Where the scheduler would put pods, and what it would say of those that it can put nowhere.

What speaks against a node is told by the same filters as for pods that wait. Pods that are placed here take their room and ports
from those that follow; what pods demand of each other (affinity, spread) is looked at with those placed before.
"""

from collections import Counter
from decimal import Decimal

import msgspec

from kubedx.analyzers import Amounts, allocatable, requests, table_of
from kubedx.inventory import Changes, Inventory
from kubedx.kube import Node, Pod, PodSpec, containers, matches_node, untolerated

PODS = "pods"
UNKNOWN_NODE = "unknown"
ENDED = frozenset({"Succeeded", "Failed"})


class Placed(msgspec.Struct, frozen=True):
    """The node on which a pod would be, or the scheduler's words where there is none."""

    node: str = ""
    refusal: str = ""


class Placement:
    """Places pods one after another."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._left: dict[str, Amounts] = {}
        self._ports: dict[str, set[tuple[str, int]]] = {}

    def place(self, pod: Pod) -> Placed:
        """The first node, by name, that nothing speaks against. Where that cannot be told, the pod is taken to find one."""
        if pod.spec.node_name:
            return Placed(node=pod.spec.node_name)
        table = table_of(pod, self._inventory)
        if table is None or not table.rows:
            return Placed(node=UNKNOWN_NODE)
        if table.impossible:
            return Placed(refusal=table.message)
        asked = {**requests(pod.spec), PODS: Decimal(1)}
        against: Counter[str] = Counter()
        for row in table.rows:
            reasons = row.reasons or self._taken_by_others(pod.spec, asked, row.node)
            if not reasons:
                self._take(row.node.name, pod, asked)
                return Placed(node=row.node.name)
            against.update(reasons)
        if not table.told:
            return Placed(node=UNKNOWN_NODE)
        told = ", ".join(sorted(f"{count} {reason}" for reason, count in against.items()))
        return Placed(refusal=f"0/{len(table.rows)} nodes are available: {told}.")

    def _taken_by_others(self, spec: PodSpec, asked: Amounts, node: Node) -> tuple[str, ...]:
        """What speaks against a node because of the pods that were placed on it here."""
        if _host_ports(spec) & self._ports.get(node.name, set()):
            return ("node(s) didn't have free ports for the requested pod ports",)
        left = self._room(node)
        short = sorted(resource for resource, amount in asked.items() if amount > left.get(resource, Decimal(0)))
        return tuple("Too many pods" if resource == PODS else f"Insufficient {resource}" for resource in short)

    def _room(self, node: Node) -> Amounts:
        if node.name not in self._left:
            left = {PODS: Decimal("Infinity"), **allocatable(node)}
            for pod in self._inventory.pods_on(node.name):
                if pod.status.phase not in ENDED:
                    _subtract(left, {**requests(pod.spec), PODS: Decimal(1)})
            self._left[node.name] = left
        return self._left[node.name]

    def _take(self, node: str, pod: Pod, asked: Amounts) -> None:
        _subtract(self._left.get(node, {}), asked)
        self._ports.setdefault(node, set()).update(_host_ports(pod.spec))
        if pod.spec.affinity is not None or pod.spec.topology_spread_constraints:
            on_node = msgspec.structs.replace(pod, spec=msgspec.structs.replace(pod.spec, node_name=node))
            self._inventory = self._inventory.replace(Changes(objects=(on_node,)))


def is_meant_for(spec: PodSpec, node: Node) -> bool:
    """Whether a DaemonSet runs its pod on a node, whatever room there is: by name, labels and taints.

    Source: pkg/controller/daemon/daemon_controller.go, NodeShouldRunDaemonPod in kubernetes/kubernetes.
    """
    labels = node.metadata.labels
    if spec.node_name not in {"", node.name} or any(labels.get(key) != value for key, value in spec.node_selector.items()):
        return False
    affinity = spec.affinity.node_affinity if spec.affinity else None
    required = affinity.required_during_scheduling_ignored_during_execution if affinity else None
    if required is not None and not matches_node(required, node.name, labels):
        return False
    return all(taint.key.startswith("node.kubernetes.io/") for taint in untolerated(spec.tolerations, node.spec.taints))


def _subtract(left: Amounts, amounts: Amounts) -> None:
    for resource, amount in amounts.items():
        left[resource] = left.get(resource, Decimal(0)) - amount


def _host_ports(spec: PodSpec) -> set[tuple[str, int]]:
    ports = (port for one in containers(spec) for port in one.container.ports)
    # With hostNetwork every declared port is one of the node.
    return {(port.protocol, number) for port in ports if (number := port.host_port or (port.container_port if spec.host_network else 0))}
