"""The workload that a Service was probably meant to select.

Not every workload of a namespace is compared with every Service: an index by labels and by pieces of words yields the few to compare.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.near_miss import nearest
from kubedx.inventory import Inventory
from kubedx.kube import DaemonSet, Deployment, KubeObject, Service, StatefulSet, pod_template

CANDIDATES = (Deployment, StatefulSet, DaemonSet)
MAX_ALIKE = 25
"""Workloads that are compared closely."""
MAX_CROWD = 60
"""A piece that more workloads share tells nothing about which one is meant."""
PIECE = 3

Index = Mapping[tuple[str, str], tuple[KubeObject, ...]]


def meant_workload(service: Service, inventory: Inventory) -> KubeObject | None:
    """The one workload whose labels share most with the selector, or whose name or label values are nearly its; None when none is alone."""
    scored = [(_likeness(service, labels_of(one), one.name), one) for one in _alike(service, inventory)]
    best = max((score for score, _one in scored), default=0)
    alike = [one for score, one in scored if score == best]
    return alike[0] if best > 0 and len(alike) == 1 else None


def labels_of(workload: KubeObject) -> Mapping[str, str]:
    """The labels of a workload's pods."""
    template = pod_template(workload)
    return template.metadata.labels if template is not None else {}


def _likeness(service: Service, labels: Mapping[str, str], name: str) -> int:
    selector = service.spec.selector
    score = sum(4 for key, value in selector.items() if labels.get(key) == value)
    for key, value in selector.items():
        if labels.get(key) != value and (nearest(value, labels.values()) or value in labels.values() or nearest(key, labels)):
            score += 3
    if name == service.name:
        return score + 3
    return score + (2 if nearest(service.name, [name]) else 0)


def _alike(service: Service, inventory: Inventory) -> list[KubeObject]:
    """The workloads of the namespace that share most words, or pieces of words, with the Service."""
    index = _index(inventory)
    shared: Counter[tuple[str, str]] = Counter()
    found: dict[tuple[str, str], KubeObject] = {}
    for piece in set(_pieces((*service.spec.selector.values(), service.name))):
        crowd = index.get((service.namespace, piece), ())
        for one in crowd if len(crowd) <= MAX_CROWD else ():
            key = one.kind.kind, one.name
            found[key] = one
            shared[key] += 1
    ranked = sorted(shared, key=lambda key: (-shared[key], key))
    return [found[key] for key in ranked[:MAX_ALIKE]]


@once_per_inventory
def _index(inventory: Inventory) -> Index:
    """The workloads of a namespace by the words of their labels and names, and by the pieces of these."""
    found: dict[tuple[str, str], list[KubeObject]] = {}
    for kind in CANDIDATES:
        for one in inventory.list(kind):
            for piece in set(_pieces((*labels_of(one).values(), one.name))):
                found.setdefault((one.namespace, piece), []).append(one)
    return {key: tuple(workloads) for key, workloads in found.items()}


def _pieces(words: Iterable[str]) -> Iterator[str]:
    """Each word, and every three letters in a row of it."""
    for word in words:
        plain = "".join(letter for letter in word.lower() if letter.isalnum())
        yield f"={plain}"
        for start in range(max(1, len(plain) - PIECE + 1)):
            yield plain[start : start + PIECE]
