"""What is probably a slip in manifests, though nothing refuses it: an image that differs by a letter or two from one that is known."""

from collections.abc import Iterable, Iterator

from kubedx.analyzers import OFFICIAL_IMAGES, ImageReference, image_name_fault, parse_image, slips, with_repository, with_tag
from kubedx.inventory import Inventory
from kubedx.kube import (
    Container,
    CronJob,
    DaemonSet,
    Deployment,
    KubeObject,
    Node,
    Pod,
    StatefulSet,
    container_statuses,
    containers,
    pod_spec,
)

MOST_MEANT = 2
"""Images that are suggested in place of one."""

LONG_ENOUGH = 5
"""Letters of a name before likeness to an official image means something: `cart` is not meant to be `dart`."""

_WITH_PODS = (CronJob, DaemonSet, Deployment, StatefulSet)


def image_doubts(applied: Iterable[KubeObject], inventory: Inventory) -> tuple[str, ...]:
    """A sentence for each image that this cluster has never pulled, and that one which it has, or an official one, was probably meant for.

    What its siblings run and what the workload itself ran before are known by their pods, or where these are gone by their templates.
    """
    known = frozenset(parse_image(image) for image in _known(inventory))
    told = []
    for one in applied:
        for container in _containers(one):
            meant = _meant(container.image, known) if container.image and not image_name_fault(container.image) else ()
            if meant:
                quoted = " or ".join(f'"{image}"' for image in meant[:MOST_MEANT])
                told.append(
                    f'{one.ref}: nothing here has pulled image "{container.image}" of container "{container.name}"; did you mean {quoted}?'
                )
    return tuple(dict.fromkeys(told))


def _containers(one: KubeObject) -> Iterator[Container]:
    spec = pod_spec(one)
    return (each.container for each in containers(spec)) if spec is not None else iter(())


def _known(inventory: Inventory) -> Iterator[str]:
    for pod in inventory.list(Pod):
        yield from (view.container.image for view in container_statuses(pod) if view.status is not None and view.status.image_id)
    for node in inventory.list(Node):
        yield from (image for one in node.status.images for image in one.names if "@" not in image)
    for kind in _WITH_PODS:
        yield from (container.image for workload in inventory.list(kind) for container in _containers(workload))


def _meant(image: str, known: frozenset[ImageReference]) -> tuple[str, ...]:
    """The images that were probably meant, written as this one is; none for one that is known."""
    name = parse_image(image)
    if name in known:
        return ()
    same = [one for one in known if (one.registry, one.repository) == (name.registry, name.repository)]
    if same:
        return tuple(with_tag(image, tag) for tag in slips(name.tag or "latest", (one.tag or "latest" for one in same if not one.digest)))
    repositories = {one.repository for one in known if one.registry == name.registry}
    if name.is_official:
        if name.repository in OFFICIAL_IMAGES:
            return ()
        repositories |= OFFICIAL_IMAGES if len(name.repository) >= LONG_ENOUGH else frozenset()
    return tuple(with_repository(image, name.repository, repository) for repository in slips(name.repository, repositories))
