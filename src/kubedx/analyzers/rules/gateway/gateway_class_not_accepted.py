"""gateway-class-not-accepted"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.rules.gateway._conditions import PATIENCE, is_settled
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import GatewayClass, condition


@rule(filter="GatewayClass", on=GatewayClass, severity=Severity.ERROR, produces=(Effect.CANNOT_CONNECT,), added="0.1")
def gateway_class_not_accepted(gateway_class: GatewayClass, inventory: Inventory) -> Iterator[Outcome]:
    """No controller has accepted a GatewayClass.

    ## What it means
    Either the controller refused the class (its parameters are wrong), or there is no controller of that name: then the condition stays
    Unknown. Gateways of the class are not served.

    ## When it is not reported
    In the first two minutes.

    ## How to fix it
    Install the controller that the class names, or correct the class.
    """
    accepted = condition(gateway_class, "Accepted")
    if accepted is None or accepted.status == "True" or gateway_class.metadata.deletion_timestamp is not None:
        return
    # Of a class that nobody has seen the API server's own default condition dates from 1970.
    created = gateway_class.metadata.creation_timestamp
    if not is_settled(accepted, inventory) or (created is not None and inventory.now - created < PATIENCE):
        return
    name = gateway_class.spec.controller_name
    why = quoted(accepted.message) or accepted.reason
    said = f'controller "{name}" has not taken it up' if accepted.status == "Unknown" else f'controller "{name}" refuses it: {why}'
    yield Hit(
        message=f"gateway class is not accepted: {said}",
        evidence=(
            field(gateway_class, "status.conditions[Accepted]", f"{accepted.status} {accepted.reason} {accepted.message}".strip()),
            field(gateway_class, "spec.controllerName", name),
        ),
        since=accepted.last_transition_time,
        values={"controller": name, "why": why},
    )
