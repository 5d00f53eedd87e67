"""Where a program listens, as its own log says."""

import re
from collections.abc import Iterable, Iterator

import msgspec

from kubedx.analyzers.evidence import field, log_lines
from kubedx.analyzers.log_levels import said
from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.reachability import doors_of, service_at
from kubedx.analyzers.starting import is_ready
from kubedx.findings import Evidence
from kubedx.inventory import Found, Inventory
from kubedx.kube import Pod, Ref, Service, ServicePort, pattern_of

MAX_LINE = 300
"""Characters of a line that is looked at."""
MAX_QUOTE = 160

_SAYS = pattern_of(
    r"\blisten(?:s|ing)?\b|\b(?:running|started|serving|served|bound|available)\b.{0,40}?(?:\bon\b|\bat\b|\bto\b)", re.IGNORECASE
)
_AT = pattern_of(
    r"(?P<host>0\.0\.0\.0|127\.0\.0\.1|localhost|\[[0-9a-f:]*\]|\*|(?<![\w.:])(?=:))(?::|[\"']?, ?(?:port )?)(?P<port>\d{2,5})(?![\w.:])"
    r"|\bport(?:\(s\)|s)?[\"']?[ :=]{1,3}[\"']?(?P<plain>\d{2,5})(?![\w.:])",
    re.IGNORECASE,
)
"""`0.0.0.0:8080`, `:8080`, `[::]:8080`, `"0.0.0.0", port 5432`, `port 8080`, `port(s): 8080 (http)`."""
_BESIDE = pattern_of(r"metric|prometheus|health|probe|debug|pprof|profil|admin|management|telemetry", re.IGNORECASE)
"""What programs open beside the port of their work."""
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})


class Listening(msgspec.Struct, frozen=True):
    """A port on which a program says that it listens, whether only for its own pod, and the line."""

    port: int
    loopback: bool
    line: str


class Missed(msgspec.Struct, frozen=True):
    """Why nothing listens where a Service sends to, though its pods are ready: in words, with what shows it.

    It is the Service `by_service` where the program listens as its container declares, and the Service sends elsewhere.
    """

    words: str
    evidence: tuple[Evidence, ...]
    by_service: bool = False


def listens(lines: Iterable[str]) -> Iterator[Listening]:
    """The ports on which a log says that its program listens for its work."""
    for line in lines:
        words = line[:MAX_LINE]
        if not _SAYS.search(words) or _BESIDE.search(words):
            continue
        for match in _AT.finditer(words):
            port = int(match["port"] or match["plain"])
            if 0 < port < 65536:
                yield Listening(port, (match["host"] or "").lower() in _LOOPBACK, line.strip())


@once_per_inventory
def missed(inventory: Inventory, ref: Ref, number: int) -> Missed | None:
    """What the logs of a Service's ready pods say of a port of it that refuses connections; None where they say nothing against it.

    `number` is the Service's port, 0 for all of them. Only logs at hand are looked at.
    """
    service = service_at(ref, inventory)
    if service is None or not service.spec.selector:
        return None
    for pod in inventory.select_labels(Pod, service.namespace, service.spec.selector):
        if not is_ready(pod):
            continue
        for port in service.spec.ports:
            if number in {0, port.port}:
                found = _of_pod(pod, service, port, inventory)
                if found is not None:
                    return found
    return None


def _of_pod(pod: Pod, service: Service, port: ServicePort, inventory: Inventory) -> Missed | None:
    doors = doors_of(service, pod.spec, (port.port,))
    told = [(container.name, each) for container in pod.spec.containers for each in _of_log(pod, container.name, inventory)]
    if len(doors) != 1 or not told:
        return None
    target = doors[0].number
    there = [(container, each) for container, each in told if each.port == target]
    if any(not each.loopback for _container, each in there):
        return None
    container, each = (there or told)[-1]
    quote = log_lines(pod.ref, container, each.line)
    if there:
        words = f'pod "{pod.name}" listens on the loopback address only, as its log says: {said(each.line)[:MAX_QUOTE]}'
        return Missed(words, (quote,))
    if len({one.port for _container, one in told}) > 1:
        return None
    told_of = f'pod "{pod.name}" listens on {each.port}, as its log says: {said(each.line)[:MAX_QUOTE]}'
    sent_to = port.port if port.target_port is None else port.target_port
    declared = {one.container_port for container in pod.spec.containers for one in container.ports}
    if {target, each.port} <= declared:
        return None
    shown = (quote, field(service, f"spec.ports[{port.name or port.port}].targetPort", sent_to))
    return Missed(f"the service sends to port {target}, but {told_of}", shown, by_service=each.port in declared and target not in declared)


def _of_log(pod: Pod, container: str, inventory: Inventory) -> list[Listening]:
    found = inventory.log(pod.ref, container)
    return list(listens(found.object.lines)) if isinstance(found, Found) else []
