"""route-not-allowed"""

from collections.abc import Iterator

import msgspec

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.gateway._listeners import named_by, refusal
from kubedx.analyzers.rules.gateway._routes import ROUTES, AnyRoute, Route, route_of
from kubedx.findings import Effect, Severity
from kubedx.inventory import Found, Inventory
from kubedx.kube import Gateway, Namespace, ParentReference


@rule(
    filter="HTTPRoute",
    on=ROUTES,
    reads=(Gateway,),
    consults=(Namespace,),
    severity=Severity.ERROR,
    produces=(Effect.CANNOT_CONNECT,),
    added="0.1",
)
def route_not_allowed(route: AnyRoute, inventory: Inventory) -> Iterator[Outcome]:
    """No listener of a Gateway takes routes of this namespace or kind.

    ## What it means
    A listener takes routes from the Gateway's own namespace only, unless `allowedRoutes.namespaces` says All or selects the labels of the
    route's namespace; and only kinds that fit its protocol or are listed. No listener that the route means takes it.

    ## When it is not reported
    When one of the listeners takes it, when the controller has accepted it, and when the labels of the namespace are not known.

    ## How to fix it
    Allow the namespace in `allowedRoutes` of the listener (or give the namespace the label), or attach the route elsewhere.
    """
    told = route_of(route)
    for number, parent, ref in told.gateways() if told is not None else ():
        found = inventory.get(Gateway, ref.namespace, ref.name)
        if told is not None and isinstance(found, Found) and not told.is_accepted_by(parent):
            yield from _judge(told, number, parent, found.object, inventory)


def _judge(route: Route, number: int, parent: ParentReference, gateway: Gateway, inventory: Inventory) -> Iterator[Hit]:
    refusals = [(one, refusal(one, gateway, route, inventory)) for one in named_by(gateway, parent)]
    if not refusals or not all(why for _listener, why in refusals):
        return
    listener, why = refusals[0]
    yield Hit(
        message=f'gateway {gateway.namespace}/{gateway.name} does not take it: listener "{listener.name}" {why}',
        evidence=(
            field(gateway, f"spec.listeners[{listener.name}].allowedRoutes", msgspec.to_builtins(listener.allowed_routes)),
            field(route.ref, f"spec.parentRefs[{number}].name", parent.name),
        ),
        part=f"gateway {gateway.namespace}/{gateway.name}",
        values={
            "gateway": gateway.name,
            "gateway_namespace": gateway.namespace,
            "listener": listener.name,
            "why": why,
        },
    )
