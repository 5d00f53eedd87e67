"""Which listeners of a Gateway a route may attach to."""

from kubedx.analyzers.rules.gateway._routes import GROUP, Route
from kubedx.inventory import Found, Inventory
from kubedx.kube import Gateway, Listener, Namespace, ParentReference, selects

_KINDS = {
    "HTTP": {"HTTPRoute", "GRPCRoute"},
    "HTTPS": {"HTTPRoute", "GRPCRoute"},
    "TLS": {"TLSRoute", "TCPRoute"},
    "TCP": {"TCPRoute"},
    "UDP": {"UDPRoute"},
}
"""https://gateway-api.sigs.k8s.io/reference/spec/#allowedroutes: without kinds, what fits the protocol."""


def named_by(gateway: Gateway, parent: ParentReference) -> tuple[Listener, ...]:
    """The listeners that a parentRef means: all, or those of its section name and port."""
    return tuple(
        one
        for one in gateway.spec.listeners
        if (not parent.section_name or one.name == parent.section_name) and (parent.port is None or one.port == parent.port)
    )


def refusal(listener: Listener, gateway: Gateway, route: Route, inventory: Inventory) -> str:
    """Why a listener takes no route of this namespace or kind; empty where it does, or where that is not known."""
    allowed = listener.allowed_routes
    kinds = {one.kind for one in allowed.kinds if one.group == GROUP} or _KINDS.get(listener.protocol, {route.ref.kind})
    if route.ref.kind not in kinds:
        return f"takes only {' and '.join(sorted(kinds))}"
    place = allowed.namespaces.from_
    if place == "Same" and route.ref.namespace != gateway.namespace:
        return f"takes routes from its own namespace {gateway.namespace} only"
    if place == "None":
        return "takes no routes"
    if place == "Selector" and allowed.namespaces.selector is not None:
        found = inventory.get(Namespace, "", route.ref.namespace)
        if isinstance(found, Found) and not selects(allowed.namespaces.selector, found.object.metadata.labels):
            return "takes routes only from namespaces with labels that this one does not have"
    return ""
