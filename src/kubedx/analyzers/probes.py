"""Probes: what they ask, what they are told, and which of them kills a container."""

import re
from datetime import timedelta
from typing import NamedTuple

from kubedx.analyzers.container_state import container_events, last_end, newest
from kubedx.inventory import Inventory
from kubedx.kube import Container, ContainerView, Event, Pod, Probe, event_count, last_seen, pattern_of

LIVENESS, READINESS, STARTUP = "liveness", "readiness", "startup"

SLACK = timedelta(minutes=10)
"""How old the newest event of a probe may be when the container ended: kubelets report such events less and less often."""

_STOPPED = frozenset({0, 137, 143})
"""Exit codes of a container that was told to end: it obeyed, was killed, or died of the signal."""

_SHARE = timedelta(minutes=1)

_REFUSED = pattern_of(r"connection refused", re.IGNORECASE)
_TIMED_OUT = pattern_of(r"context deadline exceeded|timed out|i/o timeout|Client\.Timeout|timeout", re.IGNORECASE)
_STATUS = pattern_of(r"statuscode: (\d{3})")
_VERDICT = pattern_of(r"^(?:Liveness|Readiness|Startup) probe (?:failed|errored[^:]*|warning): ", re.IGNORECASE)


class Answer(NamedTuple):
    """What a probe was told: its status code, or that it was refused or not answered in time, with words for a message."""

    words: str
    status: int = 0
    refused: bool = False
    timed_out: bool = False

    @property
    def is_unknown_request(self) -> bool:
        """Whether the program answers that the request itself is wrong: it runs, and the probe asks for what is not there."""
        return self.status in {400, 401, 403, 404, 405}


def probe_of(container: Container, kind: str) -> Probe | None:
    """The probe of a container of that kind."""
    return {LIVENESS: container.liveness_probe, READINESS: container.readiness_probe, STARTUP: container.startup_probe}[kind]


def question(probe: Probe) -> str:
    """What a probe asks, in words: `GET :8080/healthz`, `TCP :5432`, `exec "cat /ready"`."""
    if probe.http_get is not None:
        get = probe.http_get
        scheme = "" if get.scheme in {"", "HTTP"} else f"{get.scheme.lower()} "
        return f"GET {scheme}{get.host}:{get.port}{get.path if get.path.startswith('/') else f'/{get.path}'}"
    if probe.tcp_socket is not None:
        return f"TCP {probe.tcp_socket.host}:{probe.tcp_socket.port}"
    if probe.grpc is not None:
        return f"gRPC :{probe.grpc.port}" + (f" {probe.grpc.service}" if probe.grpc.service else "")
    command = " ".join(probe.exec.command) if probe.exec is not None else ""
    return f'exec "{command[:120]}"'


def target_port(container: Container, probe: Probe) -> int | None:
    """The number of the port that a probe asks; None for commands and for names that the container does not declare."""
    port = probe.http_get.port if probe.http_get else probe.tcp_socket.port if probe.tcp_socket else probe.grpc.port if probe.grpc else None
    if isinstance(port, str):
        return next((one.container_port for one in container.ports if one.name == port), int(port) if port.isdigit() else None)
    return port


def unknown_port_name(container: Container, probe: Probe) -> str:
    """The port name that a probe uses and the container does not declare; empty when there is none such."""
    port = probe.http_get.port if probe.http_get else probe.tcp_socket.port if probe.tcp_socket else None
    named = isinstance(port, str) and not port.isdigit()
    return str(port) if named and all(one.name != port for one in container.ports) else ""


def declared(container: Container) -> str:
    """The ports that a container declares, in words; empty when it declares none."""
    return ", ".join(f"{one.container_port} ({one.name})" if one.name else str(one.container_port) for one in container.ports)


def path_of(kind: str, probe: Probe) -> str:
    """The field of a container that holds a probe, down to its handler."""
    handler = "httpGet" if probe.http_get else "tcpSocket" if probe.tcp_socket else "grpc" if probe.grpc else "exec"
    return f"{kind}Probe.{handler}"


def answer(message: str) -> Answer:
    """What the kubelet's event says of a probe's answer."""
    said = " ".join(_VERDICT.sub("", message).split())
    status = _STATUS.search(said)
    if status:
        return Answer(f"answers {status[1]}", status=int(status[1]))
    if _REFUSED.search(said):
        return Answer("is refused", refused=True)
    if _TIMED_OUT.search(said):
        return Answer("is not answered in time", timed_out=True)
    return Answer(f"fails: {said[:200].rstrip('.')}" if said else "fails")


def failures(pod: Pod, container: str, kind: str, inventory: Inventory) -> tuple[Event, ...]:
    """The events of failures of a probe, oldest first."""
    found = container_events(pod, container, inventory, ("Unhealthy", "ProbeWarning"))
    return tuple(event for event in found if event.message.lower().startswith(f"{kind} probe"))


def typical(events: tuple[Event, ...]) -> Event | None:
    """The failure that tells most: the most frequent of those that are still reported, since the first ones are of the start."""
    last = newest(events)
    if last is None:
        return None
    moment = last_seen(last)
    recent = [one for one in events if moment is None or (seen := last_seen(one)) is None or moment - seen < _SHARE]
    return max(recent, key=event_count)


def killer(pod: Pod, view: ContainerView, inventory: Inventory) -> str:
    """The kind of probe that ended a container last; empty when it was none."""
    end = last_end(view)
    if end is None or end[1].exit_code not in _STOPPED or end[1].reason == "OOMKilled":
        return ""
    finished, started = end[1].finished_at, end[1].started_at
    for kind in (STARTUP, LIVENESS):
        probe = probe_of(view.container, kind)
        last = newest(failures(pod, view.container.name, kind, inventory))
        seen = last_seen(last) if last else None
        if probe is None or last is None:
            continue
        if seen is None or finished is None or seen > finished - SLACK or (started is not None and seen >= started):
            return kind
    return ""


def budget(probe: Probe) -> timedelta:
    """How long a container may take until a probe has failed for good."""
    return timedelta(seconds=probe.initial_delay_seconds + probe.period_seconds * probe.failure_threshold)
