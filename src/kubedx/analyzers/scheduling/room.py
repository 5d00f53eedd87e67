"""What pods ask of nodes, and what nodes have left. Amounts are of the units of `parse_quantity`: cores, bytes, counts.

Source: k8s.io/component-helpers/resource/helpers.go (PodRequests) and pkg/scheduler/framework/types.go in kubernetes/kubernetes.
"""

from collections.abc import Iterable, Mapping
from decimal import ROUND_CEILING, Decimal

from kubedx.analyzers.container_state import ENDED
from kubedx.analyzers.memo import once_per_inventory
from kubedx.inventory import Found, Inventory
from kubedx.kube import Container, ContainerStatus, Node, Pod, PodSpec, Quantity, condition, parse_quantity

PODS = "pods"

Amounts = dict[str, Decimal]

_POD_LEVEL = frozenset({"cpu", "memory"})
_HUGE_PAGES = "hugepages-"
_NOTHING = Decimal(0)
_MILLI = Decimal("0.001")


def requests(spec: PodSpec) -> Amounts:
    """What a pod asks for: the sum of its containers and sidecars, or what one init container asks, whichever is more, and the overhead."""
    return _total(spec, {})


def bound_requests(pod: Pod) -> Amounts:
    """What a pod takes on its node: the larger of what it asks for and what it has, while a resize is under way."""
    infeasible = condition(pod, "PodResizePending")
    return _total(
        pod.spec,
        {status.name: status for status in (*pod.status.container_statuses, *pod.status.init_container_statuses) if status.resources},
        resizes=infeasible is None or infeasible.reason != "Infeasible",
    )


def _total(spec: PodSpec, statuses: Mapping[str, ContainerStatus], *, resizes: bool = True) -> Amounts:
    running: Amounts = {}
    for container in spec.containers:
        _add(running, _asked(container, statuses, resizes=resizes))
    before: Amounts = {}
    largest: Amounts = {}
    for container in spec.init_containers:
        if container.restart_policy == "Always":
            asked = _asked(container, statuses, resizes=resizes)
            _add(running, asked)
            _add(before, asked)
            _raise(largest, before)
        else:
            _raise(largest, _sum(_requests_of(container), before))
    _raise(running, largest)
    if spec.resources is not None:
        amounts = _amounts(spec.resources.requests)
        running.update({name: amount for name, amount in amounts.items() if name in _POD_LEVEL or name.startswith(_HUGE_PAGES)})
    _add(running, _amounts(spec.overhead))
    return running


def allocatable(node: Node) -> Amounts:
    """What a node has for pods."""
    return _amounts(node.status.allocatable)


def free(node: Node, inventory: Inventory) -> Mapping[str, Decimal]:
    """What a node has left, by the requests of the pods that are bound to it."""
    return _free(inventory, node.name)


@once_per_inventory
def _free(inventory: Inventory, name: str) -> Amounts:
    taken = _taken(inventory, name)
    match inventory.get(Node, "", name):
        case Found(object=node):
            return {resource: amount - taken.get(resource, 0) for resource, amount in allocatable(node).items()}
        case _:
            return {}


@once_per_inventory
def _taken(inventory: Inventory, node: str) -> Amounts:
    """What the pods on a node ask for together, and how many they are."""
    taken: Amounts = {}
    for pod in inventory.pods_on(node):
        if pod.status.phase not in ENDED:
            _add(taken, {**_whole(bound_requests(pod)), PODS: Decimal(1)})
    return taken


def lacking(asked: Mapping[str, Decimal], left: Mapping[str, Decimal]) -> tuple[str, ...]:
    """The resources of which less is left than is asked, the pods' places among them."""
    missing = sorted(name for name, amount in _whole(asked).items() if amount > _NOTHING and amount > left.get(name, _NOTHING))
    return (*missing, *((PODS,) if left.get(PODS, _NOTHING) < 1 else ()))


def largest_user(node: Node, resource: str, inventory: Inventory) -> tuple[Pod, Decimal] | None:
    """The pod on a node that asks for most of a resource."""
    return _largest_user(inventory, node.name, resource)


@once_per_inventory
def _largest_user(inventory: Inventory, node: str, resource: str) -> tuple[Pod, Decimal] | None:
    pods = [pod for pod in inventory.pods_on(node) if pod.status.phase not in ENDED]
    asking = [(bound_requests(pod).get(resource, _NOTHING), pod.ref, pod) for pod in pods]
    if not asking:
        return None
    amount, _ref, pod = max(asking, key=lambda one: (one[0], one[1]))
    return (pod, amount) if amount > 0 else None


def containers_asking(spec: PodSpec, resource: str) -> Iterable[Container]:
    """The containers that ask for a resource, the one that asks for most first."""
    asking = [
        (amount, container) for container in (*spec.containers, *spec.init_containers) if (amount := _requests_of(container).get(resource))
    ]
    return [container for _amount_of, container in sorted(asking, key=lambda one: (-one[0], one[1].name))]


def _asked(container: Container, statuses: Mapping[str, ContainerStatus], *, resizes: bool) -> Amounts:
    """What a container counts for; with a status, not less than what the kubelet has given it. An infeasible resize does not count."""
    status = statuses.get(container.name)
    if status is None or status.resources is None:
        return _requests_of(container)
    given = _amounts(status.resources.requests)
    _raise(given, _amounts(status.allocated_resources))
    if resizes:
        _raise(given, _requests_of(container))
    return given


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


def _whole(amounts: Mapping[str, Decimal]) -> Amounts:
    """The amounts as the scheduler counts: thousandths of cores, whole bytes and pieces, rounded up."""
    steps = {"cpu": _MILLI}
    return {
        resource: max(amount, amount.quantize(steps.get(resource, Decimal(1)), rounding=ROUND_CEILING))
        for resource, amount in amounts.items()
    }


def _sum(one: Amounts, other: Amounts) -> Amounts:
    both = dict(one)
    _add(both, other)
    return both


def _add(total: Amounts, amounts: Mapping[str, Decimal]) -> None:
    for resource, amount in amounts.items():
        total[resource] = total.get(resource, _NOTHING) + amount


def _raise(total: Amounts, amounts: Mapping[str, Decimal]) -> None:
    for resource, amount in amounts.items():
        total[resource] = max(total.get(resource, _NOTHING), amount)
