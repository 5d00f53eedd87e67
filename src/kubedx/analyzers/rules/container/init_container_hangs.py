"""init-container-hangs"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import AskLog, Hit, Outcome, rule
from kubedx.analyzers.callee import Callee, callee_of
from kubedx.analyzers.container_state import is_well, label, part, suspect_containers
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field, log_lines
from kubedx.analyzers.log_reading import last_line, telling
from kubedx.analyzers.log_words import Address, address_in
from kubedx.analyzers.obstacle import with_obstacle
from kubedx.analyzers.reachability import REACHABILITY
from kubedx.findings import Confidence, Effect, Evidence, Severity
from kubedx.inventory import Found, Inventory, Unknown
from kubedx.kube import ContainerRole, ContainerView, LogKey, Pod, format_duration

PATIENCE = timedelta(minutes=2)
"""Init containers wait for others to start; that may take a minute or two."""
CALM = timedelta(minutes=5)
"""How long one may wait for what is there, and has ready pods."""
LONG = timedelta(minutes=30)


@rule(
    filter="Pod",
    on=Pod,
    consults=REACHABILITY,
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    suffers=Effect.CANNOT_CONNECT,
    produces=(Effect.CANNOT_START, *WITHOUT_PODS),
    unless=is_well,
    added="0.1",
)
def init_container_hangs(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """An init container does not end, so that the containers after it never start.

    ## What it means
    Init containers run one after the other, each to its end. This one has run for minutes: it usually waits for something, a database or
    another service, in a loop. What it waits for is told from its log or its command, with what stands behind that address.

    ## When it is not reported
    In the first two minutes, or five when what it waits for is there; in the first thirty, when nothing tells what it waits for;
    for sidecars, which run on by design.

    ## How to fix it
    Mend what it waits for, or correct the address in its command.
    """
    for view in suspect_containers(pod):
        running = view.status.state.running if view.status is not None and view.role is ContainerRole.INIT else None
        if running is None or running.started_at is None or inventory.now - running.started_at < PATIENCE:
            continue
        line, quote = "", None
        for answer in _log(pod, view, inventory):
            if isinstance(answer, AskLog):
                yield answer
            else:
                line, quote = answer
        waited = inventory.now - running.started_at
        address = address_in(line) or address_in(" ".join((*view.container.command, *view.container.args)))
        callee = _callee(pod, address, line, inventory) if address else Callee()
        lacks = callee.cause is not None or "no " in callee.words
        if (waited < CALM and not lacks) or (waited < LONG and address is None):
            continue
        said = f"; its log says: {line}" if line else ""
        yield Hit(
            message=f"{label(view)} has not ended for {format_duration(waited)}{_waits(address)}{callee.words}{said}",
            evidence=(
                field(pod, f"{view.path}.state.running.startedAt", f"{running.started_at:%Y-%m-%dT%H:%M:%SZ}"),
                *callee.evidence,
                *((quote,) if quote is not None else ()),
            ),
            part=part(view),
            cause=callee.cause,
            confidence=None if callee.words else Confidence.POSSIBLE,
            severity=Severity.ERROR if address else Severity.WARNING,
            since=running.started_at,
            values={
                "container": view.container.name,
                "address": str(address or ""),
                "waited": format_duration(waited),
                "log": line,
                **callee.values,
            },
        )


def _callee(pod: Pod, address: Address, line: str, inventory: Inventory) -> Callee:
    told = telling((line,))
    return with_obstacle(pod, address, callee_of(address, pod.namespace, inventory), told.error_class if told else "", inventory)


def _waits(address: Address | None) -> str:
    return f": it waits for {address}" if address else ""


def _log(pod: Pod, view: ContainerView, inventory: Inventory) -> Iterator[AskLog | tuple[str, Evidence]]:
    match inventory.log(pod.ref, view.container.name):
        case Unknown(reason=""):
            yield AskLog(LogKey(pod.ref, view.container.name))
        case Found(object=log):
            told = telling(log.lines)
            line = told.words if told else last_line(log.lines)
            if line:
                yield line, log_lines(pod.ref, view.container.name, told.text if told else line, count=told.count if told else 1)
