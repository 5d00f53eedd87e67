"""route-not-accepted"""

from collections.abc import Iterator
from typing import NamedTuple

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.rules.gateway._conditions import first_wrong
from kubedx.analyzers.rules.gateway._routes import ROUTES, AnyRoute, Route, parent_gateway, route_of
from kubedx.findings import Effect, Evidence, Severity
from kubedx.inventory import Found, Inventory
from kubedx.kube import Gateway, RouteParentStatus

NO_HOST = "NoMatchingListenerHostname"
MAX_NAMED = 3


@rule(
    filter="HTTPRoute",
    on=ROUTES,
    consults=(Gateway,),
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_CONNECT,
    added="0.1",
)
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
        hosts = _other_hosts(told, parent, inventory) if told is not None and wrong.reason == NO_HOST else None
        yield Hit(
            message=f"gateway {gateway} reports {wrong.type}=False, reason {wrong.reason}"
            + (f": {why}" if why else "")
            + (f"; {hosts.words}" if hosts else ""),
            evidence=(
                *((field(route, "spec.hostnames", ", ".join(told.hostnames)),) if told is not None and hosts else ()),
                field(
                    route, f"status.parents[{gateway}].conditions[{wrong.type}]", f"{wrong.status} {wrong.reason} {wrong.message}".strip()
                ),
                *(hosts.evidence if hosts else ()),
            ),
            part=f"gateway {gateway}",
            since=wrong.last_transition_time,
            values={"gateway": gateway, "reason": wrong.reason, "why": "; ".join(filter(None, (why, hosts.words if hosts else "")))},
        )


class _Hosts(NamedTuple):
    words: str
    evidence: tuple[Evidence, ...]


def _other_hosts(route: Route, parent: RouteParentStatus, inventory: Inventory) -> _Hosts | None:
    """The hosts of the listeners that a route could be attached to, when it has others."""
    found = inventory.find(parent_gateway(route, parent.parent_ref))
    if not isinstance(found, Found) or not isinstance(found.object, Gateway):
        return None
    section = parent.parent_ref.section_name
    listeners = [one for one in found.object.spec.listeners if one.hostname and section in {"", one.name}]
    if not listeners or not route.hostnames:
        return None
    theirs = ", ".join(f'listener "{one.name}" takes "{one.hostname}"' for one in listeners[:MAX_NAMED])
    more = f" and {len(listeners) - MAX_NAMED} more" if len(listeners) > MAX_NAMED else ""
    own = ", ".join(f'"{one}"' for one in route.hostnames[:MAX_NAMED])
    evidence = tuple(field(found.object, f"spec.listeners[{one.name}].hostname", one.hostname) for one in listeners[:MAX_NAMED])
    return _Hosts(f"the route is for {own}, {theirs}{more}", evidence)
