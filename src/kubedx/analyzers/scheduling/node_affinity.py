"""NodeAffinity: the node selector and the required node affinity.

Source: pkg/scheduler/framework/plugins/nodeaffinity in kubernetes/kubernetes.
"""

from kubedx.analyzers.scheduling.check import Check, Impossible
from kubedx.inventory import Inventory
from kubedx.kube import Node, NodeSelector, NodeSelectorTerm, Pod, matches_node

NAME = "metadata.name"
NOT_NAMED = "node(s) didn't satisfy plugin(s) [NodeAffinity]"
"""What the scheduler says of every node beside those that a pod names."""


def prepare(pod: Pod, inventory: Inventory) -> Check | Impossible | None:
    """A pod whose terms name no node in common fits nowhere. Of the nodes that are not named the table speaks."""
    del inventory
    if not pod.spec.node_selector and required_nodes(pod) is None:
        return None
    if named_nodes(pod) == frozenset():
        return Impossible("pod affinity terms conflict")
    return lambda node: () if fits_selector(pod, node) else ("node(s) didn't match Pod's node affinity/selector",)


def fits_selector(pod: Pod, node: Node) -> bool:
    """Whether the pod's node selector and required node affinity let it onto a node."""
    labels = node.metadata.labels
    required = required_nodes(pod)
    return all(labels.get(key) == value for key, value in pod.spec.node_selector.items()) and (
        required is None or matches_node(required, node.name, labels)
    )


def required_nodes(pod: Pod) -> NodeSelector | None:
    """The pod's required node affinity."""
    affinity = pod.spec.affinity.node_affinity if pod.spec.affinity else None
    return affinity.required_during_scheduling_ignored_during_execution if affinity else None


def named_nodes(pod: Pod) -> frozenset[str] | None:
    """The nodes to which the affinity ties the pod by name, as it does with a DaemonSet's; None when any node may do."""
    required = required_nodes(pod)
    terms = required.node_selector_terms if required is not None else ()
    named = [_named(term) for term in terms]
    known = [names for names in named if names is not None]
    return frozenset().union(*known) if named and len(known) == len(named) else None


def _named(term: NodeSelectorTerm) -> frozenset[str] | None:
    sets = [frozenset(one.values) for one in term.match_fields if one.key == NAME and one.operator == "In"]
    return frozenset.intersection(*sets) if sets else None
