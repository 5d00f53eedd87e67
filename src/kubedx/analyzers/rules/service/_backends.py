"""What a Service leads to: the pods that it selects, and the workloads whose pods it would select."""

from kubedx.inventory import EdgeKind, Found, Inventory
from kubedx.kube import (
    Container,
    ContainerPort,
    DaemonSet,
    Deployment,
    KubeObject,
    Pod,
    PodSpec,
    ReplicaSet,
    ReplicationController,
    Service,
    StatefulSet,
)

WORKLOADS = (Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController)
"""The kinds that keep pods behind a Service."""

Scalable = Deployment | StatefulSet | ReplicaSet | ReplicationController


def selects_pods(service: Service) -> bool:
    """Whether endpoints are made from the Service's selector."""
    return bool(service.spec.selector) and service.spec.type != "ExternalName" and service.metadata.deletion_timestamp is None


def selected_pods(service: Service, inventory: Inventory) -> tuple[Pod, ...]:
    """The pods that the selector matches and that can serve: not those that have ended."""
    found = inventory.select_labels(Pod, service.namespace, service.spec.selector)
    return tuple(pod for pod in found if pod.status.phase not in {"Succeeded", "Failed"})


def selected_workloads(service: Service, inventory: Inventory) -> tuple[KubeObject, ...]:
    """The workloads whose pod template the selector matches, without ReplicaSets of a Deployment."""
    kinds = {kind.KIND.kind for kind in WORKLOADS}
    refs = sorted({edge.target for edge in inventory.edges_from(service.ref, EdgeKind.SELECTS) if edge.target.kind in kinds})
    found = (inventory.find(ref) for ref in refs)
    workloads = (lookup.object for lookup in found if isinstance(lookup, Found))
    return tuple(one for one in workloads if isinstance(one, WORKLOADS) and one.metadata.controller is None)


def replicas(workload: KubeObject) -> int | None:
    """The pods that a workload asks for; None for DaemonSets, which have no number."""
    return workload.spec.replicas if isinstance(workload, Scalable) else None


def is_relied_on(service: Service, inventory: Inventory) -> bool:
    """Whether anything sends traffic to the Service: an Ingress or route, a caller, a load balancer, a webhook or APIService."""
    return service.spec.type == "LoadBalancer" or bool(inventory.edges_to(service.ref, EdgeKind.ROUTES, EdgeKind.CALLS))


def serving_containers(spec: PodSpec) -> tuple[Container, ...]:
    """The containers whose ports count: app containers and sidecars."""
    return spec.containers + tuple(one for one in spec.init_containers if one.restart_policy == "Always")


def declared_ports(spec: PodSpec, protocol: str) -> tuple[ContainerPort, ...]:
    """The ports that the containers of a pod declare."""
    return tuple(port for one in serving_containers(spec) for port in one.ports if port.protocol == protocol)


def users_of(service: Service, inventory: Inventory) -> tuple[str, ...]:
    """What leads to a Service, in words: Ingresses, routes and extensions, then the workloads that call it."""
    routes = sorted({str(edge.source) for edge in inventory.edges_to(service.ref, EdgeKind.ROUTES)})
    callers = sorted({str(inventory.top_owner_of(edge.source)) for edge in inventory.edges_to(service.ref, EdgeKind.CALLS)})
    return (*routes, *callers)
