"""dependency-unreachable"""

from collections.abc import Iterator

from kubedx.analyzers import AskLog, AskValues, Hit, Outcome, rule
from kubedx.analyzers.callee import Callee, callee_log, callee_of
from kubedx.analyzers.callee_origin import with_origin
from kubedx.analyzers.container_state import is_well
from kubedx.analyzers.crashes import Kind, crashes
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.log_classes import MEANINGS, REFUSED
from kubedx.analyzers.log_reading import Telling
from kubedx.analyzers.log_words import Address, address_in
from kubedx.analyzers.obstacle import shut_off, with_obstacle
from kubedx.analyzers.reachability import REACHABILITY
from kubedx.analyzers.unready import Unready, unready_containers
from kubedx.findings import Confidence, Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Pod


@rule(
    filter="Pod",
    on=Pod,
    consults=REACHABILITY,
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    suffers=Effect.CANNOT_CONNECT,
    produces=WITHOUT_PODS,
    unless=is_well,
    added="0.1",
)
def dependency_unreachable(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A container ends or is not ready, and its log says that it cannot reach something it needs.

    ## What it means
    The program waits for a database, queue or other service and gets no connection: the name does not resolve, nothing listens, or nothing
    answers. What stands behind the address in this cluster is told: no such Service, no such port, no ready pod, or nothing unusual.

    ## When it is not reported
    For lines of the log in a pod that is ready, and for addresses of the pod itself (localhost).

    ## How to fix it
    Correct the address in the workload's settings, or mend the Service and the pods behind it.
    """
    for crash in crashes(pod, inventory, Kind.UNREACHABLE):
        if isinstance(crash, AskLog):
            yield crash
        elif crash.told is not None:
            address, callee = _callee(crash.told, pod, inventory)
            if crash.told.error_class == REFUSED and callee.cause is None and "service" in callee.values:
                yield from callee_log(callee, inventory)
            for answer in with_origin(pod, crash.view.container, address, callee, crash.told.error_class, inventory):
                if isinstance(answer, AskValues):
                    yield answer
                    continue
                yield crash.hit(
                    f"{crash.words}{crash.log_words}{answer.words}",
                    cause=answer.cause,
                    evidence=answer.evidence,
                    values=_values(address, answer, crash.told),
                )
    for unready in unready_containers(pod, inventory):
        if isinstance(unready, AskLog):
            yield unready
        elif unready.unreachable is not None:
            yield from _of_unready(unready, unready.unreachable, inventory)


def _of_unready(unready: Unready, told: Telling, inventory: Inventory) -> Iterator[Hit | AskValues]:
    address, found = _callee(told, unready.pod, inventory)
    for callee in with_origin(unready.pod, unready.view.container, address, found, told.error_class, inventory):
        yield callee if isinstance(callee, AskValues) else _unready_hit(unready, told, address, callee)


def _unready_hit(unready: Unready, told: Telling, address: Address | None, callee: Callee) -> Hit:
    return Hit(
        message=f"{unready.words}; its log says: {told.words}{callee.words}",
        evidence=(*unready.evidence, *callee.evidence),
        part=unready.part,
        cause=callee.cause,
        since=unready.since,
        error_class=told.error_class,
        values={**unready.values, **_values(address, callee, told)},
    )


def _callee(told: Telling, pod: Pod, inventory: Inventory) -> tuple[Address | None, Callee]:
    address = (address_in(told.reason) if told.reason else None) or address_in(told.line)
    if address is None:
        return None, shut_off(pod, told.error_class, inventory)
    return address, with_obstacle(pod, address, callee_of(address, pod.namespace, inventory), told.error_class, inventory)


def _values(address: Address | None, callee: Callee, told: Telling) -> dict[str, str]:
    return {
        "host": address.host if address else "",
        "port": str(address.port or "") if address else "",
        "address": str(address) if address else "",
        "class_meaning": MEANINGS.get(told.error_class, ""),
        "log": told.words,
        **callee.values,
    }
