"""NodePorts: the ports of the node itself. Source: pkg/scheduler/framework/plugins/nodeports in kubernetes/kubernetes."""

from collections.abc import Iterator

from kubedx.analyzers.container_state import ENDED
from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.scheduling.check import Check
from kubedx.inventory import Inventory
from kubedx.kube import Container, ContainerPort, Node, Pod

ANY_ADDRESS = "0.0.0.0"  # noqa: S104  # what the scheduler takes an empty hostIP for

HostPort = tuple[int, str, str]
"""Number, protocol, address."""


def prepare(pod: Pod, inventory: Inventory) -> Check | None:
    """Ports that another pod on the node has: of the same protocol, on the same address or where either takes any address."""
    wanted = [port for _container, port in host_ports(pod)]
    if not wanted:
        return None

    def check(node: Node) -> tuple[str, ...]:
        taken = _taken(inventory, node.name)
        return ("node(s) didn't have free ports for the requested pod ports",) if any(_collides(one, taken) for one in wanted) else ()

    return check


def holder(pod: Pod, node: Node, inventory: Inventory) -> tuple[Pod, Container, int] | None:
    """The pod on a node that has a port which this one wants, the container that wants it, and its number."""
    taken = _taken(inventory, node.name)
    for container, wanted in host_ports(pod):
        for port, other in taken.items():
            if _collide(wanted, port):
                return other, container, wanted[0]
    return None


def host_ports(pod: Pod) -> Iterator[tuple[Container, HostPort]]:
    """The ports of the node that a pod takes, by the containers that run as long as it does."""
    sidecars = (one for one in pod.spec.init_containers if one.restart_policy == "Always")
    for container in (*sidecars, *pod.spec.containers):
        for port in container.ports:
            number = _number(pod, port)
            if number > 0:
                yield container, (number, port.protocol or "TCP", port.host_ip or ANY_ADDRESS)


def _number(pod: Pod, port: ContainerPort) -> int:
    # With the network of the node, the API server makes hostPort of containerPort.
    return port.host_port or (port.container_port if pod.spec.host_network else 0)


@once_per_inventory
def _taken(inventory: Inventory, node: str) -> dict[HostPort, Pod]:
    pods = (pod for pod in inventory.pods_on(node) if pod.status.phase not in ENDED)
    return {port: pod for pod in pods for _container, port in host_ports(pod)}


def _collides(wanted: HostPort, taken: dict[HostPort, Pod]) -> bool:
    number, protocol, address = wanted
    if address != ANY_ADDRESS:
        return wanted in taken or (number, protocol, ANY_ADDRESS) in taken
    return any(_collide(wanted, port) for port in taken)


def _collide(one: HostPort, other: HostPort) -> bool:
    return one[:2] == other[:2] and (one[2] == other[2] or ANY_ADDRESS in {one[2], other[2]})
