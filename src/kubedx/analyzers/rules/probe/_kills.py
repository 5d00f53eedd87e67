"""Containers that a probe ended, and how bad that is."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from kubedx.analyzers.container_state import ending_since, label, last_end, part, suspect_containers, waiting_for
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import event, field
from kubedx.analyzers.probes import Answer, answer, declared, failures, killer, path_of, probe_of, question, target_port, typical
from kubedx.analyzers.rule import Hit
from kubedx.findings import Evidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import ContainerStateTerminated, ContainerView, Event, Pod, Probe

RECENT = timedelta(minutes=10)
KILLED = WITHOUT_PODS


class Kill(msgspec.Struct, frozen=True):
    """A container that a probe ended last."""

    pod: Pod
    view: ContainerView
    kind: str
    probe: Probe
    path: str
    end: ContainerStateTerminated
    failure: Event
    severity: Severity
    since: datetime | None

    @property
    def restarts(self) -> int:
        """How often the container was restarted."""
        return self.view.status.restart_count if self.view.status else 0

    @property
    def answer(self) -> Answer:
        """What the probe was told."""
        return answer(self.failure.message)

    @property
    def words(self) -> str:
        """`container "web" is killed by its liveness probe, 6 restarts: GET :8081/healthz is refused`"""
        again = f", {self.restarts} restarts" if self.restarts != 1 else ", 1 restart"
        said = answer(self.failure.message).words
        return f"{label(self.view)} is killed by its {self.kind} probe{again}: {question(self.probe)} {said}"

    def hit(self, more: str, values: dict[str, str]) -> Hit:
        """The report, with more words at its end."""
        name = self.view.container.name
        group = "initContainers" if "init" in self.view.path else "containers"
        return Hit(
            message=f"{self.words}{more}",
            evidence=(
                field(self.pod, f"spec.{group}[{name}].{path_of(self.kind, self.probe)}", question(self.probe)),
                event(self.failure),
                field(self.pod, f"{self.path}.exitCode", self.end.exit_code),
                field(self.pod, f"{self.view.path}.restartCount", self.restarts),
                *_ports(self.pod, self.view, group),
            ),
            part=part(self.view),
            severity=self.severity,
            since=self.since,
            error_class=f"{self.kind}-probe",
            own_reason=answer(self.failure.message).is_unknown_request,
            values={
                "container": name,
                "probe": question(self.probe),
                "answer": answer(self.failure.message).words,
                "restarts": str(self.restarts),
                **values,
            },
        )


def _ports(pod: Pod, view: ContainerView, group: str) -> tuple[Evidence, ...]:
    told = declared(view.container)
    return (field(pod, f"spec.{group}[{view.container.name}].ports", told),) if told else ()


def killed_by(pod: Pod, kind: str, inventory: Inventory) -> Iterator[Kill]:
    """The containers of a pod that a probe of this kind ended last, unless that is long past."""
    for view in suspect_containers(pod):
        end, probe = last_end(view), probe_of(view.container, kind)
        if end is None or probe is None or killer(pod, view, inventory) != kind:
            continue
        failure = typical(failures(pod, view.container.name, kind, inventory))
        severity = _severity(view, end[1], inventory)
        if failure is not None and severity is not None:
            yield Kill(pod, view, kind, probe, end[0], end[1], failure, severity, ending_since(pod, view, end[1], inventory))


def _severity(view: ContainerView, end: ContainerStateTerminated, inventory: Inventory) -> Severity | None:
    recent = end.finished_at is None or inventory.now - end.finished_at < RECENT
    restarts = view.status.restart_count if view.status else 0
    if waiting_for(view)[0] or (view.status is not None and not view.status.ready):
        return Severity.ERROR if recent or waiting_for(view)[0] else None
    return Severity.WARNING if recent and restarts > 1 else None


def port_words(view: ContainerView, probe: Probe) -> tuple[str, str]:
    """A clause when the container does not declare the port that a probe asks, and the port that was probably meant."""
    port = target_port(view.container, probe)
    ports = [one.container_port for one in view.container.ports]
    if port is None or not ports or port in ports:
        return "", ""
    return f"; the container declares no port {port} but {declared(view.container)}", str(ports[0]) if len(ports) == 1 else ""
