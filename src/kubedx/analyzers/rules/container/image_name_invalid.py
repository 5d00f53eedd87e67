"""image-name-invalid"""

import re
from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import label, part, suspect_containers, unready_since, waiting_evidence, waiting_for
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field
from kubedx.analyzers.image_reference import parse_image
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Pod

_TAG = re.compile(r"\w[\w.-]{0,127}")
_REPOSITORY = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*")
_SCHEME = re.compile(r"^[a-z]+://")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")


@rule(filter="Pod", on=Pod, severity=Severity.ERROR, suffers=Effect.CANNOT_START, produces=WITHOUT_PODS, added="0.1")
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
    del inventory
    for view in suspect_containers(pod):
        reason, _ = waiting_for(view)
        if reason != "InvalidImageName":
            continue
        image = view.container.image
        why = _why(image)
        path = view.path.removeprefix("status.").replace("Statuses", "s")
        yield Hit(
            message=f'{label(view)} has image "{image}", which is no image name' + (f": {why}" if why else ""),
            evidence=(field(pod, f"spec.{path}.image", image), *waiting_evidence(pod, view)),
            part=part(view),
            since=unready_since(pod),
            values={"image": image, "reason": why},
        )


def _why(image: str) -> str:
    """The rule for image names that it breaks; empty when that cannot be told."""
    checks = (
        (bool(_SCHEME.match(image)), "it begins with a URL scheme"),
        (any(letter.isspace() for letter in image), "it holds a space"),
        (any(letter in "${}<>" for letter in image), "it holds a placeholder that was not replaced"),
        (image.rstrip().endswith((":", "/", "@")), f'it ends in "{image.rstrip()[-1:]}"'),
    )
    told = next((words for broken, words in checks if broken), "")
    return told or _of_parts(image)


def _of_parts(image: str) -> str:
    name = parse_image(image)
    if name.digest and not _DIGEST.fullmatch(name.digest):
        return f'its digest "{name.digest}" is none'
    if name.repository != name.repository.lower():
        return "its repository has capital letters"
    if ":" in name.repository:
        return "it has more than one tag"
    if name.tag and not _TAG.fullmatch(name.tag):
        return f'its tag "{name.tag}" is none'
    return "" if _REPOSITORY.fullmatch(name.repository) else f'its repository "{name.repository}" is none'
