"""probe-port-name-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import is_well, label, part, suspect_containers, unready_since
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field
from kubedx.analyzers.near_miss import did_you_mean, nearest_few, only
from kubedx.analyzers.probes import LIVENESS, READINESS, STARTUP, declared, path_of, probe_of, unknown_port_name
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Pod


@rule(
    filter="Pod",
    on=Pod,
    severity=Severity.ERROR,
    produces=(Effect.CRASHES, *WITHOUT_PODS),
    unless=is_well,
    added="0.1",
)
def probe_port_name_absent(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A probe asks a port by a name that its container does not declare.

    ## What it means
    `port: http` in a probe stands for the port of the same container with that name. There is none, so that the probe can never succeed.

    ## When it is not reported
    When the name is declared, even with another port than the program listens on.

    ## How to fix it
    Name the port in the container's `ports`, or use a name that is there, or the number.
    """
    del inventory
    for view in suspect_containers(pod):
        for kind in (STARTUP, READINESS, LIVENESS):
            probe = probe_of(view.container, kind)
            name = unknown_port_name(view.container, probe) if probe is not None else ""
            if probe is None or not name:
                continue
            near = nearest_few(name, [port.name for port in view.container.ports if port.name])
            meant = only(near)
            has = f"it declares {declared(view.container)}" if view.container.ports else "it declares none"
            hint = did_you_mean(near)
            yield Hit(
                message=f'{kind} probe of {label(view)} asks port "{name}", which the container does not declare: {has}{hint}',
                evidence=(field(pod, f"spec.containers[{view.container.name}].{path_of(kind, probe)}.port", name),),
                part=part(view),
                since=unready_since(pod),
                error_class=f"{kind}-probe",
                values={"container": view.container.name, "port": name, "probe": kind, "meant": meant or ""},
            )
