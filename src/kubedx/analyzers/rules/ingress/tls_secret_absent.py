"""tls-secret-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.near_miss import describe_nearest, nearest_objects, only
from kubedx.findings import Severity
from kubedx.inventory import Absent, Inventory
from kubedx.kube import Ingress, Secret, spec_changed_at


@rule(filter="Ingress", on=Ingress, reads=(Secret,), severity=Severity.ERROR, added="0.1")
def tls_secret_absent(ingress: Ingress, inventory: Inventory) -> Iterator[Outcome]:
    """An Ingress names a TLS Secret that does not exist.

    ## What it means
    The ingress controller has no certificate for the hosts, and serves its own self-signed one (or none): browsers and clients refuse
    it.

    ## When it is not reported
    When Secrets cannot be listed: then its existence is unknown.

    ## How to fix it
    Create the Secret with `kubectl create secret tls`, have it issued (a cert-manager Certificate that is not ready explains it), or
    correct the name.
    """
    if ingress.metadata.deletion_timestamp is not None:
        return
    for number, tls in enumerate(ingress.spec.tls):
        name = tls.secret_name
        if not name or not isinstance(inventory.get(Secret, ingress.namespace, name), Absent):
            continue
        absent = Secret.KIND.ref(ingress.namespace, name)
        near = nearest_objects(inventory, Secret, ingress.namespace, name)
        meant = only(near)
        hosts = ", ".join(tls.hosts)
        yield Hit(
            message=f'TLS secret "{name}"{f" for {hosts}" if hosts else ""} does not exist{describe_nearest(near, ingress.namespace)}',
            evidence=(field(ingress, f"spec.tls[{number}].secretName", name),),
            part=f"secret {name}",
            cause=absent,
            absent=absent,
            since=spec_changed_at(ingress),
            values={"secret": name, "hosts": hosts, "meant": meant.name if meant and meant.namespace == ingress.namespace else ""},
        )
