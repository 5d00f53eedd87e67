"""The pods to which affinity terms and topology spread constraints refer, and the domains that they are in."""

from collections.abc import Iterator

from kubedx.inventory import Found, Inventory
from kubedx.kube import LabelSelector, Namespace, Node, Pod, PodAffinityTerm, selects


def matching_pods(term: PodAffinityTerm, pod: Pod, inventory: Inventory) -> tuple[Pod, ...]:
    """The other pods on nodes that a term's selector and namespaces match."""
    places = _namespaces(term, pod, inventory)
    found = (one for place in places for one in inventory.select(Pod, place, term.label_selector))
    return tuple(one for one in found if one.ref != pod.ref and one.spec.node_name and one.status.phase not in {"Succeeded", "Failed"})


def _namespaces(term: PodAffinityTerm, pod: Pod, inventory: Inventory) -> Iterator[str]:
    """The namespaces of a term: those it names and those its selector matches; the pod's own, when it says nothing."""
    names = dict.fromkeys(term.namespaces)
    if term.namespace_selector is not None:
        names |= dict.fromkeys(one.name for one in inventory.list(Namespace) if selects(term.namespace_selector, one.metadata.labels))
    elif not names:
        names = {pod.namespace: None}
    yield from names


def domain(node_name: str, topology_key: str, inventory: Inventory) -> str | None:
    """The domain of a node in a topology; None where the node is not known or has no such label."""
    match inventory.get(Node, "", node_name):
        case Found(object=node):
            return node.metadata.labels.get(topology_key)
        case _:
            return None


def describe(selector: LabelSelector | None) -> str:
    """A selector in words: `app=cart`."""
    if selector is None:
        return "no pods"
    words = [f"{key}={value}" for key, value in selector.match_labels.items()]
    words += [f"{one.key} {one.operator} {','.join(one.values)}".strip() for one in selector.match_expressions]
    return ",".join(words) or "all pods"
