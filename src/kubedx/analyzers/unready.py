"""Containers that run and are not ready: what their readiness probe is told, and what their log tells."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from kubedx.analyzers.container_state import is_live, is_well, label, part, unready_since
from kubedx.analyzers.evidence import event, field, log_lines
from kubedx.analyzers.log_classes import UNREACHABLE
from kubedx.analyzers.log_reading import Telling, telling
from kubedx.analyzers.log_words import address_in, is_local
from kubedx.analyzers.probes import READINESS, STARTUP, answer, budget, failures, path_of, probe_of, question, typical
from kubedx.analyzers.rule import AskLog
from kubedx.findings import Evidence
from kubedx.inventory import Found, Inventory, Unknown
from kubedx.kube import ContainerRole, ContainerView, Event, LogKey, Pod, Probe, container_statuses

TAIL = 40
"""Lines of a log, from its end, that tell of the present."""


class Unready(msgspec.Struct, frozen=True):
    """A container that runs past its time and is not ready. `failure` is the probe's event, where there is one left."""

    pod: Pod
    view: ContainerView
    probe: Probe
    failure: Event | None
    told: Telling | None = None
    log: Evidence | None = None

    @property
    def words(self) -> str:
        """`container "api" is not ready: readiness probe GET :8080/ready answers 503`"""
        said = answer(self.failure.message).words if self.failure else "does not succeed"
        return f"{label(self.view)} is not ready: readiness probe {question(self.probe)} {said}"

    @property
    def part(self) -> str:
        """The finding's part."""
        return part(self.view)

    @property
    def since(self) -> datetime | None:
        """Since when the pod is not ready."""
        return unready_since(self.pod)

    @property
    def unreachable(self) -> Telling | None:
        """What the log says of something that cannot be reached, outside of the pod."""
        if self.told is None or self.told.error_class not in UNREACHABLE or self._is_answered():
            return None
        address = address_in(self.told.words)
        return self.told if address is None or not is_local(address) else None

    def _is_answered(self) -> bool:
        """Whether the program says to the probe that it knows no such path, or no such caller: that is no dependency."""
        return self.failure is not None and 400 <= answer(self.failure.message).status < 500

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The probe, the container's state, the probe's failure and the log."""
        name = self.view.container.name
        group = "initContainers" if self.view.role is ContainerRole.SIDECAR else "containers"
        return (
            field(self.pod, f"{self.view.path}.ready", "false"),
            field(self.pod, f"spec.{group}[{name}].{path_of(READINESS, self.probe)}", question(self.probe)),
            *((event(self.failure),) if self.failure else ()),
            *((self.log,) if self.log else ()),
        )

    @property
    def values(self) -> dict[str, str]:
        """Words for the playbook."""
        return {
            "container": self.view.container.name,
            "probe": question(self.probe),
            "answer": answer(self.failure.message).words if self.failure else "",
        }


def unready_containers(pod: Pod, inventory: Inventory) -> Iterator[Unready | AskLog]:
    """The running containers whose readiness probe fails past its time, with what their log tells; asks for logs that nobody has read."""
    if not is_live(pod) or is_well(pod):
        return
    for view in container_statuses(pod):
        probe = probe_of(view.container, READINESS)
        if probe is None or not _is_overdue(view, probe, inventory.now):
            continue
        failure = typical(failures(pod, view.container.name, READINESS, inventory))
        match inventory.log(pod.ref, view.container.name):
            case Unknown(reason=""):
                yield AskLog(LogKey(pod.ref, view.container.name))
                yield Unready(pod, view, probe, failure)
            case Found(object=log):
                yield _with_log(Unready(pod, view, probe, failure), log.lines)
            case _:
                yield Unready(pod, view, probe, failure)


def _is_overdue(view: ContainerView, probe: Probe, now: datetime) -> bool:
    """Whether a container runs, is not ready, and has had the time that its probes allow."""
    status = view.status
    if status is None or status.ready or status.state.running is None or view.role in {ContainerRole.INIT, ContainerRole.EPHEMERAL}:
        return False
    startup = probe_of(view.container, STARTUP)
    if startup is not None and not status.started:
        return False
    started = status.state.running.started_at
    allowed = budget(probe) + (budget(startup) if startup is not None else timedelta())
    return started is None or now - started > allowed


def _with_log(unready: Unready, lines: tuple[str, ...]) -> Unready:
    found = telling(lines[-TAIL:])
    if found is None:
        return unready
    quote = log_lines(unready.pod.ref, unready.view.container.name, found.text, count=found.count)
    return msgspec.structs.replace(unready, told=found, log=quote)
