"""image-pull-failed"""

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
from kubedx.analyzers.evidence import event, field
from kubedx.analyzers.former_value import former_image, used_before
from kubedx.analyzers.near_miss import did_you_mean
from kubedx.analyzers.rules.container._image_candidates import meant_image
from kubedx.analyzers.rules.container._pull_error import (
    AUTH,
    OTHER,
    OWN_REASONS,
    RATE_LIMIT,
    REPOSITORY_ABSENT,
    TAG_ABSENT,
    THROTTLED,
    pull_error,
)
from kubedx.findings import Effect, Evidence, Severity
from kubedx.inventory import Absent, Inventory
from kubedx.kube import ContainerView, Event, Node, Pod, Ref, ReplicaSet, Secret

PULL_FAILED = ("ErrImagePull", "ImagePullBackOff", "ImageInspectError", "RegistryUnavailable", "SignatureValidationFailed")


@rule(
    filter="Pod",
    on=Pod,
    consults=(Secret, Node, ReplicaSet),
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_START,
    produces=WITHOUT_PODS,
    unless=is_well,
    added="0.1",
)
def image_pull_failed(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """The image of a container cannot be pulled.

    ## What it means
    The node asked the registry for the image and did not get it. The message says of which kind the error is: no such tag, no such
    repository (which registries do not tell apart from a private one), a refused login, a limit on pulls, or a registry that cannot
    be reached. Where the name is near that of a Docker official image, or of an image that runs in this cluster, that one is named.

    ## When it is not reported
    While the first pull is in progress, for pods that have ended or are being deleted, and when only the kubelet's own limit on the
    rate of pulls was met.

    ## How to fix it
    Correct the image in the pod template. For a private registry put a login for it into a Secret and name that in
    `imagePullSecrets`. For a registry that cannot be reached, check DNS, proxy and firewall of the node.
    """
    for view in suspect_containers(pod):
        reason, message = waiting_for(view)
        if reason not in PULL_FAILED or THROTTLED in message:
            continue
        failure = _failure(pod, view, inventory)
        said = f"{reason} {message} {failure.message if failure else ''}"
        error = pull_error(said)
        image = view.container.image
        secret = _absent_pull_secret(pod, inventory) if error in {AUTH, REPOSITORY_ABSENT, RATE_LIMIT} else None
        meant = None if secret else meant_image(image, error, inventory)
        clause = "" if error is OTHER else f": {error.words}"
        before = former_image(pod, view.container, inventory) if error in {TAG_ABSENT, REPOSITORY_ABSENT, OTHER} else None
        hint = did_you_mean(meant) + used_before(before, meant)
        lacks = f'; its pull secret "{secret.name}" does not exist' if secret else ""
        yield Hit(
            message=f'{label(view)} cannot pull image "{image}"{clause}{lacks}{hint}',
            evidence=_evidence(pod, view, failure),
            part=part(view),
            cause=secret,
            absent=secret,
            since=unready_since(pod),
            error_class=error.name,
            own_reason=error in OWN_REASONS,
            values={
                "image": image,
                "meant": meant or before or "",
                "reason": clause.removeprefix(": "),
                "secret": secret.name if secret else "",
            },
        )


def _failure(pod: Pod, view: ContainerView, inventory: Inventory) -> Event | None:
    """The newest event that tells why: before Kubernetes 1.31 the status of a container in back-off does not."""
    failures = inventory.events(pod, reasons=("Failed",))
    about = [one for one in failures if one.message.startswith("Failed to pull image") and f'"{view.container.image}"' in one.message]
    return about[-1] if about else None


def _evidence(pod: Pod, view: ContainerView, failure: Event | None) -> tuple[Evidence, ...]:
    image = field(pod, f"{spec_path(view)}.image", view.container.image)
    return (image, *waiting_evidence(pod, view), *((event(failure),) if failure else ()))


def _absent_pull_secret(pod: Pod, inventory: Inventory) -> Ref | None:
    """The first pull secret of a pod that does not exist, when none of them does."""
    names = [secret.name for secret in pod.spec.image_pull_secrets if secret.name]
    refs = [Secret.KIND.ref(pod.namespace, name) for name in names]
    if refs and all(isinstance(inventory.find(ref), Absent) for ref in refs):
        return refs[0]
    return None
