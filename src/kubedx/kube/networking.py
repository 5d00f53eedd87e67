"""Ingresses and network policies."""

from typing import ClassVar

from kubedx.kube.claim import TypedLocalObjectReference
from kubedx.kube.object import KubeObject, Struct
from kubedx.kube.ref import Kind
from kubedx.kube.selector import LabelSelector


class ServiceBackendPort(Struct, frozen=True):
    """A port of a Service, by name or number."""

    name: str = ""
    number: int = 0


class IngressServiceBackend(Struct, frozen=True):
    """A Service and its port."""

    name: str = ""
    port: ServiceBackendPort = ServiceBackendPort()


class IngressBackend(Struct, frozen=True):
    """Where traffic goes: one is set."""

    resource: TypedLocalObjectReference | None = None
    service: IngressServiceBackend | None = None


class HTTPIngressPath(Struct, frozen=True):
    """A path and its backend."""

    backend: IngressBackend = IngressBackend()
    path: str = ""
    path_type: str = ""


class HTTPIngressRuleValue(Struct, frozen=True):
    """The paths of a host."""

    paths: tuple[HTTPIngressPath, ...] = ()


class IngressRule(Struct, frozen=True):
    """A host (empty: any) and its paths."""

    host: str = ""
    http: HTTPIngressRuleValue | None = None


class IngressTLS(Struct, frozen=True):
    """Hosts, and the Secret with their certificate."""

    hosts: tuple[str, ...] = ()
    secret_name: str = ""


class IngressSpec(Struct, frozen=True):
    """What an Ingress leads where; `ingress_class_name` None is the default class."""

    default_backend: IngressBackend | None = None
    ingress_class_name: str | None = None
    rules: tuple[IngressRule, ...] = ()
    tls: tuple[IngressTLS, ...] = ()


class IngressPortStatus(Struct, frozen=True):
    """What became of a port of a load balancer."""

    error: str = ""
    port: int = 0
    protocol: str = ""


class IngressLoadBalancerIngress(Struct, frozen=True):
    """An address of the load balancer."""

    hostname: str = ""
    ip: str = ""
    ports: tuple[IngressPortStatus, ...] = ()


class IngressLoadBalancerStatus(Struct, frozen=True):
    """The addresses of the load balancer."""

    ingress: tuple[IngressLoadBalancerIngress, ...] = ()


class IngressStatus(Struct, frozen=True):
    """What an Ingress has been given."""

    load_balancer: IngressLoadBalancerStatus = IngressLoadBalancerStatus()


class Ingress(KubeObject, frozen=True):
    """An Ingress. https://kubernetes.io/docs/concepts/services-networking/ingress/"""

    KIND: ClassVar[Kind] = Kind("networking.k8s.io/v1", "Ingress", "ingresses")

    spec: IngressSpec = IngressSpec()
    status: IngressStatus = IngressStatus()


class IngressClassParametersReference(Struct, frozen=True):
    """The parameters of a class."""

    api_group: str = ""
    kind: str = ""
    name: str = ""
    namespace: str = ""
    scope: str = ""


class IngressClassSpec(Struct, frozen=True):
    """The controller of a class."""

    controller: str = ""
    parameters: IngressClassParametersReference | None = None


class IngressClass(KubeObject, frozen=True):
    """An IngressClass."""

    KIND: ClassVar[Kind] = Kind("networking.k8s.io/v1", "IngressClass", "ingressclasses", namespaced=False)

    spec: IngressClassSpec = IngressClassSpec()


class IPBlock(Struct, frozen=True):
    """A range of addresses without its exceptions."""

    cidr: str = ""
    except_: tuple[str, ...] = ()


class NetworkPolicyPeer(Struct, frozen=True):
    """Who may be talked to; selectors that are both set must both match."""

    ip_block: IPBlock | None = None
    namespace_selector: LabelSelector | None = None
    pod_selector: LabelSelector | None = None


class NetworkPolicyPort(Struct, frozen=True):
    """A port, its name, or a range up to `end_port`; None is every port."""

    end_port: int | None = None
    port: int | str | None = None
    protocol: str = "TCP"


class NetworkPolicyIngressRule(Struct, frozen=True):
    """Who may come in by which ports; an empty list is anyone, any port."""

    from_: tuple[NetworkPolicyPeer, ...] = ()
    ports: tuple[NetworkPolicyPort, ...] = ()


class NetworkPolicyEgressRule(Struct, frozen=True):
    """Where pods may go by which ports; an empty list is anywhere, any port."""

    ports: tuple[NetworkPolicyPort, ...] = ()
    to: tuple[NetworkPolicyPeer, ...] = ()


class NetworkPolicySpec(Struct, frozen=True):
    """What pods may do; an empty `pod_selector` is every pod of the namespace."""

    egress: tuple[NetworkPolicyEgressRule, ...] = ()
    ingress: tuple[NetworkPolicyIngressRule, ...] = ()
    pod_selector: LabelSelector = LabelSelector()
    policy_types: tuple[str, ...] = ()


class NetworkPolicy(KubeObject, frozen=True):
    """A NetworkPolicy. https://kubernetes.io/docs/concepts/services-networking/network-policies/"""

    KIND: ClassVar[Kind] = Kind("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies")

    spec: NetworkPolicySpec = NetworkPolicySpec()
