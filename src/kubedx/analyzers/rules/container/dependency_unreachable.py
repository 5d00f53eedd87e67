"""dependency-unreachable"""

from collections.abc import Iterator

from kubedx.analyzers import AskLog, AskValues, Hit, Outcome, rule
from kubedx.analyzers.callee import Callee, callee_of
from kubedx.analyzers.configured_in import configured_in
from kubedx.analyzers.crashes import Kind, crashes
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.log_classes import DNS, MEANINGS
from kubedx.analyzers.log_reading import Telling
from kubedx.analyzers.log_words import Address, address_in
from kubedx.analyzers.unready import Unready, unready_containers
from kubedx.findings import Confidence, Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import ConfigMap, Container, CronJob, Job, Namespace, Pod, Service


@rule(
    filter="Pod",
    on=Pod,
    consults=(Service, Namespace, ConfigMap, Job, CronJob),
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    suffers=Effect.CANNOT_CONNECT,
    produces=WITHOUT_PODS,
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
            for answer in _with_origin(pod, crash.view.container, address, callee, crash.told, inventory):
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
    for callee in _with_origin(unready.pod, unready.view.container, address, found, told, inventory):
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


def _with_origin(
    pod: Pod, container: Container, address: Address | None, callee: Callee, told: Telling, inventory: Inventory
) -> Iterator[Callee | AskValues]:
    """The callee, with the ConfigMap that names it as the cause where the address itself is wrong: no such Service, port or name."""
    wrong = "meant" in callee.values or "ports" in callee.values or (not callee.words and told.error_class == DNS)
    found = callee
    if address is not None and callee.cause is None and wrong:
        for origin in configured_in(pod, container, address.host, inventory):
            if isinstance(origin, AskValues):
                yield origin
                continue
            found = Callee(
                f"{callee.words}{origin.words}",
                origin.ref,
                (*callee.evidence, origin.evidence),
                {**callee.values, "key": origin.key, "config_map": origin.ref.name},
            )
    yield found


def _callee(told: Telling, pod: Pod, inventory: Inventory) -> tuple[Address | None, Callee]:
    address = (address_in(told.reason) if told.reason else None) or address_in(told.line)
    return address, callee_of(address, pod.namespace, inventory) if address else Callee()


def _values(address: Address | None, callee: Callee, told: Telling) -> dict[str, str]:
    return {
        "host": address.host if address else "",
        "port": str(address.port or "") if address else "",
        "address": str(address) if address else "",
        "class_meaning": MEANINGS.get(told.error_class, ""),
        "log": told.words,
        **callee.values,
    }
