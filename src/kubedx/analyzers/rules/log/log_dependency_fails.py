"""log-dependency-fails"""

from collections.abc import Iterator

from kubedx.analyzers import Outcome, rule
from kubedx.analyzers.addresses import service_of
from kubedx.analyzers.callee import Callee, callee_log, callee_of, workload_behind
from kubedx.analyzers.log_classes import UPSTREAM
from kubedx.analyzers.log_words import Address, address_in
from kubedx.analyzers.rules.log._callees import complaining_callee, is_outside, service_called
from kubedx.analyzers.rules.log._complaints import FILTER, Complaint, complaints
from kubedx.findings import Confidence, Effect, Severity
from kubedx.inventory import Found, Inventory
from kubedx.kube import Namespace, Pod, Ref, Service


@rule(
    filter=FILTER,
    on=Pod,
    consults=(Service, Namespace),
    severity=Severity.WARNING,
    confidence=Confidence.POSSIBLE,
    suffers=Effect.REQUESTS_FAIL,
    produces=(Effect.REQUESTS_FAIL, Effect.CANNOT_CONNECT),
    added="0.1",
)
def log_dependency_fails(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A container is ready, and its log says again and again that what it calls answers with errors.

    ## What it means
    The other program is reached and answers 500, 502, 503 or a gRPC status that says the same. The fault is there, not here: the workload
    behind the Service is named, and what its own log complains of explains this.

    ## When it is not reported
    As a fault only while it goes on: several times, up to the end of the log; else for information. Requests that the program itself
    answers with an error do not count.

    ## How to fix it
    Look at the workload that answers so: its log says why.
    """
    for complaint in complaints(pod, inventory, (UPSTREAM,)):
        address = address_in(complaint.error.line)
        named = service_called(pod, complaint.error.line, inventory) if address is None else None
        if named is not None:
            address = Address(f"{named.name}.{named.namespace}.svc")
        callee = callee_of(address, pod.namespace, inventory) if address is not None else Callee()
        service = _service(callee, inventory)
        if service is not None:
            cause = workload_behind(service, inventory)
        else:
            # Who answers so is not told: it is the only one of those called that complains, too.
            cause = complaining_callee(pod, inventory) if address is None else None
        yield complaint.hit(
            _clause(complaint, address, cause, inventory)
            if service is not None or cause is None
            else f"; {cause}, which it calls, complains too",
            cause=cause,
            evidence=callee.evidence,
            values={"address": str(address or ""), "workload_behind": cause.name if cause else "", **callee.values},
            confidence=Confidence.LIKELY if service is not None and cause is not None else None,
        )
        if service is not None:
            yield from callee_log(callee, inventory)


def _service(callee: Callee, inventory: Inventory) -> Ref | None:
    if "service" not in callee.values:
        return None
    found = inventory.get(Service, callee.values.get("service_namespace", ""), callee.values["service"])
    return found.object.ref if isinstance(found, Found) else None


def _clause(complaint: Complaint, address: Address | None, cause: Ref | None, inventory: Inventory) -> str:
    if cause is not None:
        return f"; that is {cause}"
    if address is not None and is_outside(address, complaint.pod, inventory):
        return f"; {address.host} is outside of the cluster"
    known = address is not None and service_of(address.host, complaint.pod.namespace, inventory) is not None
    return "" if not known else f"; several workloads stand behind {address.host}" if address else ""
