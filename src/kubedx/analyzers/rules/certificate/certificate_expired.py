"""certificate-expired"""

from collections.abc import Iterator

from kubedx.analyzers import AskCertificate, Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.certificate._served import READ, USERS, User, in_days, severity_of, to_change, uses
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Pod


@rule(
    filter="Certificate",
    on=USERS,
    consults=(Pod, *READ),
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_CONNECT,
    produces=(Effect.CANNOT_CONNECT,),
    added="0.1",
)
def certificate_expired(user: User, inventory: Inventory) -> Iterator[Outcome]:
    """A certificate that is in use has expired.

    ## What it means
    Browsers and clients refuse the connection. Most often nobody renewed it; where cert-manager should have, its Certificate is named
    as what to look at.

    ## When it is not reported
    For Secrets that no Ingress, Gateway or pod uses. On a live cluster only with `--read-certificates`, since the certificate of a
    Secret can only be read together with its key, which kubedx throws away.

    ## How to fix it
    Issue a new certificate and put it into the Secret.
    """
    for use in uses(user, inventory):
        if isinstance(use, AskCertificate):
            yield use
        elif use.leaf is not None and use.leaf.not_after <= inventory.now:
            leaf = use.leaf
            yield Hit(
                message=f"{use.told} expired on {leaf.not_after:%Y-%m-%d %H:%M} UTC, {in_days(inventory.now - leaf.not_after)} ago",
                evidence=(
                    field(use.secret, "data[tls.crt].notAfter", leaf.not_after.isoformat()),
                    field(use.secret, "data[tls.crt].subject", leaf.subject),
                    field(user, use.path, use.secret.name),
                ),
                part=f"secret {use.secret.name}",
                cause=to_change(use, inventory),
                severity=severity_of(user),
                since=leaf.not_after,
                values=use.values | {"expired": f"{leaf.not_after:%Y-%m-%d}"},
            )
