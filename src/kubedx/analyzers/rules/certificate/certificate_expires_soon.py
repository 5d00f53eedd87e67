"""certificate-expires-soon"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import AskCertificate, Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.certificate._served import READ, USERS, User, in_days, to_change, uses
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import Certificate, Pod

SOON = timedelta(days=30)
SHARE = 4
"""Those who renew by machine do so with a third of the life left (cert-manager's default); a quarter left means that they did not."""


@rule(filter="Certificate", on=USERS, consults=(Pod, *READ), severity=Severity.WARNING, added="0.1")
def certificate_expires_soon(user: User, inventory: Inventory) -> Iterator[Outcome]:
    """A certificate that is in use expires within 30 days.

    ## What it means
    After that clients refuse the connection. Where certificates are renewed by machine, this one should have been by now.

    ## When it is not reported
    When more than a quarter of its life is left, as with certificates of hours or days that are renewed all the time; for Secrets that
    no Ingress, Gateway or pod uses. On a live cluster only with `--read-certificates`.

    ## How to fix it
    Renew it, or see why whoever renews it does not.
    """
    for use in uses(user, inventory):
        if isinstance(use, AskCertificate):
            yield use
        elif use.leaf is not None and timedelta() < use.leaf.not_after - inventory.now < _window(use.leaf):
            leaf = use.leaf
            yield Hit(
                message=f"{use.told} expires on {leaf.not_after:%Y-%m-%d %H:%M} UTC, in {in_days(leaf.not_after - inventory.now)}",
                evidence=(
                    field(use.secret, "data[tls.crt].notAfter", leaf.not_after.isoformat()),
                    field(use.secret, "data[tls.crt].subject", leaf.subject),
                    field(user, use.path, use.secret.name),
                ),
                part=f"secret {use.secret.name}",
                cause=to_change(use, inventory),
                values=use.values | {"expires": f"{leaf.not_after:%Y-%m-%d}"},
            )


def _window(leaf: Certificate) -> timedelta:
    return min(SOON, (leaf.not_after - leaf.not_before) / SHARE)
