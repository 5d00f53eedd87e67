"""log-tls-rejected"""

from collections.abc import Iterator

from kubedx.analyzers import Outcome, rule
from kubedx.analyzers.callee import callee_of
from kubedx.analyzers.log_classes import TLS
from kubedx.analyzers.log_words import address_in
from kubedx.analyzers.rules.log._complaints import FILTER, complaints
from kubedx.findings import Confidence, Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Namespace, Pod, Service


@rule(
    filter=FILTER,
    on=Pod,
    consults=(Service, Namespace),
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    suffers=Effect.REQUESTS_FAIL,
    produces=(Effect.REQUESTS_FAIL, Effect.CANNOT_CONNECT),
    own_reason=True,
    added="0.1",
)
def log_tls_rejected(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A container is ready, and its log says again and again that TLS fails with something it calls.

    ## What it means
    A certificate has expired, is of another name or of an authority that the program does not know, or one side speaks no TLS. The quoted
    line says which.

    ## When it is not reported
    As a fault only while it goes on: several times, up to the end of the log; else for information. Clients that break off a handshake with
    the program, as scanners and load balancers do, do not count.

    ## How to fix it
    Renew the certificate that is called, or give the program the certificate of its authority.
    """
    for complaint in complaints(pod, inventory, (TLS,)):
        address = address_in(complaint.error.line)
        callee = callee_of(address, pod.namespace, inventory) if address is not None else None
        yield complaint.hit(values={"address": str(address or ""), **({} if callee is None else callee.values)})
