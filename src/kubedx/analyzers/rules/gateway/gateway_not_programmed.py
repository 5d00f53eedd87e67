"""gateway-not-programmed"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.rules.gateway._conditions import first_wrong, is_settled
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Condition, Gateway, ListenerStatus


@rule(
    filter="Gateway",
    on=Gateway,
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_CONNECT,
    produces=(Effect.CANNOT_CONNECT,),
    added="0.1",
)
def gateway_not_programmed(gateway: Gateway, inventory: Inventory) -> Iterator[Outcome]:
    """A Gateway, or a listener of it, does not work; its controller says why.

    ## What it means
    The condition `Accepted` or `Programmed` of the Gateway is False, or a listener refers to a certificate that is not there
    (`ResolvedRefs`), or two listeners collide (`Conflicted`).

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
            yield _hit(gateway, f"status.listeners[{listener.name}].conditions[{wrong.type}]", wrong, f"listener {listener.name}")
            return
    wrong = first_wrong(gateway.status.conditions, ("Accepted", "Programmed"), inventory)
    if wrong is not None:
        yield _hit(gateway, f"status.conditions[{wrong.type}]", wrong, "")


def _wrong(listener: ListenerStatus, inventory: Inventory) -> Condition | None:
    clash = next((one for one in listener.conditions if one.type == "Conflicted" and one.status == "True"), None)
    if clash is not None and is_settled(clash, inventory):
        return clash
    return first_wrong(listener.conditions, ("ResolvedRefs", "Accepted", "Programmed"), inventory)


def _hit(gateway: Gateway, path: str, wrong: Condition, part: str) -> Hit:
    why = quoted(wrong.message)
    return Hit(
        message=f"{part or 'gateway'} is {wrong.type}={wrong.status}, reason {wrong.reason}" + (f": {why}" if why else ""),
        evidence=(field(gateway, path, f"{wrong.status} {wrong.reason} {wrong.message}".strip()),),
        part=part,
        since=wrong.last_transition_time,
        values={"condition": wrong.type, "reason": wrong.reason, "why": why},
    )
