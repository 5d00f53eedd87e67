"""log-credentials-refused"""

from collections.abc import Iterator

from kubedx.analyzers import Outcome, rule
from kubedx.analyzers.callee import callee_of
from kubedx.analyzers.evidence import field
from kubedx.analyzers.log_classes import AUTH
from kubedx.analyzers.log_words import address_in
from kubedx.analyzers.rules.log._complaints import FILTER, complaints
from kubedx.analyzers.rules.log._credentials import credential_for
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
def log_credentials_refused(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A container is ready, and its log says again and again that its credentials are refused.

    ## What it means
    A database, queue or other program answers that the user, password, key or token is wrong, has expired or may not do this (401, 403).
    The Secret that the credential comes from is named where the variables tell it. The line in a database's own log is of its client.

    ## When it is not reported
    As a fault only while it goes on: several times, up to the end of the log, with no word of success after it; else for information.
    Refusals of the Kubernetes API have a rule of their own; those that the program itself gives to its clients do not count.

    ## How to fix it
    Put the valid credential into the Secret and restart the pods, or grant the user what it asks for.
    """
    for complaint in complaints(pod, inventory, (AUTH,)):
        if complaint.client is not None:
            yield complaint.hit()
            continue
        address = address_in(complaint.error.line)
        callee = callee_of(address, pod.namespace, inventory) if address is not None else None
        credential = credential_for(pod, complaint.view.container, complaint.error.text, address.host if address else "")
        yield complaint.hit(
            credential.words if credential is not None else "",
            cause=credential.source if credential is not None else None,
            evidence=(field(pod, credential.path, f"{credential.source.kind} {credential.source.name}"),)
            if credential is not None and credential.source is not None
            else (),
            values={
                "address": str(address or ""),
                "secret": credential.source.name if credential is not None and credential.source is not None else "",
                "variable": credential.place.removeprefix("env ") if credential is not None and credential.place.startswith("env ") else "",
                **({} if callee is None else callee.values),
            },
        )
