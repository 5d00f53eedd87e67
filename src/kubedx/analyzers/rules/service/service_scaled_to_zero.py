"""service-scaled-to-zero"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.effects import BEHIND_A_SERVICE
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.service._backends import (
    WORKLOADS,
    is_relied_on,
    replicas,
    selected_pods,
    selected_workloads,
    selects_pods,
    users_of,
)
from kubedx.findings import Effect, Severity
from kubedx.inventory import EdgeKind, Inventory
from kubedx.kube import KubeObject, Pod, Service

MAX_USERS = 3
SCALE = "scale"
"""The subresource by which `kubectl scale` and autoscalers change the number of replicas."""


@rule(
    filter="Service",
    on=Service,
    reads=(Pod,),
    consults=WORKLOADS,
    severity=Severity.ERROR,
    suffers=Effect.NO_ENDPOINTS,
    produces=BEHIND_A_SERVICE,
    own_reason=True,
    added="0.1",
)
def service_scaled_to_zero(service: Service, inventory: Inventory) -> Iterator[Outcome]:
    """A Service leads to a workload that is scaled to zero, while something relies on it.

    ## What it means
    The workload behind the Service has `replicas: 0`, so the Service has no endpoints and its callers are refused. An error when an
    Ingress, a load balancer, a webhook or another workload uses the Service; for information when nothing does.

    ## When it is not reported
    When the workload has pods. It is only for information when an autoscaler manages the workload, which may scale to zero on purpose.

    ## How to fix it
    Scale the workload up. If it is meant to be off, take away what still leads to it.
    """
    if not selects_pods(service) or selected_pods(service, inventory):
        return
    workloads = selected_workloads(service, inventory)
    if not workloads or any(replicas(one) != 0 for one in workloads):
        return
    workload = workloads[0]
    scaled = bool(inventory.edges_to(workload.ref, EdgeKind.SCALES))
    relied_on = is_relied_on(service, inventory)
    users = users_of(service, inventory)[:MAX_USERS]
    said = f", although {' and '.join(users)} {'relies' if len(users) == 1 else 'rely'} on it" if users else ""
    yield Hit(
        message=f'no endpoints: {workload.kind.kind} "{workload.name}" is scaled to 0 replicas{_by_whom(workload)}{said}',
        evidence=(
            field(workload, "spec.replicas", 0),
            field(service, "spec.selector", ", ".join(f"{key}={value}" for key, value in sorted(service.spec.selector.items()))),
        ),
        cause=workload.ref,
        severity=Severity.ERROR if relied_on and not scaled else Severity.INFO,
        values={"workload_name": workload.name, "workload_kind": workload.kind.kind.lower()},
    )


def _by_whom(workload: KubeObject) -> str:
    """Who scaled the workload last and when, as far as the API server has kept it."""
    scalings = [one for one in workload.metadata.managed_fields if one.subresource == SCALE]
    if not scalings:
        return ""
    last = max(scalings, key=lambda one: (one.time is not None, one.time))
    return f" by {last.manager or 'somebody'}" + (f" at {last.time:%Y-%m-%d %H:%M} UTC" if last.time is not None else "")
