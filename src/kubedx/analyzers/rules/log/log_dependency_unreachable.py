"""log-dependency-unreachable"""

from collections.abc import Iterator

import msgspec

from kubedx.analyzers import AskLog, AskValues, Hit, Outcome, rule
from kubedx.analyzers.addresses import addresses, service_of
from kubedx.analyzers.callee import Callee, callee_log, callee_of
from kubedx.analyzers.callee_origin import is_misaddressed, with_origin
from kubedx.analyzers.log_classes import DNS, TIMEOUT, UNREACHABLE
from kubedx.analyzers.log_words import Address, address_in, is_local
from kubedx.analyzers.obstacle import advertised, shut_off, with_obstacle
from kubedx.analyzers.reachability import REACHABILITY
from kubedx.analyzers.rules.log._callees import complaining_behind, is_outside
from kubedx.analyzers.rules.log._complaints import FILTER, Complaint, complaints
from kubedx.findings import Confidence, Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import ConfigMap, Pod, Secret, Service


@rule(
    filter=FILTER,
    on=Pod,
    consults=REACHABILITY,
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    suffers=Effect.CANNOT_CONNECT,
    produces=(Effect.REQUESTS_FAIL, Effect.CANNOT_CONNECT),
    added="0.1",
)
def log_dependency_unreachable(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A container is ready, and its log says again and again that it cannot reach something it needs.

    ## What it means
    The probes of the pod do not notice it, but what the program does for its users fails: the name does not resolve, nothing listens, or
    nothing answers. What stands behind the address is told: no such Service, no such port, no ready pod, or a host outside of the cluster.

    ## When it is not reported
    As a fault only while it goes on: several times, up to the end of the log, with no word of success after it; else for information.
    Not where the workload's own variables or arguments name a Service or port that does not exist: a rule of the workload says that.

    ## How to fix it
    Correct the address where it is written, or mend the Service and the pods behind it.
    """
    for complaint in complaints(pod, inventory, UNREACHABLE):
        address = address_in(complaint.error.line) or address_in(complaint.error.text)
        callee = _callee(complaint, address, inventory)
        wrong = is_misaddressed(callee, complaint.error.error_class)
        if wrong and callee.values and _is_in_template(pod, callee.values["service"], inventory):
            continue
        yield from _of_callee(complaint, address, callee, inventory)


def _of_callee(complaint: Complaint, address: Address | None, found: Callee, inventory: Inventory) -> Iterator[Hit | AskLog | AskValues]:
    pod, view = complaint.pod, complaint.view
    for callee in with_origin(pod, view.container, address, found, complaint.error.error_class, inventory):
        if isinstance(callee, AskValues):
            yield callee
            continue
        where = callee.words or (f"; {address.host} is outside of the cluster" if address and is_outside(address, pod, inventory) else "")
        yield complaint.hit(
            where,
            cause=callee.cause,
            evidence=callee.evidence,
            values={"address": str(address or ""), "host": address.host if address else "", **callee.values},
            confidence=Confidence.POSSIBLE if address is None or is_local(address) else None,
            own_reason=_is_own(complaint, address, callee, inventory),
        )
        if callee.values.get("service") and not is_misaddressed(callee, complaint.error.error_class):
            yield from callee_log(callee, inventory)


def _is_own(complaint: Complaint, address: Address | None, callee: Callee, inventory: Inventory) -> bool:
    """Whether nothing that is wrong with another program explains it: the address is written wrongly, or leads out of the cluster."""
    if callee.cause is not None:
        return callee.cause.kind in {ConfigMap.KIND.kind, Secret.KIND.kind}
    # A name that does not resolve may be one that the cluster's DNS should make.
    return complaint.error.error_class != DNS and address is not None and is_outside(address, complaint.pod, inventory)


def _callee(complaint: Complaint, address: Address | None, inventory: Inventory) -> Callee:
    """What stands behind the address, with the first broken hop of the way to it while the error goes on."""
    if address is None:
        return shut_off(complaint.pod, complaint.error.error_class, inventory) if complaint.goes_on else Callee()
    if is_local(address):
        return advertised(complaint.pod, address, inventory)
    found = callee_of(address, complaint.pod.namespace, inventory)
    if not complaint.goes_on:
        return found
    return _with_late(with_obstacle(complaint.pod, address, found, complaint.error.error_class, inventory), complaint, inventory)


def _with_late(callee: Callee, complaint: Complaint, inventory: Inventory) -> Callee:
    """The callee, with the workload behind it where it does not answer in time, nothing is in the way, and its own log complains too."""
    name, namespace = callee.values.get("service"), callee.values.get("service_namespace")
    if complaint.error.error_class != TIMEOUT or callee.cause is not None or not name or not namespace:
        return callee
    behind = complaining_behind(Service.KIND.ref(namespace, name), inventory)
    if behind is None:
        return callee
    return msgspec.structs.replace(callee, words=f"{callee.words}; {behind} complains in its own log", cause=behind)


def _is_in_template(pod: Pod, service: str, inventory: Inventory) -> bool:
    """Whether the variables or arguments of the pod name that Service."""
    told = (service_of(one.host, pod.namespace, inventory) for one in addresses(pod.spec, pod.namespace, inventory))
    return any(ref is not None and ref.name == service for ref in told)
