"""endpoints-not-updated"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.effects import BEHIND_A_SERVICE
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.service._backends import selected_pods, selects_pods
from kubedx.findings import Confidence, Effect, Severity
from kubedx.inventory import EdgeKind, Found, Inventory
from kubedx.kube import EndpointSlice, Pod, Service

PATIENCE = timedelta(minutes=3)
"""The controller writes endpoints within seconds; lists may be of different moments."""
MAX_PODS = 3


@rule(
    filter="Service",
    on=Service,
    reads=(Pod, EndpointSlice),
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    suffers=Effect.NO_ENDPOINTS,
    produces=BEHIND_A_SERVICE,
    added="0.1",
)
def endpoints_not_updated(service: Service, inventory: Inventory) -> Iterator[Outcome]:
    """Pods of a Service have been ready for minutes, and none of its EndpointSlices holds their addresses.

    ## What it means
    The controller that keeps endpoints (part of kube-controller-manager) does not run, or cannot write: a quota on EndpointSlices, a
    webhook that rejects them. Connections go to addresses from before, or nowhere.

    ## When it is not reported
    In the first three minutes in which a pod is ready, for Services whose endpoints something else keeps, and where there is no
    EndpointSlice at all: then they were left out of what was read.

    ## How to fix it
    See whether kube-controller-manager runs and what it logs.
    """
    created = service.metadata.creation_timestamp
    if not selects_pods(service) or (created is not None and inventory.now - created < PATIENCE):
        return
    ready = [pod for pod in selected_pods(service, inventory) if _is_settled(pod, inventory.now)]
    if not ready or not inventory.list(EndpointSlice).items:
        return
    known = _addresses(service, inventory)
    lost = [pod for pod in ready if not known & {pod.status.pod_ip, *(one.ip for one in pod.status.pod_ips)}]
    if not lost:
        return
    names = ", ".join(f'"{pod.name}" ({pod.status.pod_ip})' for pod in lost[:MAX_PODS])
    yield Hit(
        message=f"no EndpointSlice holds the address of pod {names}, though it is ready",
        evidence=(
            *(field(pod, "status.podIP", pod.status.pod_ip) for pod in lost[:MAX_PODS]),
            field(service, "spec.selector", ", ".join(f"{key}={value}" for key, value in sorted(service.spec.selector.items()))),
        ),
        severity=Severity.ERROR if len(lost) == len(ready) else Severity.WARNING,
        since=max((moment for pod in lost if (moment := _ready_since(pod))), default=None),
        values={"pod": lost[0].name, "address": lost[0].status.pod_ip},
    )


def _ready_since(pod: Pod) -> datetime | None:
    return next((one.last_transition_time for one in pod.status.conditions if one.type == "Ready" and one.status == "True"), None)


def _is_settled(pod: Pod, now: datetime) -> bool:
    """Whether a pod has been ready for some time, with an address, and stays."""
    since = _ready_since(pod)
    return bool(pod.status.pod_ip) and pod.metadata.deletion_timestamp is None and since is not None and now - since >= PATIENCE


def _addresses(service: Service, inventory: Inventory) -> set[str]:
    """Every address in the slices of a Service, ready or not."""
    # equivalent mutant: Endpoints, which are of another kind, have no slice of their name
    refs = {edge.target for edge in inventory.edges_from(service.ref, EdgeKind.ROUTES) if edge.target.kind == EndpointSlice.KIND.kind}
    slices = (inventory.get(EndpointSlice, ref.namespace, ref.name) for ref in refs)
    return {
        address for found in slices if isinstance(found, Found) for endpoint in found.object.endpoints for address in endpoint.addresses
    }
