"""Routes of the Gateway API as rules see them: those with a type, and GRPCRoute, TLSRoute, TCPRoute and UDPRoute, which are read raw.

https://gateway-api.sigs.k8s.io/concepts/api-overview/#route-resources
"""

import msgspec

from kubedx.kube import BackendObjectReference, HTTPBackendRef, HTTPRoute, ParentReference, RawObject, Ref, RouteParentStatus, Struct

AnyRoute = HTTPRoute | RawObject
ROUTES = (HTTPRoute, RawObject)
GROUP = HTTPRoute.KIND.group
_RAW = frozenset({"GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"})


class Rule(Struct, frozen=True):
    """The backends of a rule."""

    backend_refs: tuple[HTTPBackendRef, ...] = ()


class Spec(Struct, frozen=True):
    """Parents and rules, which all kinds of routes have, and hosts, which some have."""

    hostnames: tuple[str, ...] = ()
    parent_refs: tuple[ParentReference, ...] = ()
    rules: tuple[Rule, ...] = ()


class Status(Struct, frozen=True):
    """What the parents make of a route."""

    parents: tuple[RouteParentStatus, ...] = ()


class Backend(msgspec.Struct, frozen=True):
    """A Service behind a route, and where in the spec it stands."""

    path: str
    namespace: str
    name: str
    port: int | None


class Route(msgspec.Struct, frozen=True):
    """A route of any kind."""

    ref: Ref
    hostnames: tuple[str, ...]
    parents: tuple[ParentReference, ...]
    backends: tuple[Backend, ...]
    statuses: tuple[RouteParentStatus, ...]

    def gateways(self) -> tuple[tuple[int, ParentReference, Ref], ...]:
        """The Gateways among the parents, with their places in the list."""
        return tuple(
            (number, parent, parent_gateway(self, parent))
            for number, parent in enumerate(self.parents)
            if (parent.group, parent.kind) == (GROUP, "Gateway")
        )

    def status_of(self, parent: ParentReference) -> RouteParentStatus | None:
        """What a parent makes of the route, None where it says nothing yet."""
        wanted = self._key(parent)
        return next((one for one in self.statuses if self._key(one.parent_ref) == wanted), None)

    def _key(self, parent: ParentReference) -> tuple[Ref, str, int | None]:
        return parent_gateway(self, parent), parent.section_name, parent.port

    def is_accepted_by(self, parent: ParentReference) -> bool:
        """Whether the controller of the parent says that it has taken the route up."""
        status = self.status_of(parent)
        return status is not None and any(one.type == "Accepted" and one.status == "True" for one in status.conditions)


def route_of(obj: AnyRoute) -> Route | None:
    """An object as a route; None where it is none, is being deleted, or does not have the form of one."""
    if obj.metadata.deletion_timestamp is not None:
        return None
    if isinstance(obj, HTTPRoute):
        rules = tuple(Rule(backend_refs=rule.backend_refs) for rule in obj.spec.rules)
        return _route(
            obj, Spec(hostnames=obj.spec.hostnames, parent_refs=obj.spec.parent_refs, rules=rules), Status(parents=obj.status.parents)
        )
    if obj.kind.group != GROUP or obj.kind.kind not in _RAW:
        return None
    try:
        return _route(obj, msgspec.convert(obj.data.get("spec") or {}, Spec), msgspec.convert(obj.data.get("status") or {}, Status))
    except msgspec.ValidationError:
        return None


def parent_gateway(route: Route, parent: ParentReference) -> Ref:
    """The Gateway that a parent names."""
    return Ref(HTTPRoute.KIND.api_version, "Gateway", parent.namespace or route.ref.namespace, parent.name)


def _route(obj: AnyRoute, spec: Spec, status: Status) -> Route:
    return Route(obj.ref, spec.hostnames, spec.parent_refs, tuple(_backends(obj.namespace, spec)), status.parents)


def _backends(namespace: str, spec: Spec) -> list[Backend]:
    """The Services that get a share of the traffic."""
    return [
        Backend(f"spec.rules[{number}].backendRefs[{place}]", one.namespace or namespace, one.name, one.port)
        for number, rule in enumerate(spec.rules)
        for place, one in enumerate(rule.backend_refs)
        if _is_service(one) and one.weight > 0
    ]


def _is_service(backend: BackendObjectReference) -> bool:
    return backend.kind == "Service" and not backend.group and bool(backend.name)
