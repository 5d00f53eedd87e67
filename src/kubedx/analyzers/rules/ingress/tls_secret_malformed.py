"""tls-secret-malformed"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.findings import Severity
from kubedx.inventory import Found, Inventory
from kubedx.kube import Ingress, Secret, spec_changed_at

KEYS = ("tls.crt", "tls.key")
TYPE = "kubernetes.io/tls"


@rule(filter="Ingress", on=Ingress, reads=(Secret,), severity=Severity.ERROR, added="0.1")
def tls_secret_malformed(ingress: Ingress, inventory: Inventory) -> Iterator[Outcome]:
    """The TLS Secret of an Ingress lacks the keys that hold a certificate.

    ## What it means
    An ingress controller looks for the keys `tls.crt` and `tls.key`. The Secret has other ones, so the controller serves a certificate
    of its own, which clients refuse.

    ## When it is not reported
    When both keys are there, whatever the type of the Secret, and when its keys are unknown.

    ## How to fix it
    Create the Secret anew with `kubectl create secret tls`: the type of a Secret cannot be changed.
    """
    if ingress.metadata.deletion_timestamp is not None:
        return
    for number, tls in enumerate(ingress.spec.tls):
        found = inventory.get(Secret, ingress.namespace, tls.secret_name) if tls.secret_name else None
        if not isinstance(found, Found) or not found.object.keys_known:
            continue
        secret = found.object
        lacking = [key for key in KEYS if key not in secret.keys]
        if lacking:
            keys = ", ".join(secret.keys) or "none"
            yield Hit(
                message=(
                    f'TLS secret "{secret.name}" lacks {" and ".join(lacking)}: its type is {secret.type or "unknown"} '
                    f"instead of {TYPE}, its keys are {keys}"
                ),
                evidence=(
                    field(ingress, f"spec.tls[{number}].secretName", tls.secret_name),
                    field(secret, "type", secret.type),
                    field(secret, "data (keys)", keys),
                ),
                part=f"secret {secret.name}",
                cause=secret.ref,
                since=spec_changed_at(ingress),
                values={"secret": secret.name, "keys": keys, "type": secret.type},
            )
