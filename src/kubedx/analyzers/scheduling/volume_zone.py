"""VolumeZone: bound volumes with labels of a zone. Source: pkg/scheduler/framework/plugins/volumezone in kubernetes/kubernetes."""

from collections.abc import Iterable
from typing import NamedTuple

from kubedx.analyzers.scheduling.check import Check, Impossible
from kubedx.analyzers.scheduling.claims import claims_of, find_claim
from kubedx.inventory import Absent, Found, Inventory
from kubedx.kube import Node, PersistentVolume, Pod

CONFLICT = "node(s) had no available volume zone"
_NEW = {
    "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
}
_KEYS = (*_NEW, *_NEW.values())
_SEPARATOR = "__"


class _Place(NamedTuple):
    key: str
    values: frozenset[str]


def prepare(pod: Pod, inventory: Inventory) -> Check | Impossible | None:
    """A node with labels of zones must be in the zones of the pod's volumes; one without may be anywhere."""
    places: list[_Place] = []
    for name in _volumes(pod, inventory):
        match inventory.get(PersistentVolume, "", name):
            case Found(object=volume):
                places += _places(volume)
            case Absent():
                return Impossible(f'persistentvolume "{name}" not found')
            case _:
                return lambda node: None  # noqa: ARG005  # a check's form
    if not places:
        return None

    return lambda node: () if _is_in(node, places) else (CONFLICT,)


def other_zones(volume: PersistentVolume, nodes: Iterable[Node]) -> str | None:
    """The zones of a volume by its labels, in words, where none of the nodes is in them."""
    places = _places(volume)
    here = [_is_in(node, places) for node in nodes] if places else []
    return None if not here or any(here) else " and ".join(f"{place.key} is {' or '.join(sorted(place.values))}" for place in places)


def _is_in(node: Node, places: list[_Place]) -> bool:
    labels = node.metadata.labels
    if not any(key in labels for key in _KEYS):
        return True
    own = [labels.get(place.key, labels.get(_NEW.get(place.key, place.key))) for place in places]
    return all(value in place.values for value, place in zip(own, places, strict=True))


def _places(volume: PersistentVolume) -> list[_Place]:
    labels = volume.metadata.labels
    return [_Place(key, frozenset(labels[key].split(_SEPARATOR))) for key in _KEYS if key in labels]


def _volumes(pod: Pod, inventory: Inventory) -> list[str]:
    """The volumes of the claims that have one."""
    found = [find_claim(pod, wanted.name, inventory) for wanted in claims_of(pod) if not wanted.ephemeral]
    return [one.object.spec.volume_name for one in found if isinstance(one, Found) and one.object.spec.volume_name]
