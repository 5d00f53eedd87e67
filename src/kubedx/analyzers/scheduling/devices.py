"""DynamicResources: claims for devices. Which devices suit a claim is decided by expressions, which are not evaluated here.

Source: pkg/scheduler/framework/plugins/dynamicresources in kubernetes/kubernetes.
"""

from collections.abc import Iterator
from typing import NamedTuple

from kubedx.analyzers.scheduling.check import Check, Impossible
from kubedx.inventory import Absent, Found, Inventory, Lookup
from kubedx.kube import DeviceClass, Node, NodeSelector, Pod, ResourceClaim, matches_node

NOT_HERE = "resourceclaim not available on the node"
MAX_USERS = 256
"""Pods that one claim can serve."""


class WantedClaim(NamedTuple):
    """A claim of a pod: its name in the pod, its own name (empty while none was made), and the template that it is made from."""

    entry: str
    name: str
    template: str


class ClassRequest(NamedTuple):
    """A request of a claim for one class, by the name that the scheduler gives it."""

    request: str
    device_class: str


def prepare(pod: Pod, inventory: Inventory) -> Check | Impossible | None:
    """An allocated claim binds the pod to the nodes of its devices; of one that is not, only the class can be looked at."""
    if not pod.spec.resource_claims:
        return None
    selectors: list[NodeSelector] = []
    unsure = False
    for wanted in wanted_claims(pod):
        match find_device_claim(pod, wanted, inventory):
            case Found(object=claim) if claim.status.allocation is not None:
                if not _can_use(pod, claim):
                    return Impossible("resourceclaim in use")
                selectors += [claim.status.allocation.node_selector] if claim.status.allocation.node_selector is not None else []
            case Found(object=claim):
                absent = next(absent_classes(claim, inventory), None)
                if absent is not None:
                    return Impossible(f"request {absent.request}: device class {absent.device_class} does not exist")
                unsure = True
            case _:
                unsure = True

    def check(node: Node) -> tuple[str, ...] | None:
        if any(not matches_node(selector, node.name, node.metadata.labels) for selector in selectors):
            return (NOT_HERE,)
        return None if unsure else ()

    return check


def wanted_claims(pod: Pod) -> Iterator[WantedClaim]:
    """The claims of a pod."""
    made = {one.name: one.resource_claim_name for one in pod.status.resource_claim_statuses}
    for one in pod.spec.resource_claims:
        yield WantedClaim(one.name, one.resource_claim_name or made.get(one.name, ""), one.resource_claim_template_name)


def find_device_claim(pod: Pod, wanted: WantedClaim, inventory: Inventory) -> Lookup[ResourceClaim]:
    """A claim of a pod; absent, too, while none was made from its template."""
    return inventory.get(ResourceClaim, pod.namespace, wanted.name) if wanted.name else Absent(confirmed=False)


def requests_of(claim: ResourceClaim) -> Iterator[ClassRequest]:
    """What a claim asks for, by class."""
    for request in claim.spec.devices.requests:
        if request.exactly is not None:
            yield ClassRequest(request.name, request.exactly.device_class_name)
        for one in request.first_available:
            yield ClassRequest(f"{request.name}/{one.name}", one.device_class_name)


def absent_classes(claim: ResourceClaim, inventory: Inventory) -> Iterator[ClassRequest]:
    """The requests of a claim for classes that do not exist."""
    for one in requests_of(claim):
        if isinstance(inventory.get(DeviceClass, "", one.device_class), Absent):
            yield one


def _can_use(pod: Pod, claim: ResourceClaim) -> bool:
    users = claim.status.reserved_for
    return len(users) < MAX_USERS or any(one.resource == "pods" and one.uid == pod.uid for one in users)
