"""The cluster's own DNS: its Service, whether it answers, and which pods ask it at all.

https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
"""

from collections.abc import Iterator

import msgspec

from kubedx.analyzers.evidence import field
from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.reachability.calls import servers_of
from kubedx.analyzers.reachability.ends import End, end_of, workload_at
from kubedx.analyzers.reachability.traffic import EGRESS, Door, lets_out, policies_of
from kubedx.analyzers.starting import is_ready, is_starting
from kubedx.findings import Evidence
from kubedx.inventory import Absent, Found, Inventory
from kubedx.kube import DaemonSet, NetworkPolicy, Pod, PodSpec, Ref, Service

SERVICES = (Service.KIND.ref("kube-system", "kube-dns"), Service.KIND.ref("openshift-dns", "dns-default"))
"""The Services whose address the kubelet gives to pods, by what nearly every distribution calls them."""
LABEL = "k8s-app"
NAMES = ("kube-dns", "coredns")
DOORS = (Door(53, ("dns", "dns-udp"), "UDP"), Door(53, ("dns-tcp",), "TCP"))
NODE_CACHE = "node-local-dns"
"""https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/"""


class Outage(msgspec.Struct, frozen=True):
    """The cluster's DNS does not answer: its Service (which may not exist), why, and what shows it."""

    service: Ref
    words: str
    evidence: tuple[Evidence, ...]


class Resolver(msgspec.Struct, frozen=True):
    """Why pods do not resolve the names of Services: the field of the pod spec, its value, and what follows.

    `doubtful` where it may be meant so: programs in a node's network often call nothing by name.
    """

    path: str
    value: str
    words: str
    doubtful: bool = False


@once_per_inventory
def dns_service(inventory: Inventory) -> Service | None:
    """The Service of the cluster's DNS; None where none is known."""
    for ref in SERVICES:
        found = inventory.get(Service, ref.namespace, ref.name)
        if isinstance(found, Found):
            return found.object
    services = inventory.list(Service, "kube-system")
    return next((one for one in services if one.metadata.labels.get(LABEL) in NAMES and _serves_dns(one)), None)


@once_per_inventory
def dns_outage(inventory: Inventory) -> Outage | None:
    """Whether the cluster's DNS has nothing that answers; None where it has, where its pods start, and where that is not known."""
    service = dns_service(inventory)
    if service is None:
        return None
    if not service.spec.selector:
        return None
    pods = inventory.select_labels(Pod, service.namespace, service.spec.selector)
    selector = field(service, "spec.selector", ", ".join(f"{key}={value}" for key, value in sorted(service.spec.selector.items())))
    if not pods.complete or any(is_ready(pod) or is_starting(pod, inventory.now) for pod in pods):
        return None
    if not pods.items:
        return Outage(service.ref, "its Service selects no pod", (selector,))
    said = "its only pod is not ready" if len(pods) == 1 else f"none of its {len(pods)} pods is ready"
    return Outage(service.ref, said, (selector, *(field(pod, "status.phase", pod.status.phase) for pod in pods.items[:2])))


def resolver_fault(spec: PodSpec, inventory: Inventory) -> Resolver | None:
    """Why pods of this spec do not resolve the names of Services by the cluster's DNS; None where they do."""
    if spec.dns_policy == "Default":
        return Resolver("dnsPolicy", "Default", "its pods ask the resolver of their node, which does not know Services")
    if spec.dns_policy == "None":
        return _own_resolver(spec, inventory)
    if spec.host_network and spec.dns_policy in {"", "ClusterFirst"}:
        words = "on the network of the node that falls back to Default, which does not know Services"
        return Resolver("dnsPolicy", spec.dns_policy or "ClusterFirst", words, doubtful=True)
    return None


def blocks_dns(end: End, inventory: Inventory) -> tuple[NetworkPolicy, ...]:
    """The egress policies that together leave pods no way to the cluster's DNS; none where it is open or unknown."""
    policies = policies_of(end, EGRESS, inventory)
    if not policies:
        return ()
    targets: tuple[End | None, ...] = tuple(_servers(inventory)) or (None,)
    if _has_node_cache(inventory):
        targets = (None,)
    doors = (*DOORS, *_doors(targets))
    is_open = any(lets_out(policies, end.namespace, target, door) for target in targets for door in doors)
    return () if is_open else policies


def _own_resolver(spec: PodSpec, inventory: Inventory) -> Resolver | None:
    config, service = spec.dns_config, dns_service(inventory)
    servers = config.nameservers if config is not None else ()
    own = {service.spec.cluster_ip, *service.spec.cluster_ips} if service is not None else set()
    if service is not None and own != {""} and not own & set(servers) and not _has_node_cache(inventory):
        words = f"none of these is the cluster's DNS, {service.spec.cluster_ip}"
        return Resolver("dnsConfig.nameservers", ", ".join(servers), words)
    if config is not None and own & set(servers) and not config.searches:
        return Resolver(
            "dnsConfig.searches", "", "without search domains only full names (cart.shop.svc.cluster.local) resolve", doubtful=True
        )
    return None


def _servers(inventory: Inventory) -> Iterator[End]:
    """The pods of the cluster's DNS, by the address of its Service too."""
    service = dns_service(inventory)
    for ref in servers_of(service.ref, inventory) if service is not None else ():
        workload = workload_at(ref, inventory)
        end = end_of(workload, inventory, fronts=(service.spec.cluster_ip,)) if workload is not None and service is not None else None
        if end is not None:
            yield end


def _doors(targets: tuple[End | None, ...]) -> Iterator[Door]:
    """The ports at which the pods of DNS themselves listen: OpenShift's is 5353."""
    for target in targets:
        for container in target.spec.containers if target is not None else ():
            for port in container.ports:
                if port.name.startswith("dns"):
                    yield Door(port.container_port, (port.name,), port.protocol)


@once_per_inventory
def _has_node_cache(inventory: Inventory) -> bool:
    """Whether a cache on every node answers in the stead of the pods of DNS, or whether that cannot be known."""
    return not isinstance(inventory.get(DaemonSet, "kube-system", NODE_CACHE), Absent)


def _serves_dns(service: Service) -> bool:
    return any(port.port == 53 for port in service.spec.ports)
