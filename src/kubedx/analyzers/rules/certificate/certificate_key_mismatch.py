"""certificate-key-mismatch"""

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
def certificate_key_mismatch(user: User, inventory: Inventory) -> Iterator[Outcome]:
    """The private key in a TLS Secret does not belong to the certificate beside it.

    ## What it means
    No server can use the pair: an ingress controller falls back to a certificate of its own, other servers do not start. Usually one
    of the two files is from another renewal, or the chain does not begin with the server's own certificate.

    ## When it is not reported
    When the key is not at hand or cannot be parsed. On a live cluster only with `--read-certificates`; the key is compared and thrown
    away.

    ## How to fix it
    Put a certificate and its own key into the Secret, the server's certificate first.
    """
    for use in uses(user, inventory):
        if isinstance(use, AskCertificate):
            yield use
        elif use.leaf is not None and use.served.key_fits is False:
            yield Hit(
                message=f"{use.told} does not belong to the private key beside it: tls.key has another public key than {use.leaf.subject}",
                evidence=(
                    field(use.secret, "data[tls.crt].publicKey", f"sha256:{use.leaf.public_key}"),
                    field(use.secret, "data[tls.key]", "another public key"),
                    field(user, use.path, use.secret.name),
                ),
                part=f"secret {use.secret.name}",
                cause=to_change(use, inventory),
                severity=severity_of(user),
                values=use.values,
            )
