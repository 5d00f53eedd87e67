"""certificate-unreadable"""

from collections.abc import Iterator

from kubedx.analyzers import AskCertificate, Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.certificate._served import READ, USERS, User, severity_of, to_change, uses
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
def certificate_unreadable(user: User, inventory: Inventory) -> Iterator[Outcome]:
    """The key tls.crt of a TLS Secret in use holds no certificate in PEM form.

    ## What it means
    Whoever should serve it cannot: an ingress controller falls back to a certificate of its own, which clients refuse. Usual reasons
    are a value that was encoded in base64 twice, a file in DER form, or the key in the place of the certificate.

    ## When it is not reported
    When the value is not at hand: on a live cluster without `--read-certificates`, and in dumps that left values out.

    ## How to fix it
    Create the Secret anew from the PEM files, with `kubectl create secret tls`.
    """
    for use in uses(user, inventory):
        if isinstance(use, AskCertificate):
            yield use
        elif use.leaf is None:
            hosts = ", ".join(use.hosts[:3])
            yield Hit(
                message=f'tls.crt of secret "{use.secret.name}"{f" for {hosts}" if hosts else ""} holds no certificate in PEM form',
                evidence=(
                    field(use.secret, "data[tls.crt]", "no PEM block CERTIFICATE that can be parsed"),
                    field(user, use.path, use.secret.name),
                ),
                part=f"secret {use.secret.name}",
                cause=to_change(use, inventory),
                severity=severity_of(user),
                values=use.values,
            )
