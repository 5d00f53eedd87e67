"""route-not-accepted"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.rules.gateway._conditions import first_wrong
from kubedx.analyzers.rules.gateway._routes import ROUTES, AnyRoute, route_of
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory


@rule(filter="HTTPRoute", on=ROUTES, severity=Severity.ERROR, suffers=Effect.CANNOT_CONNECT, added="0.1")
def route_not_accepted(route: AnyRoute, inventory: Inventory) -> Iterator[Outcome]:
    """A Gateway does not accept a route, or cannot resolve what it refers to.

    ## What it means
    The controller of the Gateway wrote so into the route's status: the listener does not allow routes from this namespace, no host
    matches, a backend is missing, or a reference into another namespace lacks a ReferenceGrant. Its message is quoted.

    ## When it is not reported
    In the first two minutes of such a condition, and where an absent Service or port is the reason, which another rule reports.

    ## How to fix it
    Act on the quoted message.
    """
    told = route_of(route)
    for parent in told.statuses if told is not None else ():
        wrong = first_wrong(parent.conditions, ("Accepted", "ResolvedRefs"), inventory)
        if wrong is None or wrong.reason == "BackendNotFound":
            continue
        gateway = f"{parent.parent_ref.namespace or route.namespace}/{parent.parent_ref.name}"
        why = quoted(wrong.message)
        yield Hit(
            message=f"gateway {gateway} reports {wrong.type}=False, reason {wrong.reason}" + (f": {why}" if why else ""),
            evidence=(
                field(
                    route, f"status.parents[{gateway}].conditions[{wrong.type}]", f"{wrong.status} {wrong.reason} {wrong.message}".strip()
                ),
            ),
            part=f"gateway {gateway}",
            since=wrong.last_transition_time,
            values={"gateway": gateway, "reason": wrong.reason, "why": why},
        )
