"""What selects pods, and the way of a request: entry point, Service, endpoints."""

from collections.abc import Iterator
from typing import Any

from kubedx.inventory.cluster_dns import service_of
from kubedx.inventory.edge_layer import layer
from kubedx.inventory.edges import Edge, EdgeKind
from kubedx.inventory.label_index import LabelIndex
from kubedx.inventory.makers import MAKERS, makers
from kubedx.inventory.snapshot import Snapshot
from kubedx.inventory.webhooks import webhooks
from kubedx.kube import (
    APIService,
    CustomResourceDefinition,
    Endpoints,
    EndpointSlice,
    Gateway,
    GatewayClass,
    GroupKind,
    HTTPRoute,
    Ingress,
    IngressClass,
    KubeObject,
    LabelSelector,
    MutatingWebhookConfiguration,
    NetworkPolicy,
    Pod,
    PodDisruptionBudget,
    RawObject,
    Ref,
    Secret,
    Service,
    ValidatingWebhookConfiguration,
)

SLICE_OF = "kubernetes.io/service-name"
"""The label by which a slice names its Service. https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#ownership"""

_GATEWAY_API = HTTPRoute.KIND.group
_OPENSHIFT_ROUTE = GroupKind("route.openshift.io", "Route")


@layer((EdgeKind.SELECTS,), (Service, PodDisruptionBudget, NetworkPolicy, Pod, *MAKERS))
def selected(snapshot: Snapshot) -> Iterator[Edge]:
    """Pods, and workloads by the labels of their template."""
    pods = snapshot.table(Pod.KIND.group_kind).labels
    by_template = LabelIndex((obj.namespace, template.metadata.labels, obj) for obj, template in makers(snapshot))
    for obj, selector in _selectors(snapshot):
        for found in (*pods.select(obj.namespace, selector), *by_template.select(obj.namespace, selector)):
            yield Edge(EdgeKind.SELECTS, obj.ref, snapshot.canonical(found.ref))


def _selectors(snapshot: Snapshot) -> Iterator[tuple[KubeObject, LabelSelector | None]]:
    for service in snapshot.objects(Service):
        if service.spec.selector and service.spec.type != "ExternalName":
            yield service, LabelSelector(match_labels=service.spec.selector)
    for budget in snapshot.objects(PodDisruptionBudget):
        yield budget, budget.spec.selector
    for policy in snapshot.objects(NetworkPolicy):
        yield policy, policy.spec.pod_selector


@layer(
    (EdgeKind.ROUTES, EdgeKind.USES),
    (
        APIService,
        CustomResourceDefinition,
        Endpoints,
        EndpointSlice,
        Gateway,
        HTTPRoute,
        Ingress,
        MutatingWebhookConfiguration,
        RawObject,
        Service,
        ValidatingWebhookConfiguration,
    ),
)
def routed(snapshot: Snapshot) -> Iterator[Edge]:
    """Who sends requests to which Service and endpoints; and the classes, gateways and certificates of entry points."""
    for ingress in snapshot.objects(Ingress):
        yield from _of_ingress(ingress)
    for gateway in snapshot.objects(Gateway):
        yield from _of_gateway(gateway)
    for route in snapshot.objects(HTTPRoute):
        yield from _of_route(route)
    for obj in snapshot.untyped.all:
        if isinstance(obj, RawObject):
            for target in _of_raw_route(obj):
                yield Edge(EdgeKind.ROUTES, snapshot.canonical(obj.ref), target)
    yield from _endpoints(snapshot)
    for source, service in _extensions(snapshot):
        if service.name:
            yield Edge(EdgeKind.ROUTES, source, service)


def _of_ingress(ingress: Ingress) -> Iterator[Edge]:
    spec, source = ingress.spec, ingress.ref
    backends = [path.backend for rule in spec.rules if rule.http for path in rule.http.paths]
    for backend in (*backends, *([spec.default_backend] if spec.default_backend else [])):
        if backend.service is not None and backend.service.name:
            yield Edge(EdgeKind.ROUTES, source, Service.KIND.ref(ingress.namespace, backend.service.name))
    if spec.ingress_class_name:
        yield Edge(EdgeKind.USES, source, IngressClass.KIND.ref("", spec.ingress_class_name))
    for tls in spec.tls:
        if tls.secret_name:
            yield Edge(EdgeKind.USES, source, Secret.KIND.ref(ingress.namespace, tls.secret_name))


def _of_gateway(gateway: Gateway) -> Iterator[Edge]:
    if gateway.spec.gateway_class_name:
        yield Edge(EdgeKind.USES, gateway.ref, GatewayClass.KIND.ref("", gateway.spec.gateway_class_name))
    certificates = (found for listener in gateway.spec.listeners if listener.tls for found in listener.tls.certificate_refs)
    for certificate in certificates:
        if certificate.name and (certificate.group, certificate.kind) == ("", "Secret"):
            yield Edge(EdgeKind.USES, gateway.ref, Secret.KIND.ref(certificate.namespace or gateway.namespace, certificate.name))


def _of_route(route: HTTPRoute) -> Iterator[Edge]:
    for parent in route.spec.parent_refs:
        if parent.name and (parent.group, parent.kind) == (_GATEWAY_API, "Gateway"):
            yield Edge(EdgeKind.USES, route.ref, Gateway.KIND.ref(parent.namespace or route.namespace, parent.name))
    mirrors = [each.request_mirror.backend_ref for rule in route.spec.rules for each in rule.filters if each.request_mirror]
    # A backend of the weight 0 gets no request: canaries keep it so between two releases.
    served = (backend for rule in route.spec.rules for backend in rule.backend_refs if backend.weight > 0)
    for backend in (*served, *mirrors):
        if backend.name and (backend.group, backend.kind) == ("", "Service"):
            yield Edge(EdgeKind.ROUTES, route.ref, Service.KIND.ref(backend.namespace or route.namespace, backend.name))


def _of_raw_route(route: RawObject) -> Iterator[Ref]:
    """The Services of a route without a type: GRPCRoute and its like, and the Route of OpenShift."""
    spec = route.data.get("spec")
    if not isinstance(spec, dict):
        return
    backends: list[Any] = []
    if route.kind.group == _GATEWAY_API:
        backends = [backend for rule in _dicts(spec.get("rules")) for backend in _dicts(rule.get("backendRefs"))]
    elif route.kind.group_kind == _OPENSHIFT_ROUTE:
        backends = [*_dicts([spec.get("to")]), *_dicts(spec.get("alternateBackends"))]
    for backend in backends:
        name, namespace = backend.get("name"), backend.get("namespace") or route.namespace
        if backend.get("weight") == 0:
            continue
        if backend.get("kind", "Service") == "Service" and name and isinstance(name, str) and isinstance(namespace, str):
            yield Service.KIND.ref(namespace, name)


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _endpoints(snapshot: Snapshot) -> Iterator[Edge]:
    """Services and their endpoints. An ExternalName leads to another Service where it names one."""
    services = snapshot.table(Service.KIND.group_kind).by_name
    for endpoint_slice in snapshot.objects(EndpointSlice):
        if service := endpoint_slice.metadata.labels.get(SLICE_OF):
            yield Edge(EdgeKind.ROUTES, Service.KIND.ref(endpoint_slice.namespace, service), endpoint_slice.ref)
    for endpoints in snapshot.objects(Endpoints):
        if (endpoints.namespace, endpoints.name) in services:
            yield Edge(EdgeKind.ROUTES, Service.KIND.ref(endpoints.namespace, endpoints.name), endpoints.ref)
    for alias in snapshot.objects(Service):
        target = service_of(alias.spec.external_name) if alias.spec.type == "ExternalName" else None
        if target is not None:
            yield Edge(EdgeKind.ROUTES, alias.ref, target)


def _extensions(snapshot: Snapshot) -> Iterator[tuple[Ref, Ref]]:
    """What the API server calls, and the Service behind it."""
    for api in snapshot.objects(APIService):
        if api.spec.service is not None:
            yield api.ref, Service.KIND.ref(api.spec.service.namespace, api.spec.service.name)
    for definition in snapshot.objects(CustomResourceDefinition):
        webhook = definition.spec.conversion.webhook if definition.spec.conversion else None
        if webhook is not None and webhook.client_config.service is not None:
            service = webhook.client_config.service
            yield definition.ref, Service.KIND.ref(service.namespace, service.name)
    for configuration, hooks in webhooks(snapshot):
        for hook in hooks:
            if hook.client_config.service is not None:
                called = hook.client_config.service
                yield configuration, Service.KIND.ref(called.namespace, called.name)
