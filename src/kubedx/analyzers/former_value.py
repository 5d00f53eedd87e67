"""What the revision before said in the place of a value that is wrong now."""

from kubedx.analyzers.container_state import revision
from kubedx.inventory import Found, Inventory
from kubedx.kube import Container, Kind, Pod, PodTemplateSpec, ReplicaSet, containers, references


def former_name(pod: Pod, kind: Kind, name: str, inventory: Inventory) -> str | None:
    """The object of that kind which the revision before named in place of one that is absent; None unless it is one alone, and exists."""
    template = _former_template(pod, inventory)
    if template is None:
        return None
    places = {(one.use, one.part) for one in references(pod.spec, pod.name) if (one.kind, one.name) == (kind, name)}
    now = {one.name for one in references(pod.spec, pod.name) if one.kind == kind}
    named = {one.name for one in references(template.spec) if one.kind == kind and (one.use, one.part) in places} - now
    alone = named.pop() if len(named) == 1 else None
    return alone if alone and isinstance(inventory.find(kind.ref(pod.namespace, alone)), Found) else None


def former_image(pod: Pod, container: Container, inventory: Inventory) -> str | None:
    """The image that the container had in the revision before; None where there was none, or it is the same."""
    template = _former_template(pod, inventory)
    before = (one.container for one in containers(template.spec)) if template is not None else ()
    image = next((one.image for one in before if one.name == container.name), "")
    return image if image and image != container.image else None


def used_before(value: str | None, meant: str | None) -> str:
    """A clause for a message, where it says more than what was meant does; empty otherwise."""
    return f'; the revision before used "{value}"' if value and value != meant else ""


def _former_template(pod: Pod, inventory: Inventory) -> PodTemplateSpec | None:
    """The template of the revision before that of a pod of a Deployment."""
    owner = inventory.controller(pod)
    if not isinstance(owner, Found) or not isinstance(owner.object, ReplicaSet):
        return None
    deployment = inventory.controller(owner.object)
    if not isinstance(deployment, Found):
        return None
    number = revision(owner.object)
    older = [one for one in inventory.owned_by(deployment.object, ReplicaSet) if 0 < revision(one) < number]
    return max(older, key=revision).spec.template if older else None
