"""certificate-not-yet-valid"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import AskCertificate, Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.certificate._served import READ, USERS, User, in_days, severity_of, to_change, uses
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Pod

TOLERANCE = timedelta(minutes=5)
"""Clocks differ."""


@rule(
    filter="Certificate",
    on=USERS,
    consults=(Pod, *READ),
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_CONNECT,
    produces=(Effect.CANNOT_CONNECT,),
    added="0.1",
)
def certificate_not_yet_valid(user: User, inventory: Inventory) -> Iterator[Outcome]:
    """A certificate that is in use is valid only from a later day.

    ## What it means
    Clients refuse the connection until then. It was issued for the future, or the clock of its issuer is wrong.

    ## When it is not reported
    Within five minutes, by which clocks may differ. On a live cluster only with `--read-certificates`.

    ## How to fix it
    Put a certificate into the Secret that is valid now.
    """
    for use in uses(user, inventory):
        if isinstance(use, AskCertificate):
            yield use
        elif use.leaf is not None and use.leaf.not_before - inventory.now > TOLERANCE:
            leaf, wait = use.leaf, in_days(use.leaf.not_before - inventory.now)
            yield Hit(
                message=f"{use.told} is valid only from {leaf.not_before:%Y-%m-%d %H:%M} UTC, in {wait}",
                evidence=(
                    field(use.secret, "data[tls.crt].notBefore", leaf.not_before.isoformat()),
                    field(use.secret, "data[tls.crt].subject", leaf.subject),
                    field(user, use.path, use.secret.name),
                ),
                part=f"secret {use.secret.name}",
                cause=to_change(use, inventory),
                severity=severity_of(user),
                values=use.values | {"valid_from": f"{leaf.not_before:%Y-%m-%d}"},
            )
