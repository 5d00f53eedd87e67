"""What stands between a pod and an address that its log says it does not reach, where what is behind the address seems well."""

import msgspec

from kubedx.analyzers.callee import Callee, workload_behind
from kubedx.analyzers.evidence import field
from kubedx.analyzers.listening import missed
from kubedx.analyzers.log_classes import DNS, REFUSED, TIMEOUT
from kubedx.analyzers.log_words import Address
from kubedx.analyzers.reachability import Break, Hop, failing_agents, first_break, name_break, workload_at
from kubedx.inventory import EdgeKind, Inventory
from kubedx.kube import KubeObject, Pod, Service, containers, pod_spec

SAID = frozenset({"meant", "ports"})
"""Words of a callee by which a wrong name or port is told already."""

CLUSTER_DOMAIN = "cluster.local"
"""The end of full names, which need no search domain."""


def with_obstacle(pod: Pod, address: Address, callee: Callee, error_class: str, inventory: Inventory) -> Callee:
    """The callee, with the first broken hop of the way to it; unchanged where the callee is itself at fault, or all hops hold.

    A rule that uses it declares `REACHABILITY`.
    """
    if callee.cause is not None or SAID & callee.values.keys():
        return callee
    found = _break(pod, address, callee, error_class, inventory)
    if found is None:
        return _beyond(pod, address, callee, error_class, inventory)
    return msgspec.structs.replace(
        callee,
        words=f"{callee.words}; {found.words}",
        cause=found.at if found.sure else None,
        evidence=(*callee.evidence, *found.evidence),
        values={**callee.values, "hop": found.hop.value},
    )


def shut_off(pod: Pod, error_class: str, inventory: Inventory) -> Callee:
    """Where a log does not say what was not reached: what keeps the pod from DNS, or, when nothing answered in time, the only one of the
    called Services from which a policy keeps it.
    """
    caller = _caller(pod, inventory)
    if error_class == DNS:
        return _unheard(caller, inventory)
    if error_class != TIMEOUT:
        return Callee()
    found = {edge.target: first_break(caller, edge.target, inventory) for edge in inventory.edges_from(caller.ref, EdgeKind.CALLS)}
    shut = [(ref, one) for ref, one in found.items() if one is not None and one.hop in {Hop.EGRESS, Hop.INGRESS} and one.sure]
    if len(shut) != 1:
        return Callee()
    ref, hop = shut[0]
    values = {"service": ref.name, "service_namespace": ref.namespace, "hop": hop.hop.value}
    return Callee(f'; of what it calls, service "{ref.name}" is shut off: {hop.words}', hop.at, hop.evidence, values)


def _unheard(caller: KubeObject, inventory: Inventory) -> Callee:
    """What keeps a workload from DNS, whatever the name is that it looks up."""
    found = name_break(caller, inventory)
    if found is None:
        return Callee()
    return Callee(f"; {found.words}", found.at if found.sure else None, found.evidence, {"hop": found.hop.value})


def advertised(pod: Pod, address: Address, inventory: Inventory) -> Callee:
    """The called workload that tells its clients to come to an address of their own pod, as brokers do that advertise `localhost`."""
    for edge in inventory.edges_from(_caller(pod, inventory).ref, EdgeKind.CALLS):
        behind = workload_behind(edge.target, inventory)
        server = workload_at(behind, inventory) if behind is not None else None
        if server is not None and (found := _advertises(server, address)) is not None:
            return found
    return Callee()


def _advertises(server: KubeObject, address: Address) -> Callee | None:
    template = pod_spec(server)
    for container, _role in containers(template) if template is not None else ():
        for variable in container.env:
            if "ADVERTISED" in variable.name.upper() and str(address) in variable.value:
                shown = field(server, f"spec.template.spec.containers[{container.name}].env[{variable.name}]", variable.value)
                words = f'; {server.ref} sends its clients there: {variable.name} is "{variable.value}"'
                return Callee(words, server.ref, (shown,))
    return None


def _beyond(pod: Pod, address: Address, callee: Callee, error_class: str, inventory: Inventory) -> Callee:
    """The callee, with what is wrong beyond what objects tell, where all hops hold."""
    if error_class == DNS:
        return _searched_nowhere(pod, address, callee)
    heard = _not_listening(address, callee, inventory) if error_class == REFUSED else None
    return heard or _on_node(pod, callee, inventory)


def _not_listening(address: Address, callee: Callee, inventory: Inventory) -> Callee | None:
    """The callee, with the workload behind it whose program says that it listens elsewhere; None where no log says so."""
    name, namespace = callee.values.get("service"), callee.values.get("service_namespace")
    if not name or not namespace:
        return None
    service = Service.KIND.ref(namespace, name)
    found = missed(inventory, service, address.port)
    if found is None:
        return None
    return msgspec.structs.replace(
        callee,
        words=f"{callee.words}; {found.words}",
        cause=service if found.by_service else workload_behind(service, inventory),
        evidence=(*callee.evidence, *found.evidence),
    )


def _searched_nowhere(pod: Pod, address: Address, callee: Callee) -> Callee:
    """The callee, with the pod's `ndots` where it keeps some resolvers from trying the search domains on the name of a Service.

    musl (Alpine) tries them only on names of fewer dots than that: https://wiki.musl-libc.org/functional-differences-from-glibc.html
    """
    options = pod.spec.dns_config.options if pod.spec.dns_config is not None else ()
    ndots = next((one.value for one in options if one.name == "ndots" and one.value), "")
    name = address.host.rstrip(".")
    is_searched = name.endswith("." + CLUSTER_DOMAIN) or not ndots.isdecimal() or int(ndots) > name.count(".")
    if is_searched or "service" not in callee.values:
        return callee
    return msgspec.structs.replace(
        callee,
        words=f'{callee.words}; dnsConfig sets ndots to {ndots}, so resolvers such as musl\'s look up "{name}" only as it stands',
        evidence=(*callee.evidence, field(pod, "spec.dnsConfig.options[ndots].value", ndots)),
        values={**callee.values, "ndots": ndots},
    )


def _on_node(pod: Pod, callee: Callee, inventory: Inventory) -> Callee:
    """The callee, with the agent that fails on the pod's node, where all the rest of the way is sound."""
    agents = failing_agents(inventory, pod.spec.node_name)
    if not agents or "service" not in callee.values:
        return callee
    first = agents[0]
    return msgspec.structs.replace(
        callee,
        words=f"{callee.words}; {first.words}",
        cause=first.daemon_set.ref,
        evidence=(*callee.evidence, field(first.pod, "status.phase", first.pod.status.phase)),
    )


def _break(pod: Pod, address: Address, callee: Callee, error_class: str, inventory: Inventory) -> Break | None:
    caller = _caller(pod, inventory)
    if error_class == DNS:
        return name_break(caller, inventory)
    name, namespace = callee.values.get("service"), callee.values.get("service_namespace")
    if not name or not namespace:
        return None
    # The name has been resolved, or the error would be another.
    ports = (address.port,) if address.port else ()
    return first_break(caller, Service.KIND.ref(namespace, name), inventory, ports=ports, by_name=False)


def _caller(pod: Pod, inventory: Inventory) -> KubeObject:
    return workload_at(inventory.top_owner(pod), inventory) or pod
