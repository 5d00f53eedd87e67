"""image-never-pulled"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import (
    is_well,
    label,
    part,
    spec_path,
    suspect_containers,
    unready_since,
    waiting_evidence,
    waiting_for,
)
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Node, Pod


@rule(
    filter="Pod",
    on=Pod,
    consults=(Node,),
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_START,
    produces=WITHOUT_PODS,
    own_reason=True,
    unless=is_well,
    added="0.1",
)
def image_never_pulled(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A container's image is not on its node and must not be pulled.

    ## What it means
    The container has `imagePullPolicy: Never`, so the kubelet only uses an image that is on the node already, and it is not there.

    ## When it is not reported
    When the image is on the node, and with any other pull policy.

    ## How to fix it
    Set `imagePullPolicy` to `IfNotPresent`, or load the image onto every node that may run the pod.
    """
    for view in suspect_containers(pod):
        reason, _ = waiting_for(view)
        if reason != "ErrImageNeverPull":
            continue
        image, node = view.container.image, pod.spec.node_name
        elsewhere = _nodes_with(image, inventory)
        hint = f"; {', '.join(elsewhere)} has it" if len(elsewhere) == 1 else ""
        yield Hit(
            message=f'{label(view)} has imagePullPolicy Never, and image "{image}" is not on node "{node}"{hint}',
            evidence=(
                field(pod, f"{spec_path(view)}.imagePullPolicy", view.container.image_pull_policy or "Never"),
                *waiting_evidence(pod, view),
            ),
            part=part(view),
            since=unready_since(pod),
            values={"image": image, "node": node},
        )


def _nodes_with(image: str, inventory: Inventory) -> list[str]:
    """The nodes that report the image; they report only the largest ones."""
    nodes = inventory.list(Node).items
    return [f'node "{node.name}"' for node in nodes if any(image in one.names for one in node.status.images)]
