"""Who calls whom: a workload, a Service that it names, and a workload behind that Service."""

from collections.abc import Iterable, Iterator

import msgspec

from kubedx.analyzers.addresses import addresses, service_of
from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.reachability.ends import workload_at
from kubedx.analyzers.reachability.traffic import Door
from kubedx.inventory import EdgeKind, Found, Inventory
from kubedx.kube import KubeObject, PodSpec, Ref, Service, ServicePort, containers, pod_spec

HEADLESS = "None"


class Call(msgspec.Struct, frozen=True):
    """A workload that calls a Service, and one of the workloads whose pods the Service selects."""

    caller: Ref
    service: Ref
    server: Ref


def calls_from(caller: KubeObject, inventory: Inventory) -> Iterator[Call]:
    """What a workload calls."""
    for edge in inventory.edges_from(caller.ref, EdgeKind.CALLS):
        for server in servers_of(edge.target, inventory):
            yield Call(caller.ref, edge.target, server)


def calls_to(server: KubeObject, inventory: Inventory) -> Iterator[Call]:
    """Who calls a workload, by which Service."""
    for edge in inventory.edges_to(server.ref, EdgeKind.SELECTS):
        if edge.source.kind == Service.KIND.kind:
            for call in inventory.edges_to(edge.source, EdgeKind.CALLS):
                yield Call(call.source, edge.source, server.ref)


def servers_of(service: Ref, inventory: Inventory) -> tuple[Ref, ...]:
    """The workloads behind a Service."""
    refs = {edge.target for edge in inventory.edges_from(service, EdgeKind.SELECTS)}
    return tuple(ref for ref in sorted(refs) if workload_at(ref, inventory) is not None)


@once_per_inventory
def called_ports(inventory: Inventory, caller: Ref) -> dict[Ref, frozenset[int]]:
    """The ports at which a workload is told to call Services; a Service that is named without a port is not among them."""
    workload = workload_at(caller, inventory)
    spec = pod_spec(workload) if workload is not None else None
    ports: dict[Ref, set[int]] = {}
    portless: set[Ref] = set()
    for address in addresses(spec, caller.namespace, inventory) if spec is not None else ():
        service = service_of(address.host, caller.namespace, inventory)
        if service is not None and address.port is not None:
            ports.setdefault(service, set()).add(address.port)
        elif service is not None:
            portless.add(service)
    return {service: frozenset(numbers) for service, numbers in ports.items() if service not in portless}


def doors_of(service: Service, spec: PodSpec, wanted: Iterable[int] = ()) -> tuple[Door, ...]:
    """The ports of a pod at which calls of a Service arrive: of these ports of it, of all where none is wanted."""
    numbers = frozenset(wanted)
    if service.spec.cluster_ip == HEADLESS and numbers:
        # The name of a headless Service stands for the pods themselves, at any port.
        return tuple(_door(number, "TCP", spec) for number in sorted(numbers))
    ports = [port for port in service.spec.ports if not numbers or port.port in numbers]
    return tuple(door for port in ports if (door := _behind(port, spec)) is not None)


def service_at(ref: Ref, inventory: Inventory) -> Service | None:
    """The Service of a ref, where it is at hand."""
    found = inventory.get(Service, ref.namespace, ref.name)
    return found.object if isinstance(found, Found) else None


def _behind(port: ServicePort, spec: PodSpec) -> Door | None:
    target = port.port if port.target_port is None else port.target_port
    if isinstance(target, int):
        return _door(target, port.protocol, spec)
    if target.isdecimal():
        return _door(int(target), port.protocol, spec)
    declared = (one for one in _declared(spec) if one[0] == target and one[2] == port.protocol)
    number = next((one[1] for one in declared), None)
    return _door(number, port.protocol, spec) if number is not None else None


def _door(number: int, protocol: str, spec: PodSpec) -> Door:
    names = tuple(name for name, port, spoken in _declared(spec) if name and port == number and spoken == protocol)
    return Door(number, names, protocol)


def _declared(spec: PodSpec) -> Iterator[tuple[str, int, str]]:
    for container, _role in containers(spec):
        for port in container.ports:
            yield port.name, port.container_port, port.protocol
