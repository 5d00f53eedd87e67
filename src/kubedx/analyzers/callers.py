"""What the callers of a Service say about it in their logs."""

import re
from collections.abc import Iterable, Iterator

import msgspec

from kubedx.analyzers.evidence import log_lines
from kubedx.analyzers.rule import AskLog
from kubedx.findings import Evidence
from kubedx.inventory import EdgeKind, Found, Inventory, Unknown
from kubedx.kube import LogKey, Pod, Ref, Service, pattern_of

MAX_CALLERS = 4
MAX_LINES = 500

REFUSED = pattern_of(r"refused|ECONNREFUSED", re.IGNORECASE)
UNREACHABLE = pattern_of(
    r"refused|timed? ?out|no route to host|unreachable|ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|connection reset|deadline exceeded"
    r"|Errno 11[013]|(?:cannot|can't|could not|unable to|failed to) (?:reach|connect)|connection failed",
    re.IGNORECASE,
)
UNRESOLVED = pattern_of(
    r"no such host|name or service not known|name does not resolve|could not resolve|can(?:no|')t resolve|getaddrinfo|ENOTFOUND"
    r"|EAI_AGAIN|NXDOMAIN|SERVFAIL|unknown host|UnknownHost|temporary failure in name resolution|nodename nor servname"
    r"|could not translate host name|server misbehaving|bad address|\blookup [^\s:]{1,253} on \S{2,50}:\d+: ",
    re.IGNORECASE,
)


class Complaint(msgspec.Struct, frozen=True):
    """A line of a caller's log that complains about a Service."""

    caller: Ref
    line: str
    evidence: Evidence


def complaints(service: Service, inventory: Inventory, pattern: re.Pattern[str], words: tuple[str, ...]) -> Iterator[Complaint | AskLog]:
    """Of each caller of a Service the last line that matches the pattern and holds one of the words; asks for logs that nobody has read."""
    for caller in _callers(service, inventory):
        yield from complaints_of(caller, _pods(caller, inventory), inventory, pattern, words)


def complaints_of(
    caller: Ref, pods: Iterable[Pod], inventory: Inventory, pattern: re.Pattern[str], words: tuple[str, ...] | None = None
) -> Iterator[Complaint | AskLog]:
    """Of each container of these pods the last line that matches the pattern and holds one of the words, where there are any."""
    wanted = None if words is None else tuple(word.lower() for word in words if word)
    for pod in pods:
        for status in pod.status.init_container_statuses + pod.status.container_statuses:
            for previous in (False, True) if status.restart_count else (False,):
                yield from _of_log(pod, status.name, previous, inventory, pattern, wanted, caller)


def _of_log(  # one log, and what to look for in it
    pod: Pod, container: str, previous: bool, inventory: Inventory, pattern: re.Pattern[str], words: tuple[str, ...] | None, caller: Ref
) -> Iterator[Complaint | AskLog]:
    match inventory.log(pod.ref, container, previous=previous):
        case Unknown(reason=""):
            yield AskLog(LogKey(pod.ref, container, previous))
        case Found(object=log):
            matching = (line for line in log.lines[-MAX_LINES:] if pattern.search(line))
            lines = [line for line in matching if words is None or any(word in line.lower() for word in words)]
            if lines:
                yield Complaint(caller, lines[-1], log_lines(pod.ref, container, lines[-1], previous=previous, count=len(lines)))


def _callers(service: Service, inventory: Inventory) -> tuple[Ref, ...]:
    owners = {inventory.top_owner_of(edge.source) for edge in inventory.edges_to(service.ref, EdgeKind.CALLS)}
    return tuple(sorted(owners))[:MAX_CALLERS]


def _pods(caller: Ref, inventory: Inventory) -> tuple[Pod, ...]:
    """The newest pod of a caller that has begun to run."""
    pods = (pod for pod in inventory.list(Pod, caller.namespace) if pod.status.start_time and inventory.top_owner_of(pod.ref) == caller)
    newest = sorted(pods, key=lambda pod: (pod.metadata.creation_timestamp is None, pod.metadata.creation_timestamp), reverse=True)
    return tuple(newest[:1])
