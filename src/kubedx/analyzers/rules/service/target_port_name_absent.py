"""target-port-name-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.effects import BEHIND_A_SERVICE
from kubedx.analyzers.evidence import field
from kubedx.analyzers.near_miss import nearest
from kubedx.analyzers.rules.service._backends import (
    WORKLOADS,
    declared_ports,
    selected_pods,
    selected_workloads,
    selects_pods,
    serving_containers,
)
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import KubeObject, Pod, Service, ServicePort, pod_spec

MAX_NAMES = 6


@rule(
    filter="Service",
    on=Service,
    reads=(Pod,),
    consults=WORKLOADS,
    severity=Severity.ERROR,
    produces=BEHIND_A_SERVICE,
    added="0.1",
)
def target_port_name_absent(service: Service, inventory: Inventory) -> Iterator[Outcome]:
    """A Service leads to a port by a name that no container of its pods declares.

    ## What it means
    `targetPort` is a name. Kubernetes looks it up among the declared ports of each pod, and leaves out the pods that have none of that
    name and protocol. So this port of the Service leads nowhere, although the pods are ready.

    ## When it is not reported
    When some of the selected pods declare the name, as during a rollout, and for ports given by number.

    ## How to fix it
    Set `targetPort` to a name that the containers declare, or to the number; or name the port in the pod template.
    """
    if not selects_pods(service):
        return
    backends: tuple[KubeObject, ...] = selected_pods(service, inventory) or selected_workloads(service, inventory)
    for port in service.spec.ports:
        if isinstance(port.target_port, str) and not port.target_port.isdigit() and backends:
            yield from _judge(service, port, port.target_port, backends)


def _judge(service: Service, port: ServicePort, name: str, backends: tuple[KubeObject, ...]) -> Iterator[Hit]:
    specs = [spec for one in backends if (spec := pod_spec(one)) is not None]
    if any(declared.name == name for spec in specs for declared in declared_ports(spec, port.protocol)):
        return
    first = specs[0]
    declared = [one for container in serving_containers(first) for one in container.ports]
    other_protocol = next((one for one in declared if one.name == name), None)
    meant = nearest(name, [one.name for one in declared if one.name])
    names = ", ".join(f"{one.name or 'unnamed'} ({one.container_port})" for one in declared[:MAX_NAMES])
    known = f"; they declare {names}" if names else "; they declare no ports"
    if other_protocol is not None:
        known = f"; they declare it with protocol {other_protocol.protocol}, the port wants {port.protocol}"
    label = port.name or str(port.port)
    yield Hit(
        message=f'port {label} leads to target port "{name}", which no container of the selected pods declares{known}',
        evidence=(
            field(service, f"spec.ports[{label}].targetPort", name),
            field(
                backends[0], "spec.containers[].ports" if isinstance(backends[0], Pod) else "spec.template.spec.containers[].ports", names
            ),
        ),
        part=f"port {label}",
        values={"port": label, "target": name, "meant": meant or "", "declared": names},
    )
