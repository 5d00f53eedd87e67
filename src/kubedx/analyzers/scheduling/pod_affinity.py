"""InterPodAffinity, as far as it is required: near certain pods, away from certain pods, and off where others want to be alone.

The API server writes `matchLabelKeys` into the selector when a pod is created, so they need no look here.
Source: pkg/scheduler/framework/plugins/interpodaffinity in kubernetes/kubernetes.
"""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from kubedx.analyzers.container_state import ENDED
from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.scheduling.check import Check
from kubedx.inventory import Found, Inventory
from kubedx.kube import LabelSelector, Namespace, Node, Pod, PodAffinityTerm, selects

UNMET = "node(s) didn't match pod affinity rules"
ANTI_UNMET = "node(s) didn't match pod anti-affinity rules"
OTHERS_UNMET = "node(s) didn't satisfy existing pods anti-affinity rules"


class Lonely(NamedTuple):
    """A term by which pods that run keep others away, with one of them in each domain, by the domain."""

    namespace: str
    term: PodAffinityTerm
    holders: dict[str, Pod]


def prepare(pod: Pod, inventory: Inventory) -> Check | None:
    """First what the pod wants near, then what it wants away, then what wants it away."""
    near, away = required_terms(pod)
    lonely = [one for one in _lonely_pods(inventory) if _is_meant(one, pod, inventory) is not False]
    if not near and not away and not lonely:
        return None
    if not _namespaces_are_known(near + away, inventory) or any(_is_meant(one, pod, inventory) is None for one in lonely):
        return lambda node: None  # noqa: ARG005  # a check's form
    met = _domains_of_all(near, pod, inventory)
    first_of_its_kind = not any(met.values()) and bool(near) and all(_matches(term, pod, pod, inventory) for term in near)
    held = [(term.topology_key, holders_of(term, pod, inventory)) for term in away]

    def check(node: Node) -> tuple[str, ...]:
        labels = node.metadata.labels
        if near and not _is_near(labels, near, met, first_of_its_kind=first_of_its_kind):
            return (UNMET,)
        if any(labels.get(key) in holders for key, holders in held):
            return (ANTI_UNMET,)
        return (OTHERS_UNMET,) if any(labels.get(one.term.topology_key) in one.holders for one in lonely) else ()

    return check


def required_terms(pod: Pod) -> tuple[tuple[PodAffinityTerm, ...], tuple[PodAffinityTerm, ...]]:
    """The terms of required affinity, and of required anti-affinity."""
    affinity = pod.spec.affinity
    near = affinity.pod_affinity.required_during_scheduling_ignored_during_execution if affinity and affinity.pod_affinity else ()
    away = affinity.pod_anti_affinity.required_during_scheduling_ignored_during_execution if affinity and affinity.pod_anti_affinity else ()
    return near, away


def holders_of(term: PodAffinityTerm, pod: Pod, inventory: Inventory) -> dict[str, Pod]:
    """By domain, the first pod there that a term means."""
    holders: dict[str, Pod] = {}
    for other in matching_pods(term, pod, inventory):
        domain = domain_of(other.spec.node_name, term.topology_key, inventory)
        if domain is not None:
            holders.setdefault(domain, other)
    return holders


def lonely_holders(pod: Pod, node: Node, inventory: Inventory) -> Iterable[tuple[PodAffinityTerm, Pod]]:
    """The pods that keep this one off a node by their own anti-affinity, with the term."""
    for one in _lonely_pods(inventory):
        domain = node.metadata.labels.get(one.term.topology_key)
        if domain in one.holders and _is_meant(one, pod, inventory):
            yield one.term, one.holders[domain]


def matching_pods(term: PodAffinityTerm, pod: Pod, inventory: Inventory) -> tuple[Pod, ...]:
    """The other pods on nodes that a term of this pod means."""
    found = (one for place in _places(term, pod.namespace, inventory) for one in inventory.select(Pod, place, term.label_selector))
    return tuple(one for one in found if one.ref != pod.ref and one.spec.node_name and one.status.phase not in ENDED)


def domain_of(node_name: str, topology_key: str, inventory: Inventory) -> str | None:
    """The domain of a node in a topology; None where the node is not known or has no such label."""
    match inventory.get(Node, "", node_name):
        case Found(object=node):
            return node.metadata.labels.get(topology_key)
        case _:
            return None


def _places(term: PodAffinityTerm, own: str, inventory: Inventory) -> tuple[str | None, ...]:
    """The namespaces that a term names and that its selector selects; the pod's own when it says nothing, None for all."""
    if term.namespace_selector == LabelSelector():
        return (None,)
    if term.namespace_selector is None:
        return tuple(dict.fromkeys(term.namespaces)) or (own,)
    chosen = (one.name for one in inventory.list(Namespace) if selects(term.namespace_selector, one.metadata.labels))
    return tuple(dict.fromkeys((*term.namespaces, *chosen)))


def _namespaces_are_known(terms: Iterable[PodAffinityTerm], inventory: Inventory) -> bool:
    return all(term.namespace_selector in (None, LabelSelector()) for term in terms) or inventory.known(Namespace)


def _matches(term: PodAffinityTerm, owner: Pod, other: Pod, inventory: Inventory) -> bool:
    places = _places(term, owner.namespace, inventory)
    return (None in places or other.namespace in places) and selects(term.label_selector, other.metadata.labels)


def _domains_of_all(near: tuple[PodAffinityTerm, ...], pod: Pod, inventory: Inventory) -> dict[str, set[str]]:
    """By topology key, the domains of the pods that all terms mean."""
    met: dict[str, set[str]] = {term.topology_key: set() for term in near}
    if not near:
        return met
    others = matching_pods(near[0], pod, inventory)
    for other in others:
        if all(_matches(term, pod, other, inventory) for term in near[1:]):
            for key, domains in met.items():
                domain = domain_of(other.spec.node_name, key, inventory)
                if domain is not None:
                    domains.add(domain)
    return met


def _is_near(labels: dict[str, str], near: tuple[PodAffinityTerm, ...], met: dict[str, set[str]], *, first_of_its_kind: bool) -> bool:
    if any(term.topology_key not in labels for term in near):
        return False
    return first_of_its_kind or all(labels[key] in domains for key, domains in met.items())


def _is_meant(lonely: Lonely, pod: Pod, inventory: Inventory) -> bool | None:
    """Whether the term of others means this pod; None when that hangs on the labels of a namespace that was not read."""
    term = lonely.term
    if not selects(term.label_selector, pod.metadata.labels):
        return False
    if pod.namespace in (term.namespaces or (() if term.namespace_selector is not None else (lonely.namespace,))):
        return True
    if term.namespace_selector in (None, LabelSelector()):
        return term.namespace_selector is not None
    match inventory.get(Namespace, "", pod.namespace):
        case Found(object=namespace):
            return selects(term.namespace_selector, namespace.metadata.labels)
        case _:
            return None


@once_per_inventory
def _lonely_pods(inventory: Inventory) -> tuple[Lonely, ...]:
    """The terms of required anti-affinity of all pods on nodes: each once, whatever number of pods has it."""
    found: dict[tuple[str, bytes], Lonely] = {}
    for pod in inventory.list(Pod):
        if pod.spec.affinity is None or not pod.spec.node_name or pod.status.phase in ENDED:
            continue
        for term in required_terms(pod)[1]:
            key = (pod.namespace, msgspec.json.encode(term))
            lonely = found.setdefault(key, Lonely(pod.namespace, term, {}))
            domain = domain_of(pod.spec.node_name, term.topology_key, inventory)
            if domain is not None:
                lonely.holders.setdefault(domain, pod)
    return tuple(found.values())


def lonely_terms(inventory: Inventory) -> tuple[PodAffinityTerm, ...]:
    """The terms by which pods that run keep others away."""
    return tuple(one.term for one in _lonely_pods(inventory))
