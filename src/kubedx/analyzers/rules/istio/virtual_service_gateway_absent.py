"""virtual-service-gateway-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.custom_status import member
from kubedx.analyzers.evidence import field
from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.near_miss import nearest
from kubedx.analyzers.rules.istio._destinations import NETWORKING
from kubedx.findings import Effect, Severity
from kubedx.inventory import Absent, Inventory
from kubedx.kube import GroupKind, RawObject, Ref

VIRTUAL_SERVICE = GroupKind(NETWORKING, "VirtualService")
MESH = "mesh"


@rule(
    filter="CustomResource",
    on=RawObject,
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_CONNECT,
    produces=(Effect.CANNOT_CONNECT,),
    added="0.1",
)
def virtual_service_gateway_absent(route: RawObject, inventory: Inventory) -> Iterator[Outcome]:
    """An Istio VirtualService is bound to a Gateway that does not exist.

    ## What it means
    `spec.gateways` names an Istio Gateway, in the route's own namespace where it names none, which is not there. Requests from outside
    do not meet this route: the gateway answers 404.
    https://istio.io/latest/docs/reference/config/networking/virtual-service/#VirtualService

    ## When it is not reported
    For the word `mesh`, which means all sidecars, and when the Gateways of Istio could not be listed.

    ## How to fix it
    Correct the name, as `namespace/name` where the Gateway is in another namespace, or apply the Gateway that is missing.
    """
    named = member(route.data, "spec", "gateways")
    if route.kind.group_kind != VIRTUAL_SERVICE or route.metadata.deletion_timestamp is not None or not isinstance(named, list):
        return
    for one in named:
        if not isinstance(one, str) or one in {"", MESH}:
            continue
        namespace, slash, name = one.rpartition("/")
        ref = Ref(route.kind.api_version, "Gateway", namespace if slash else route.namespace, name)
        if not isinstance(inventory.find(ref), Absent):
            continue
        there = _names(inventory)
        own = f"{ref.namespace}/{ref.name}"
        meant = nearest(own, there) or next((full for full in sorted(there) if full.endswith(f"/{name}")), None)
        yield Hit(
            message=f'it is bound to gateway "{one}", which does not exist' + (f'; there is "{meant}"' if meant else ""),
            evidence=(field(route, "spec.gateways", one),),
            part=f"gateway {one}",
            cause=ref,
            values={"gateway": one, "meant": meant or ""},
        )


@once_per_inventory
def _names(inventory: Inventory) -> frozenset[str]:
    """The Gateways of Istio, each with its namespace."""
    kind = GroupKind(NETWORKING, "Gateway")
    return frozenset(f"{one.namespace}/{one.name}" for one in inventory.list(RawObject) if one.kind.group_kind == kind)
