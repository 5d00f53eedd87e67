"""What pods ask of nodes, and what nodes have left. Amounts are of the units of `parse_quantity`: cores, bytes, counts."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from kubedx.analyzers.container_state import ENDED
from kubedx.analyzers.memo import once_per_inventory
from kubedx.inventory import Inventory
from kubedx.kube import Container, Node, Pod, PodSpec, Quantity, parse_quantity

PODS = "pods"

Amounts = dict[str, Decimal]


def requests(spec: PodSpec) -> Amounts:
    """What a pod asks for: the sum of its containers and sidecars, or what one init container asks, whichever is more, and the overhead.

    Source: k8s.io/component-helpers/resource/helpers.go, PodRequests.
    """
    running: Amounts = {}
    for container in spec.containers:
        _add(running, _requests_of(container))
    before: Amounts = {}
    largest: Amounts = {}
    for container in spec.init_containers:
        asked = _requests_of(container)
        if container.restart_policy == "Always":
            _add(running, asked)
            _add(before, asked)
        else:
            _raise(largest, _sum(asked, before))
    _raise(running, largest)
    if spec.resources is not None:
        running.update(_amounts(spec.resources.requests))
    _add(running, _amounts(spec.overhead))
    return running


def allocatable(node: Node) -> Amounts:
    """What a node has for pods."""
    return _amounts(node.status.allocatable)


def free(node: Node, inventory: Inventory) -> Amounts:
    """What a node has left, by the requests of the pods that are bound to it."""
    taken = _taken(inventory, node.name)
    return {resource: amount - taken.get(resource, 0) for resource, amount in allocatable(node).items()}


@once_per_inventory
def _taken(inventory: Inventory, node: str) -> Amounts:
    """What the pods on a node ask for together, and how many they are."""
    taken: Amounts = {}
    for pod in inventory.pods_on(node):
        if pod.status.phase not in ENDED:
            _add(taken, {**requests(pod.spec), PODS: Decimal(1)})
    return taken


def lacking(asked: Mapping[str, Decimal], left: Mapping[str, Decimal]) -> tuple[str, ...]:
    """The resources of which less is left than is asked, the pods' places among them."""
    missing = sorted(resource for resource, amount in asked.items() if amount > left.get(resource, Decimal(0)))
    return (*missing, *((PODS,) if left.get(PODS, Decimal(1)) < 1 else ()))


def largest_user(node: Node, resource: str, inventory: Inventory) -> tuple[Pod, Decimal] | None:
    """The pod on a node that asks for most of a resource."""
    pods = [pod for pod in inventory.pods_on(node.name) if pod.status.phase not in ENDED]
    asking = [(requests(pod.spec).get(resource, Decimal(0)), pod.ref, pod) for pod in pods]
    if not asking:
        return None
    amount, _ref, pod = max(asking, key=lambda one: (one[0], one[1]))
    return (pod, amount) if amount > 0 else None


def _requests_of(container: Container) -> Amounts:
    resources = container.resources
    return {**_amounts(resources.limits), **_amounts(resources.requests)}


def _amounts(written: Mapping[str, Quantity]) -> Amounts:
    return {resource: amount for resource, quantity in written.items() if (amount := _amount(quantity)) is not None}


def _amount(quantity: Quantity) -> Decimal | None:
    try:
        return parse_quantity(quantity)
    except ValueError:
        return None


def _sum(one: Amounts, other: Amounts) -> Amounts:
    both = dict(one)
    _add(both, other)
    return both


def _add(total: Amounts, amounts: Mapping[str, Decimal]) -> None:
    for resource, amount in amounts.items():
        total[resource] = total.get(resource, Decimal(0)) + amount


def _raise(total: Amounts, amounts: Mapping[str, Decimal]) -> None:
    for resource, amount in amounts.items():
        total[resource] = max(total.get(resource, Decimal(0)), amount)


def containers_asking(spec: PodSpec, resource: str) -> Iterable[Container]:
    """The containers that ask for a resource, the one that asks for most first."""
    asking = [
        (amount, container) for container in (*spec.containers, *spec.init_containers) if (amount := _requests_of(container).get(resource))
    ]
    return [container for _amount_of, container in sorted(asking, key=lambda one: (-one[0], one[1].name))]
