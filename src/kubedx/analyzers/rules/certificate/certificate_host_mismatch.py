"""certificate-host-mismatch"""

from collections.abc import Iterator

from kubedx.analyzers import AskCertificate, Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.certificate._served import READ, to_change, uses
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Certificate, Gateway, Ingress, Pod, Secret

SHOWN = 4


@rule(
    filter="Certificate",
    on=(Ingress, Gateway),
    reads=(Secret,),
    consults=(Pod, *READ),
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_CONNECT,
    produces=(Effect.CANNOT_CONNECT,),
    added="0.1",
)
def certificate_host_mismatch(user: Ingress | Gateway, inventory: Inventory) -> Iterator[Outcome]:
    """A certificate is served for a host that it does not name.

    ## What it means
    Clients refuse the connection, or the ingress controller serves a certificate of its own instead. A wildcard stands for exactly one
    label: `*.example.com` is good for `shop.example.com`, neither for `example.com` nor for `a.shop.example.com`.

    ## When it is not reported
    For hosts that are not told, and for Gateway listeners with several certificates. On a live cluster only with
    `--read-certificates`. When the common name alone has the host, which only old clients look at, it is a warning.

    ## How to fix it
    Issue a certificate that names the host, or correct the host.
    """
    for use in uses(user, inventory):
        if isinstance(use, AskCertificate):
            yield use
            continue
        foreign = [host for host in use.hosts if use.leaf is not None and not covers(use.leaf.hosts, host)]
        if use.leaf is None or not foreign:
            continue
        names = _names(use.leaf)
        yield Hit(
            message=f'certificate in secret "{use.secret.name}" is for {names}, not for {", ".join(foreign[:SHOWN])}',
            evidence=(
                field(use.secret, "data[tls.crt].subjectAltName", ", ".join(use.leaf.hosts[:20])),
                field(use.secret, "data[tls.crt].subject", use.leaf.subject),
                field(user, use.path, use.secret.name),
            ),
            part=f"secret {use.secret.name}",
            cause=to_change(use, inventory),
            severity=Severity.WARNING if all(covers((use.leaf.common_name,), host) for host in foreign) else Severity.ERROR,
            values=use.values | {"host": foreign[0], "names": names},
        )


def covers(names: tuple[str, ...], host: str) -> bool:
    """Whether one of the names of a certificate is good for a host (RFC 6125, section 6.4.3)."""
    wanted = host.lower().rstrip(".")
    parent = wanted.partition(".")[2]
    return any(name.lower().rstrip(".") in {wanted, f"*.{parent}" if parent else wanted} for name in names)


def _names(leaf: Certificate) -> str:
    shown = ", ".join(leaf.hosts[:SHOWN])
    if not shown:
        return f'no host at all (it has only the common name "{leaf.common_name}")' if leaf.common_name else "no host at all"
    return f"{shown} and {len(leaf.hosts) - SHOWN} more" if len(leaf.hosts) > SHOWN else shown
