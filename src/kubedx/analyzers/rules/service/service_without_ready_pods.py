"""service-without-ready-pods"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.effects import BEHIND_A_SERVICE
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.service._backends import WORKLOADS, replicas, selected_pods, selected_workloads, selects_pods
from kubedx.analyzers.starting import GRACE, is_ready, is_starting
from kubedx.findings import Effect, Evidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import KubeObject, Pod, Service

MAX_PODS = 3


@rule(
    filter="Service",
    on=Service,
    reads=(Pod,),
    consults=WORKLOADS,
    severity=Severity.ERROR,
    suffers=Effect.NO_ENDPOINTS,
    produces=BEHIND_A_SERVICE,
    added="0.1",
)
def service_without_ready_pods(service: Service, inventory: Inventory) -> Iterator[Outcome]:
    """A Service selects pods, or a workload that should have some, and not one of them is ready.

    ## What it means
    The Service has no ready endpoint, so its callers are refused or wait. Why the pods are not ready is nearly always told by a finding
    on them, to which this one is attached.

    ## When it is not reported
    While the pods start (within the time that their own probes allow), for Services that publish addresses that are not ready, and when
    one pod at least is ready, be it one that is being deleted and within its grace period.

    ## How to fix it
    Look at the pods that the selector matches.
    """
    if not selects_pods(service) or service.spec.publish_not_ready_addresses:
        return
    pods = selected_pods(service, inventory)
    selector = field(service, "spec.selector", ", ".join(f"{key}={value}" for key, value in sorted(service.spec.selector.items())))
    if pods:
        if any(_serves(pod, inventory) or is_starting(pod, inventory.now) for pod in pods):
            return
        yield _not_ready(pods, (selector,))
        return
    short = [one for one in selected_workloads(service, inventory) if _should_have_pods(one, inventory)]
    if short and not inventory.select_labels(Pod, service.namespace, service.spec.selector).items:
        workload = short[0]
        yield Hit(
            message=f'no endpoints: {workload.kind.kind} "{workload.name}", which it selects, has no pods',
            evidence=(selector, field(workload, "spec.replicas", replicas(workload))),
            values={"workload_name": workload.name, "workload_kind": workload.kind.kind.lower()},
        )


def _serves(pod: Pod, inventory: Inventory) -> bool:
    """Whether a pod takes traffic. One that ends in good order does so as well, where no other does.

    https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#conditions
    """
    end = pod.metadata.deletion_timestamp
    return is_ready(pod) and (end is None or inventory.now < end)


def _not_ready(pods: tuple[Pod, ...], evidence: tuple[Evidence, ...]) -> Hit:
    conditions = [(pod, one) for pod in pods for one in pod.status.conditions if one.type == "Ready"]
    if all(pod.metadata.deletion_timestamp for pod in pods):
        state = "its only pod is being deleted" if len(pods) == 1 else f"all of its {len(pods)} pods are being deleted"
    else:
        state = "its only pod is not ready" if len(pods) == 1 else f"none of its {len(pods)} pods is ready"
    return Hit(
        message=f"no ready endpoints: {state}",
        evidence=(
            *evidence,
            *(field(pod, "status.conditions[Ready].status", one.status) for pod, one in conditions[:MAX_PODS]),
            *(field(pod, "status.phase", pod.status.phase) for pod in pods[: MAX_PODS if not conditions else 0]),
        ),
        since=max((one.last_transition_time for _pod, one in conditions if one.last_transition_time), default=None),
        values={"pods": str(len(pods))},
    )


def _should_have_pods(workload: KubeObject, inventory: Inventory) -> bool:
    """Whether a workload asks for pods and has had time to make them."""
    created = workload.metadata.creation_timestamp
    return bool(replicas(workload)) and (created is None or inventory.now - created >= GRACE)
