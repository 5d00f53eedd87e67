"""image-name-invalid"""

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
from kubedx.analyzers.former_value import former_image, used_before
from kubedx.analyzers.image_reference import image_name_fault
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Pod, ReplicaSet


@rule(
    filter="Pod",
    on=Pod,
    consults=(ReplicaSet,),
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_START,
    produces=WITHOUT_PODS,
    unless=is_well,
    added="0.1",
)
def image_name_invalid(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A container's image is no valid image name.

    ## What it means
    The kubelet cannot even ask a registry: the name breaks the rules for image names
    (https://pkg.go.dev/github.com/distribution/reference). The message says which: capitals in the repository, a space, a URL scheme,
    two tags, a tag or digest of the wrong form.

    ## When it is not reported
    For names that are valid and cannot be pulled: that is another rule.

    ## How to fix it
    Correct the image in the pod template. An unreplaced placeholder of a template (`${TAG}`) is a frequent reason.
    """
    for view in suspect_containers(pod):
        reason, _ = waiting_for(view)
        if reason != "InvalidImageName":
            continue
        image = view.container.image
        why = image_name_fault(image)
        before = former_image(pod, view.container, inventory)
        yield Hit(
            message=f'{label(view)} has image "{image}", which is no image name' + (f": {why}" if why else "") + used_before(before, None),
            evidence=(field(pod, f"{spec_path(view)}.image", image), *waiting_evidence(pod, view)),
            part=part(view),
            since=unready_since(pod),
            values={"image": image, "reason": why, "meant": before or ""},
        )
