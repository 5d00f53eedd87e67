"""The image that was probably meant where one cannot be pulled."""

from collections.abc import Iterator

from kubedx.analyzers.image_reference import ImageReference, parse_image, with_repository, with_tag
from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.near_miss import nearest
from kubedx.analyzers.official_images import OFFICIAL_IMAGES
from kubedx.analyzers.rules.container._pull_error import REPOSITORY_ABSENT, TAG_ABSENT, PullError
from kubedx.inventory import Inventory
from kubedx.kube import Node, Pod, container_statuses

_OTHER_NAMES = {"apache": "httpd", "apache2": "httpd", "mongodb": "mongo", "nodejs": "node", "postgresql": "postgres"}
"""What the software of an official image is called elsewhere, where likeness alone does not lead to the image."""

_LOOKALIKES = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1"})


def meant_image(image: str, error: PullError, inventory: Inventory) -> str | None:
    """The image that was probably meant, written as the one that failed; None when nothing is near.

    In this order: another name for an official image, whatever the error (an offline cluster cannot even ask); a tag or
    repository that runs in this cluster and differs by a slip; a version with a letter for a digit; for a tag that does
    not exist, the one tag of the repository that does run here.
    """
    name = parse_image(image)
    if name.is_official and name.repository not in OFFICIAL_IMAGES:
        official = _OTHER_NAMES.get(name.repository) or nearest(name.repository, OFFICIAL_IMAGES)
        if official is not None:
            return with_repository(image, name.repository, official)
    known = _running_images(inventory)
    tags = {one.tag or "latest" for one in known if (one.registry, one.repository) == (name.registry, name.repository) and not one.digest}
    near_tag = nearest(name.tag or "latest", tags) or _without_lookalikes(name.tag)
    if near_tag is not None:
        return with_tag(image, near_tag)
    if not tags and (repository := _near_repository(name, known)):
        return with_repository(image, name.repository, repository)
    if error in {TAG_ABSENT, REPOSITORY_ABSENT} and len(tags) == 1 and (name.tag or "latest") not in tags:
        return with_tag(image, tags.pop())
    return None


def _near_repository(name: ImageReference, known: frozenset[ImageReference]) -> str | None:
    same_registry = {one.repository for one in known if one.registry == name.registry}
    if name.is_official:
        return None
    return nearest(name.repository, same_registry)


def _without_lookalikes(tag: str) -> str | None:
    """`1.3.0` for `1.3.O`: a version number in which letters stand for the digits that look like them."""
    parts = tag.removeprefix("v").split(".")
    replaced = [part.translate(_LOOKALIKES) for part in parts]
    if len(parts) < 2 or replaced == parts or not all(part.isdigit() for part in replaced):
        return None
    return ("v" if tag.startswith("v") else "") + ".".join(replaced)


@once_per_inventory
def _running_images(inventory: Inventory) -> frozenset[ImageReference]:
    """The images that the cluster has pulled: those of containers that have run, and those on its nodes."""
    return frozenset(parse_image(image) for image in _pulled(inventory))


def _pulled(inventory: Inventory) -> Iterator[str]:
    for pod in inventory.list(Pod):
        for view in container_statuses(pod):
            if view.status is not None and view.status.image_id:
                yield view.container.image
    for node in inventory.list(Node):
        for one in node.status.images:
            yield from one.names
