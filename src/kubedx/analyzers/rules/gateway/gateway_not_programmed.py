"""gateway-not-programmed"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.near_miss import describe_nearest, nearest_object
from kubedx.analyzers.rules.gateway._conditions import first_wrong, is_settled
from kubedx.findings import Effect, Severity
from kubedx.inventory import Absent, Found, Inventory
from kubedx.kube import Condition, Gateway, GatewayClass, ListenerStatus, Ref, Secret, spec_changed_at

LONG = timedelta(minutes=5)


@rule(
    filter="Gateway",
    on=Gateway,
    consults=(GatewayClass, Secret),
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_CONNECT,
    produces=(Effect.CANNOT_CONNECT,),
    added="0.1",
)
def gateway_not_programmed(gateway: Gateway, inventory: Inventory) -> Iterator[Outcome]:
    """A Gateway, or a listener of it, does not work; its controller says why.

    ## What it means
    The condition `Accepted` or `Programmed` of the Gateway is False, or a listener refers to a certificate that is not there
    (`ResolvedRefs`), or two listeners collide (`Conflicted`). Or the conditions still are Unknown minutes after the Gateway was made: no
    controller has taken it up.

    ## When it is not reported
    In the first two minutes of such a condition.

    ## How to fix it
    Act on the quoted message.
    """
    if gateway.metadata.deletion_timestamp is not None:
        return
    for listener in gateway.status.listeners:
        wrong = _wrong(listener, inventory)
        if wrong is not None:
            cause = _absent_certificate(gateway, listener.name, wrong, inventory)
            near = describe_nearest(_meant(cause, inventory), gateway.namespace)
            path = f"status.listeners[{listener.name}].conditions[{wrong.type}]"
            yield _hit(gateway, path, wrong, f"listener {listener.name}", cause, near)
            return
    wrong = first_wrong(gateway.status.conditions, ("Accepted", "Programmed"), inventory)
    if wrong is not None:
        yield _hit(gateway, f"status.conditions[{wrong.type}]", wrong, "")
    elif _is_left_alone(gateway, inventory):
        yield _left_alone(gateway, inventory)


def _wrong(listener: ListenerStatus, inventory: Inventory) -> Condition | None:
    clash = next((one for one in listener.conditions if one.type == "Conflicted" and one.status == "True"), None)
    if clash is not None and is_settled(clash, inventory):
        return clash
    return first_wrong(listener.conditions, ("ResolvedRefs", "Accepted", "Programmed"), inventory)


def _hit(gateway: Gateway, path: str, wrong: Condition, part: str, cause: Ref | None = None, near: str = "") -> Hit:
    why = quoted(wrong.message)
    return Hit(
        message=f"{part or 'gateway'} is {wrong.type}={wrong.status}, reason {wrong.reason}" + (f": {why}" if why else "") + near,
        evidence=(field(gateway, path, f"{wrong.status} {wrong.reason} {wrong.message}".strip()),),
        part=part,
        cause=cause,
        absent=cause,
        since=wrong.last_transition_time,
        values={"condition": wrong.type, "reason": wrong.reason, "why": why},
    )


def _absent_certificate(gateway: Gateway, name: str, wrong: Condition, inventory: Inventory) -> Ref | None:
    """The Secret that a listener wants for its certificate and that does not exist."""
    if wrong.type != "ResolvedRefs":
        return None
    listeners = (one for one in gateway.spec.listeners if one.name == name and one.tls is not None)
    for certificate in (found for one in listeners if one.tls is not None for found in one.tls.certificate_refs):
        ref = Secret.KIND.ref(certificate.namespace or gateway.namespace, certificate.name)
        if (certificate.group, certificate.kind) == ("", "Secret") and isinstance(inventory.find(ref), Absent):
            return ref
    return None


def _meant(absent: Ref | None, inventory: Inventory) -> Ref | None:
    """The Secret that was probably meant."""
    return nearest_object(inventory, Secret, absent.namespace, absent.name) if absent is not None else None


def _is_left_alone(gateway: Gateway, inventory: Inventory) -> bool:
    """Whether no controller has said anything of a Gateway that is minutes old: its conditions are those of the API server."""
    created = gateway.metadata.creation_timestamp
    told = [one for one in gateway.status.conditions if one.type in {"Accepted", "Programmed"}]
    unknown = bool(told) and all(one.status == "Unknown" for one in told)
    return unknown and created is not None and inventory.now - created >= LONG


def _left_alone(gateway: Gateway, inventory: Inventory) -> Hit:
    name = gateway.spec.gateway_class_name
    found = inventory.get(GatewayClass, "", name)
    by = f', though class "{name}" names controller "{found.object.spec.controller_name}"' if isinstance(found, Found) else ""
    return Hit(
        message=f"no controller has taken the gateway up{by}",
        evidence=(
            field(gateway, "status.conditions", "; ".join(f"{one.type} {one.status} {one.reason}" for one in gateway.status.conditions)),
            field(gateway, "spec.gatewayClassName", name),
        ),
        cause=found.object.ref if isinstance(found, Found) else None,
        since=spec_changed_at(gateway),
        values={"condition": "Accepted", "reason": "Pending", "why": f"no controller has taken it up{by}"},
    )
