"""What stands behind an address that a program fails to reach."""

from collections.abc import Iterator

import msgspec

from kubedx.analyzers.addresses import service_of
from kubedx.analyzers.container_state import is_live
from kubedx.analyzers.evidence import field
from kubedx.analyzers.log_words import Address
from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.near_miss import describe_nearest, nearest_objects, only
from kubedx.analyzers.rule import AskLog
from kubedx.analyzers.starting import is_ready
from kubedx.findings import Evidence
from kubedx.inventory import Absent, EdgeKind, Found, Inventory, Unknown
from kubedx.kube import LogKey, Pod, Ref, Service

NONE = "None"
"""The cluster IP of a headless Service."""


class Callee(msgspec.Struct, frozen=True):
    """A clause about what is called, the Service when it is the one to mend, the evidence, and the words for the playbook."""

    words: str = ""
    cause: Ref | None = None
    evidence: tuple[Evidence, ...] = ()
    values: dict[str, str] = {}


def callee_of(address: Address, namespace: str, inventory: Inventory) -> Callee:
    """What is known of the Service that an address stands for; nothing for addresses outside of the cluster and unknown ones."""
    by_ip = _by_cluster_ip(inventory).get(address.host)
    ref = by_ip or service_of(address.host, namespace, inventory)
    if ref is None:
        pod = _by_pod_ip(inventory).get(address.host)
        return Callee() if pod is None else _of_pod(pod, address)
    match inventory.find(ref):
        case Absent():
            near = nearest_objects(inventory, Service, ref.namespace, ref.name)
            meant = only(near)
            words = f'; there is no service "{ref.name}" in namespace "{ref.namespace}"{describe_nearest(near, ref.namespace)}'
            return Callee(words, values={"service": ref.name, "meant": meant.name if meant else ""})
        case Found(object=service) if isinstance(service, Service):
            return _of_service(service, address, inventory)
        case _:
            return Callee()


def _of_service(service: Service, address: Address, inventory: Inventory) -> Callee:
    values = {"service": service.name, "service_namespace": service.namespace}
    ports = [one.port for one in service.spec.ports]
    told = ", ".join(map(str, ports))
    if address.port and ports and address.port not in ports and service.spec.cluster_ip != NONE and service.spec.type != "ExternalName":
        words = f'; service "{service.name}" has no port {address.port}: it has {told}'
        return Callee(words, None, (field(service, "spec.ports", told),), {**values, "ports": told})
    if service.spec.type == "ExternalName":
        return Callee(
            f'; service "{service.name}" stands for {service.spec.external_name}',
            service.ref,
            (field(service, "spec.externalName", service.spec.external_name),),
            values,
        )
    if not service.spec.selector:
        return Callee(f'; service "{service.name}" has endpoints that are made by hand', service.ref, values=values)
    pods = inventory.select_labels(Pod, service.namespace, service.spec.selector)
    ready = sum(is_ready(pod) for pod in pods)
    if ready == 0:
        told_pods = "it selects no pods" if not pods else f"none of its {len(pods)} pods is" if len(pods) > 1 else "its only pod is not"
        return Callee(f'; service "{service.name}" has no ready pod: {told_pods}', service.ref, values=values)
    return Callee(
        f'; service "{service.name}" has {ready} ready pods' if ready > 1 else f'; service "{service.name}" has 1 ready pod', values=values
    )


def _of_pod(pod: Pod, address: Address) -> Callee:
    words = f'; {address.host} is pod "{pod.name}" in namespace "{pod.namespace}", which is {"" if is_ready(pod) else "not "}ready'
    cause = None if is_ready(pod) else pod.ref
    return Callee(words, cause, (field(pod, "status.podIP", address.host),), {"callee_pod": pod.name, "service_namespace": pod.namespace})


def workload_behind(service: Ref, inventory: Inventory) -> Ref | None:
    """The workload whose pods a Service selects, where it is one."""
    targets = (edge.target for edge in inventory.edges_from(service, EdgeKind.SELECTS))
    owners = {inventory.top_owner_of(target) for target in targets}
    return next(iter(owners)) if len(owners) == 1 else None


def callee_log(callee: Callee, inventory: Inventory) -> Iterator[AskLog]:
    """Ask for the log of a pod behind a Service that is complained of: it may say why."""
    found = inventory.get(Service, callee.values.get("service_namespace", ""), callee.values["service"])
    if not isinstance(found, Found):
        return
    pods = inventory.select_labels(Pod, found.object.namespace, found.object.spec.selector) if found.object.spec.selector else ()
    for pod in sorted((pod for pod in pods if is_ready(pod)), key=lambda one: one.name)[:1]:
        for container in pod.spec.containers:
            if inventory.log(pod.ref, container.name) == Unknown(""):
                yield AskLog(LogKey(pod.ref, container.name))


@once_per_inventory
def _by_pod_ip(inventory: Inventory) -> dict[str, Pod]:
    """The pods by their own address; those that share their node's are not to be told apart."""
    pods = (pod for pod in inventory.list(Pod) if pod.status.pod_ip and not pod.spec.host_network and is_live(pod))
    return {pod.status.pod_ip: pod for pod in pods}


@once_per_inventory
def _by_cluster_ip(inventory: Inventory) -> dict[str, Ref]:
    services = (service for service in inventory.list(Service) if service.spec.cluster_ip not in {"", NONE})
    return {service.spec.cluster_ip: service.ref for service in services}
