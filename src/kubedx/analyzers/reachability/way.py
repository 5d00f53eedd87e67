"""The way of a connection, walked without sending a packet: name, Service, port, endpoints, policies, readiness; the first that fails."""

import enum
from collections.abc import Iterable, Iterator

import msgspec

from kubedx.analyzers.evidence import field
from kubedx.analyzers.reachability.blockade import blockade
from kubedx.analyzers.reachability.calls import HEADLESS, Call, doors_of, servers_of
from kubedx.analyzers.reachability.cluster_dns import blocks_dns, dns_outage, resolver_fault
from kubedx.analyzers.reachability.corefile import COREFILE, COREFILES, corefile_fault
from kubedx.analyzers.reachability.ends import End, end_of
from kubedx.analyzers.reachability.foreign_policies import foreign_policy
from kubedx.analyzers.starting import is_ready, is_starting
from kubedx.findings import Evidence
from kubedx.inventory import Absent, Found, Inventory
from kubedx.kube import ConfigMap, KubeObject, Pod, Ref, Service


class Hop(enum.StrEnum):
    """A part of the way, in the order in which a connection takes them."""

    RESOLVER = "resolver"
    DNS_EGRESS = "dns-egress"
    DNS = "dns"
    SERVICE = "service"
    PORT = "port"
    ENDPOINTS = "endpoints"
    TARGET_PORT = "target-port"
    EGRESS = "egress"
    INGRESS = "ingress"
    READINESS = "readiness"


class Break(msgspec.Struct, frozen=True):
    """The first hop that fails: where, the object to change, a clause that says what is wrong with it, and what shows it.

    `sure` is False where something that is not understood here may change the verdict: a plugin's own policies, a node's network.
    """

    hop: Hop
    at: Ref
    words: str
    evidence: tuple[Evidence, ...]
    sure: bool = True


def first_break(caller: KubeObject, service: Ref, inventory: Inventory, *, ports: Iterable[int] = (), by_name: bool = True) -> Break | None:
    """The first broken hop between a workload and a Service that it calls; None where all hold, as far as is known.

    `ports` are those of the Service that are called, where they are known; `by_name` is False for calls by its address.
    A rule that uses it declares `REACHABILITY`.
    """
    end = end_of(caller, inventory)
    if end is None:
        return None
    wanted = frozenset(ports)
    if by_name and (named := next(_names(end, inventory), None)):
        return named
    return next(_service(end, service, wanted, inventory), None)


def name_break(caller: KubeObject, inventory: Inventory) -> Break | None:
    """The first broken hop between a workload and the cluster's DNS; None where all hold, as far as is known."""
    end = end_of(caller, inventory)
    return next(_names(end, inventory), None) if end is not None else None


def _names(end: End, inventory: Inventory) -> Iterator[Break]:
    """What keeps the caller from resolving the name."""
    fault = resolver_fault(end.spec, inventory)
    if fault is not None:
        evidence = field(end.ref, f"spec.template.spec.{fault.path}", fault.value)
        yield Break(Hop.RESOLVER, end.ref, f"{fault.path} is {fault.value or 'empty'}: {fault.words}", (evidence,), not fault.doubtful)
    policies = blocks_dns(end, inventory)
    if policies:
        sure = foreign_policy(inventory, end.namespace) is None
        shown = field(policies[0], "spec.policyTypes", ", ".join(policies[0].spec.policy_types))
        yield Break(Hop.DNS_EGRESS, policies[0].ref, "no egress rule lets port 53 pass to the cluster's DNS", (shown,), sure)
    outage = dns_outage(inventory)
    if outage is not None:
        yield Break(Hop.DNS, outage.service, f"the cluster's DNS does not answer: {outage.words}", outage.evidence)
    yield from _corefiles(inventory)


def _corefiles(inventory: Inventory) -> Iterator[Break]:
    """What is wrong with the configuration of the cluster's DNS, where its values were read."""
    for ref in COREFILES:
        found = inventory.get(ConfigMap, ref.namespace, ref.name)
        fault = corefile_fault(found.object) if isinstance(found, Found) else None
        if fault is not None:
            yield Break(Hop.DNS, ref, fault.words, (field(ref, f"data[{COREFILE}]", fault.shown),))


def _service(end: End, ref: Ref, wanted: frozenset[int], inventory: Inventory) -> Iterator[Break]:
    match inventory.get(Service, ref.namespace, ref.name):
        case Absent():
            yield Break(Hop.SERVICE, ref, f'there is no service "{ref.name}" in namespace "{ref.namespace}"', ())
        case Found(object=service) if service.spec.type != "ExternalName":
            yield from _ports(service, wanted)
            yield from _backends(end, service, wanted, inventory)


def _ports(service: Service, wanted: frozenset[int]) -> Iterator[Break]:
    offered = [port.port for port in service.spec.ports]
    lacking = sorted(wanted - set(offered))
    if lacking and offered and service.spec.cluster_ip != HEADLESS:
        told = ", ".join(map(str, offered))
        yield Break(
            Hop.PORT,
            service.ref,
            f'service "{service.name}" has no port {lacking[0]}: it has {told}',
            (field(service, "spec.ports", told),),
        )


def _backends(end: End, service: Service, wanted: frozenset[int], inventory: Inventory) -> Iterator[Break]:
    """What is wrong behind the Service. Endpoints that are made by hand are not judged."""
    if not service.spec.selector:
        return
    pods = inventory.select_labels(Pod, service.namespace, service.spec.selector)
    selector = field(service, "spec.selector", ", ".join(f"{key}={value}" for key, value in sorted(service.spec.selector.items())))
    live = [pod for pod in pods if pod.status.phase not in {"Succeeded", "Failed"}]
    if not live and pods.complete:
        yield Break(Hop.ENDPOINTS, service.ref, f'service "{service.name}" selects no pod', (selector,))
    if live and not any(doors_of(service, pod.spec, wanted) for pod in live) and service.spec.ports:
        targets = ", ".join(str(port.target_port) for port in service.spec.ports)
        shown = field(service, "spec.ports[].targetPort", targets)
        yield Break(Hop.TARGET_PORT, service.ref, f'no pod of service "{service.name}" declares its target port {targets}', (shown,))
    yield from _policies(end, service, inventory)
    if live and not any(is_ready(pod) for pod in live) and not service.spec.publish_not_ready_addresses:
        if any(is_starting(pod, inventory.now) for pod in live):
            return
        said = "its only pod is not" if len(live) == 1 else f"none of its {len(live)} pods is"
        shown = field(live[0], "status.phase", live[0].status.phase)
        yield Break(Hop.READINESS, live[0].ref, f'service "{service.name}" has no ready pod: {said} ready', (selector, shown))


def _policies(end: End, service: Service, inventory: Inventory) -> Iterator[Break]:
    servers = servers_of(service.ref, inventory)
    blocked = [blockade(inventory, Call(end.ref, service.ref, server)) for server in servers]
    held = [one for one in blocked if one is not None]
    # Where one of several workloads behind the Service is open, part of the connections pass.
    if held and len(held) == len(servers):
        first = held[0]
        way = "lets them in" if first.direction == "Ingress" else "lets this connection out"
        words = f"no {first.direction.lower()} rule {way} at port {first.door.number}"
        if first.near:
            words += f"; policy {first.policy.name} {first.near}"
        shown = field(first.policy, f"spec.{first.direction.lower()}", f"port {first.door.number}")
        yield Break(Hop.INGRESS if first.direction == "Ingress" else Hop.EGRESS, first.policy.ref, words, (shown,), first.foreign is None)
