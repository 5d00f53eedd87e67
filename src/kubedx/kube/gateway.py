"""The Gateway API: classes, gateways and HTTP routes. https://gateway-api.sigs.k8s.io/reference/spec/"""

from typing import ClassVar

import msgspec

from kubedx.kube.object import Condition, KubeObject, Struct
from kubedx.kube.ref import Kind
from kubedx.kube.selector import LabelSelector


class GatewayParametersReference(Struct, frozen=True):
    """The parameters of a class or gateway; `namespace` is empty for a cluster-scoped object, or the gateway's own."""

    group: str = ""
    kind: str = ""
    name: str = ""
    namespace: str = ""


class GatewayClassSpec(Struct, frozen=True):
    """The controller of a class."""

    controller_name: str = ""
    parameters_ref: GatewayParametersReference | None = None
    description: str = ""


class GatewayClassStatus(Struct, frozen=True):
    """Whether a controller has accepted the class."""

    conditions: tuple[Condition, ...] = ()


class GatewayClass(KubeObject, frozen=True):
    """A GatewayClass."""

    KIND: ClassVar[Kind] = Kind("gateway.networking.k8s.io/v1", "GatewayClass", "gatewayclasses", namespaced=False)

    spec: GatewayClassSpec = GatewayClassSpec()
    status: GatewayClassStatus = GatewayClassStatus()


class SecretObjectReference(Struct, frozen=True):
    """An object with a certificate, a Secret unless it says otherwise; an empty `namespace` is the gateway's own."""

    group: str = ""
    kind: str = "Secret"
    name: str = ""
    namespace: str = ""


class ListenerTLS(Struct, frozen=True):
    """How a listener ends, or passes on, TLS."""

    mode: str = "Terminate"
    certificate_refs: tuple[SecretObjectReference, ...] = ()
    options: dict[str, str] = {}


class RouteNamespaces(Struct, frozen=True):
    """The namespaces whose routes a listener takes: Same, All or Selector."""

    from_: str = msgspec.field(name="from", default="Same")
    selector: LabelSelector | None = None


class RouteGroupKind(Struct, frozen=True):
    """A kind of route."""

    group: str = "gateway.networking.k8s.io"
    kind: str = ""


class AllowedRoutes(Struct, frozen=True):
    """The routes that a listener takes."""

    namespaces: RouteNamespaces = RouteNamespaces()
    kinds: tuple[RouteGroupKind, ...] = ()


class Listener(Struct, frozen=True):
    """A port of a gateway; an empty `hostname` is every host."""

    name: str = ""
    hostname: str = ""
    port: int = 0
    protocol: str = ""
    tls: ListenerTLS | None = None
    allowed_routes: AllowedRoutes = AllowedRoutes()


class GatewaySpecAddress(Struct, frozen=True):
    """An address that a gateway asks for."""

    type: str = "IPAddress"
    value: str = ""


class GatewayInfrastructure(Struct, frozen=True):
    """What is laid on everything that is made for a gateway."""

    labels: dict[str, str] = {}
    annotations: dict[str, str] = {}
    parameters_ref: GatewayParametersReference | None = None


class GatewaySpec(Struct, frozen=True):
    """What a gateway is to be."""

    gateway_class_name: str = ""
    listeners: tuple[Listener, ...] = ()
    addresses: tuple[GatewaySpecAddress, ...] = ()
    infrastructure: GatewayInfrastructure | None = None


class GatewayStatusAddress(Struct, frozen=True):
    """An address that a gateway has."""

    type: str = "IPAddress"
    value: str = ""


class ListenerStatus(Struct, frozen=True):
    """What became of a listener."""

    name: str = ""
    supported_kinds: tuple[RouteGroupKind, ...] = ()
    attached_routes: int = 0
    conditions: tuple[Condition, ...] = ()


class GatewayStatus(Struct, frozen=True):
    """What a gateway has been given."""

    addresses: tuple[GatewayStatusAddress, ...] = ()
    conditions: tuple[Condition, ...] = ()
    listeners: tuple[ListenerStatus, ...] = ()


class Gateway(KubeObject, frozen=True):
    """A Gateway."""

    KIND: ClassVar[Kind] = Kind("gateway.networking.k8s.io/v1", "Gateway", "gateways")

    spec: GatewaySpec = GatewaySpec()
    status: GatewayStatus = GatewayStatus()


class ParentReference(Struct, frozen=True):
    """What a route attaches to, a Gateway unless it says otherwise; an empty `namespace` is the route's own."""

    group: str = "gateway.networking.k8s.io"
    kind: str = "Gateway"
    name: str = ""
    namespace: str = ""
    section_name: str = ""
    port: int | None = None


class BackendObjectReference(Struct, frozen=True):
    """Where a mirror or filter sends traffic, a Service unless it says otherwise; an empty `namespace` is the route's own."""

    group: str = ""
    kind: str = "Service"
    name: str = ""
    namespace: str = ""
    port: int | None = None


class HTTPBackendRef(BackendObjectReference, frozen=True):
    """Where a share of the traffic goes, by `weight` against the others."""

    weight: int = 1


class HTTPPathMatch(Struct, frozen=True):
    """A path that a rule takes."""

    type: str = "PathPrefix"
    value: str = "/"


class HTTPValueMatch(Struct, frozen=True):
    """A header or query parameter that a rule takes."""

    type: str = "Exact"
    name: str = ""
    value: str = ""


class HTTPRouteMatch(Struct, frozen=True):
    """Requests that a rule takes: all that is set must match."""

    path: HTTPPathMatch | None = None
    headers: tuple[HTTPValueMatch, ...] = ()
    query_params: tuple[HTTPValueMatch, ...] = ()
    method: str = ""


class HTTPRequestMirror(Struct, frozen=True):
    """A second receiver of requests."""

    backend_ref: BackendObjectReference = BackendObjectReference()


class RouteExtensionReference(Struct, frozen=True):
    """A filter of another kind, in the route's namespace."""

    group: str = ""
    kind: str = ""
    name: str = ""


class HTTPRouteFilter(Struct, frozen=True):
    """What happens to requests on their way; only what names other objects is kept."""

    type: str = ""
    request_mirror: HTTPRequestMirror | None = None
    extension_ref: RouteExtensionReference | None = None


class HTTPRouteTimeouts(Struct, frozen=True):
    """Durations after which a request fails."""

    request: str = ""
    backend_request: str = ""


class HTTPRouteRule(Struct, frozen=True):
    """Requests and where they go; no backend answers with an error."""

    name: str = ""
    matches: tuple[HTTPRouteMatch, ...] = ()
    filters: tuple[HTTPRouteFilter, ...] = ()
    backend_refs: tuple[HTTPBackendRef, ...] = ()
    timeouts: HTTPRouteTimeouts | None = None


class HTTPRouteSpec(Struct, frozen=True):
    """What a route leads where."""

    parent_refs: tuple[ParentReference, ...] = ()
    hostnames: tuple[str, ...] = ()
    rules: tuple[HTTPRouteRule, ...] = ()


class RouteParentStatus(Struct, frozen=True):
    """What one parent makes of a route."""

    parent_ref: ParentReference = ParentReference()
    controller_name: str = ""
    conditions: tuple[Condition, ...] = ()


class HTTPRouteStatus(Struct, frozen=True):
    """What the parents make of a route."""

    parents: tuple[RouteParentStatus, ...] = ()


class HTTPRoute(KubeObject, frozen=True):
    """An HTTPRoute. https://gateway-api.sigs.k8s.io/api-types/httproute/"""

    KIND: ClassVar[Kind] = Kind("gateway.networking.k8s.io/v1", "HTTPRoute", "httproutes")

    spec: HTTPRouteSpec = HTTPRouteSpec()
    status: HTTPRouteStatus = HTTPRouteStatus()
