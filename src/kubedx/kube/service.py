"""Services and what they lead to."""

from collections.abc import Mapping
from typing import ClassVar

import msgspec

from kubedx.kube.object import Condition, KubeObject, Struct
from kubedx.kube.ref import Kind
from kubedx.kube.selector import has_labels


class ServicePort(Struct, frozen=True):
    """A port of a Service; `target_port` None is the same as `port`."""

    app_protocol: str = ""
    name: str = ""
    node_port: int = 0
    port: int = 0
    protocol: str = "TCP"
    target_port: int | str | None = None


class ClientIPConfig(Struct, frozen=True):
    """How long a client stays with a pod, in seconds."""

    timeout_seconds: int = 10800


class SessionAffinityConfig(Struct, frozen=True):
    """Settings of session affinity."""

    client_ip: ClientIPConfig | None = msgspec.field(name="clientIP", default=None)


class ServiceSpec(Struct, frozen=True):
    """What a Service offers, and to which pods it leads."""

    allocate_load_balancer_node_ports: bool = True
    cluster_ip: str = msgspec.field(name="clusterIP", default="")
    cluster_ips: tuple[str, ...] = msgspec.field(name="clusterIPs", default=())
    external_ips: tuple[str, ...] = msgspec.field(name="externalIPs", default=())
    external_name: str = ""
    external_traffic_policy: str = ""
    health_check_node_port: int = 0
    internal_traffic_policy: str = ""
    ip_families: tuple[str, ...] = ()
    ip_family_policy: str = ""
    load_balancer_class: str = ""
    load_balancer_ip: str = msgspec.field(name="loadBalancerIP", default="")
    load_balancer_source_ranges: tuple[str, ...] = ()
    ports: tuple[ServicePort, ...] = ()
    publish_not_ready_addresses: bool = False
    selector: dict[str, str] = {}
    session_affinity: str = ""
    session_affinity_config: SessionAffinityConfig | None = None
    traffic_distribution: str = ""
    type: str = "ClusterIP"


class PortStatus(Struct, frozen=True):
    """What became of a port of a load balancer."""

    error: str = ""
    port: int = 0
    protocol: str = ""


class LoadBalancerIngress(Struct, frozen=True):
    """An address of a load balancer."""

    hostname: str = ""
    ip: str = ""
    ip_mode: str = ""
    ports: tuple[PortStatus, ...] = ()


class LoadBalancerStatus(Struct, frozen=True):
    """The addresses of a load balancer."""

    ingress: tuple[LoadBalancerIngress, ...] = ()


class ServiceStatus(Struct, frozen=True):
    """What a Service has been given."""

    conditions: tuple[Condition, ...] = ()
    load_balancer: LoadBalancerStatus = LoadBalancerStatus()


class Service(KubeObject, frozen=True):
    """A Service. https://kubernetes.io/docs/concepts/services-networking/service/"""

    KIND: ClassVar[Kind] = Kind("v1", "Service", "services")

    spec: ServiceSpec = ServiceSpec()
    status: ServiceStatus = ServiceStatus()


def service_selects(service: Service, labels: Mapping[str, str]) -> bool:
    """Whether a Service leads to pods of its namespace with these labels.

    One without a selector, and an ExternalName, select nothing: their endpoints, if any, are made by hand.
    https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors
    """
    spec = service.spec
    return bool(spec.selector) and spec.type != "ExternalName" and has_labels(labels, spec.selector)
