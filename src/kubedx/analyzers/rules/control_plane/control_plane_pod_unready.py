"""control-plane-pod-unready"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import is_well
from kubedx.analyzers.control_plane import component_of
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.starting import is_ready
from kubedx.findings import Confidence, Effect, Evidence, Severity
from kubedx.inventory import Found, Inventory
from kubedx.kube import ContainerStatus, Node, Pod, condition

PATIENCE = timedelta(minutes=2)
FOLLOWS = {
    "kube-scheduler": "new pods stay Pending",
    "kube-controller-manager": "nothing is created, moved or cleaned up",
    "kube-apiserver": "requests to it fail",
    "etcd": "nothing can be read or written once its members have no majority",
    "cloud-controller-manager": "load balancers, routes and new nodes are not set up",
}


@rule(
    filter="ControlPlane",
    on=Pod,
    consults=(Node,),
    severity=Severity.ERROR,
    suffers=Effect.NOT_READY,
    produces=(Effect.CANNOT_BE_CREATED, Effect.CANNOT_SCHEDULE, Effect.CANNOT_BE_DELETED, *WITHOUT_PODS),
    unless=is_well,
    added="0.1",
)
def control_plane_pod_unready(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A component of the control plane is not ready on a node: etcd, kube-apiserver, kube-scheduler, kube-controller-manager.

    ## What it means
    With other instances that are ready, redundancy is lost (a warning). With none it is an error: without the scheduler new pods stay
    Pending, without the controller manager nothing is created or cleaned up. Why it is not ready is told by the state of its container.

    ## When it is not reported
    In the first two minutes, when the node itself is not ready (then its pods cannot tell), and on clusters whose control plane is not
    shown as pods.

    ## How to fix it
    Look at the component's log, and at its manifest in `/etc/kubernetes/manifests` on that node.
    """
    component = component_of(pod)
    if not component or is_ready(pod) or pod.metadata.deletion_timestamp is not None or _is_silent(pod.spec.node_name, inventory):
        return
    ready = condition(pod, "Ready")
    since = ready.last_transition_time if ready is not None else pod.metadata.creation_timestamp
    if since is None or inventory.now - since < PATIENCE:
        return
    others = [one for one in _instances(component, pod, inventory) if is_ready(one)]
    state, evidence = _state(pod)
    yield Hit(
        message=(
            f"{component} on node {pod.spec.node_name} is not ready{state}; "
            + (f"{len(others)} other instances are ready" if others else f"no other instance is: {FOLLOWS[component]}")
        ),
        evidence=(
            field(pod, "status.conditions[Ready].status", ready.status if ready is not None else ""),
            *evidence,
        ),
        severity=Severity.WARNING if others else Severity.ERROR,
        confidence=Confidence.CERTAIN,
        since=since,
        values={"component": component, "node": pod.spec.node_name, "follows": FOLLOWS[component]},
    )


def _instances(component: str, pod: Pod, inventory: Inventory) -> list[Pod]:
    return [one for one in inventory.list(Pod, pod.namespace) if one.name != pod.name and component_of(one) == component]


def _is_silent(name: str, inventory: Inventory) -> bool:
    found = inventory.get(Node, "", name)
    ready = condition(found.object, "Ready") if isinstance(found, Found) else None
    return ready is not None and ready.status != "True"


def _state(pod: Pod) -> tuple[str, tuple[Evidence, ...]]:
    for status in pod.status.container_statuses:
        if not status.ready:
            said, path, value = _of_container(status)
            return said, (field(pod, f"status.containerStatuses[{status.name}].{path}", value),)
    return (f": {quoted(pod.status.message)}" if pod.status.message else ""), ()


def _of_container(status: ContainerStatus) -> tuple[str, str, str]:
    waiting, last = status.state.waiting, status.last_state.terminated or status.state.terminated
    if waiting is not None and waiting.reason:
        code = f", exit code {last.exit_code}" if last is not None else ""
        return f": {waiting.reason}{code}", "state.waiting.reason", waiting.reason
    if status.state.terminated is not None:
        return (
            f": ended with exit code {status.state.terminated.exit_code}",
            "state.terminated.exitCode",
            str(status.state.terminated.exit_code),
        )
    return ": its probe fails", "ready", "false"
