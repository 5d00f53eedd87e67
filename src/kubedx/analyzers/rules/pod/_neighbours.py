"""The pods to which affinity terms and topology spread constraints refer, in words."""

from kubedx.analyzers.near_miss import nearest
from kubedx.inventory import Inventory
from kubedx.kube import LabelSelector, Pod, PodAffinityTerm


def describe(selector: LabelSelector | None) -> str:
    """A selector in words: `app=cart`."""
    if selector is None:
        return "no pods"
    words = [f"{key}={value}" for key, value in selector.match_labels.items()]
    words += [f"{one.key} {one.operator} {','.join(one.values)}".strip() for one in selector.match_expressions]
    return ",".join(words) or "all pods"


def near_pods(term: PodAffinityTerm, pod: Pod, inventory: Inventory) -> str:
    """A clause on the labels that pods of the namespace have where a term asks for another value; empty when none is alike."""
    if term.label_selector is None:
        return ""
    for key, value in term.label_selector.match_labels.items():
        values = {one.metadata.labels[key] for one in inventory.list(Pod, pod.namespace) if key in one.metadata.labels}
        meant = nearest(value, values) if value not in values else None
        if meant is not None:
            return f"; pods have {key}={meant}"
    return ""
