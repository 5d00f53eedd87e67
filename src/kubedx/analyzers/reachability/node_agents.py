"""The DaemonSets that a node's network stands on: Service connections, the network of pods, a cache of DNS."""

import enum

import msgspec

from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.starting import is_ready, is_starting
from kubedx.inventory import Inventory
from kubedx.kube import DaemonSet, Pod


class Duty(enum.StrEnum):
    """What is missing on a node where the agent does not work."""

    SERVICES = "connections to Services"
    NETWORK = "the network of pods"
    DNS = "the cache of DNS"


# fmt: off
_AGENTS = {
    "kube-proxy": Duty.SERVICES,
    "antrea-agent": Duty.NETWORK, "aws-node": Duty.NETWORK, "calico-node": Duty.NETWORK, "canal": Duty.NETWORK, "cilium": Duty.NETWORK,
    "kindnet": Duty.NETWORK, "kube-flannel": Duty.NETWORK, "kube-flannel-ds": Duty.NETWORK, "kube-ovn-cni": Duty.NETWORK,
    "kube-router": Duty.NETWORK, "ovnkube-node": Duty.NETWORK, "ovs-node": Duty.NETWORK, "rke2-canal": Duty.NETWORK,
    "sdn": Duty.NETWORK, "weave-net": Duty.NETWORK,
    "dns-default": Duty.DNS, "node-local-dns": Duty.DNS,
}
"""By the names that the projects' own manifests and charts give them."""
# fmt: on


class FailingAgent(msgspec.Struct, frozen=True):
    """An agent whose pod on a node is not ready."""

    daemon_set: DaemonSet
    pod: Pod
    duty: Duty

    @property
    def words(self) -> str:
        """A clause for a message."""
        return f"{self.daemon_set.ref}, which keeps up {self.duty}, is not ready on this node"


def duty_of(daemon_set: DaemonSet) -> Duty | None:
    """What a DaemonSet does for the network of its nodes; None for all others."""
    return _AGENTS.get(daemon_set.name)


def failing_agents(inventory: Inventory, node: str) -> tuple[FailingAgent, ...]:
    """The agents that do not work on a node, those that everything stands on first. A rule declares DaemonSet and Pod."""
    return _by_node(inventory).get(node, ())


@once_per_inventory
def _by_node(inventory: Inventory) -> dict[str, tuple[FailingAgent, ...]]:
    found: dict[str, list[FailingAgent]] = {}
    for daemon_set in inventory.list(DaemonSet):
        duty = duty_of(daemon_set)
        for pod in inventory.owned_by(daemon_set, Pod) if duty is not None else ():
            if duty is not None and pod.spec.node_name and _fails(pod, inventory):
                found.setdefault(pod.spec.node_name, []).append(FailingAgent(daemon_set, pod, duty))
    order = (Duty.NETWORK, Duty.SERVICES, Duty.DNS)
    return {node: tuple(sorted(agents, key=lambda agent: order.index(agent.duty))) for node, agents in found.items()}


def _fails(pod: Pod, inventory: Inventory) -> bool:
    gone = pod.metadata.deletion_timestamp is not None
    return not gone and not is_ready(pod) and not is_starting(pod, inventory.now)
