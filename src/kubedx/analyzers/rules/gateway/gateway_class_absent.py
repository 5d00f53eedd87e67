"""gateway-class-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.near_miss import describe_nearest, nearest_objects, only
from kubedx.findings import Effect, Severity
from kubedx.inventory import Absent, Inventory
from kubedx.kube import Gateway, GatewayClass, spec_changed_at


@rule(filter="Gateway", on=Gateway, reads=(GatewayClass,), severity=Severity.ERROR, produces=(Effect.CANNOT_CONNECT,), added="0.1")
def gateway_class_absent(gateway: Gateway, inventory: Inventory) -> Iterator[Outcome]:
    """A Gateway names a GatewayClass that does not exist, so no controller serves it.

    ## What it means
    The routes of the Gateway lead nowhere.

    ## When it is not reported
    When classes cannot be listed: then its existence is unknown.

    ## How to fix it
    Correct `spec.gatewayClassName`, or install the controller that brings the class.
    """
    name = gateway.spec.gateway_class_name
    if not isinstance(inventory.get(GatewayClass, "", name), Absent) or gateway.metadata.deletion_timestamp is not None:
        return
    absent = GatewayClass.KIND.ref("", name)
    near = nearest_objects(inventory, GatewayClass, "", name)
    meant = only(near)
    yield Hit(
        message=f'gateway class "{name}" does not exist{describe_nearest(near, "")}',
        evidence=(field(gateway, "spec.gatewayClassName", name),),
        cause=absent if meant is None else None,
        absent=absent,
        since=spec_changed_at(gateway),
        values={"class": name, "meant": meant.name if meant else ""},
    )
