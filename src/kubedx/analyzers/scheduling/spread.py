"""PodTopologySpread, as far as it is demanded. Source: pkg/scheduler/framework/plugins/podtopologyspread in kubernetes/kubernetes."""

from collections import Counter
from typing import NamedTuple

from kubedx.analyzers.container_state import ENDED
from kubedx.analyzers.scheduling.check import Check
from kubedx.analyzers.scheduling.node_affinity import fits_selector
from kubedx.inventory import Inventory
from kubedx.kube import LabelSelector, LabelSelectorRequirement, Node, Pod, TopologySpreadConstraint, selects, untolerated

UNMET = "node(s) didn't match pod topology spread constraints"
UNLABELLED = f"{UNMET} (missing required label)"


class Spread(NamedTuple):
    """One demanded constraint of a pod: the domains that count, with the pods in each, the smallest number, and whether the pod counts."""

    number: int
    constraint: TopologySpreadConstraint
    domains: dict[str, int]
    smallest: int
    counts_itself: bool

    def skew(self, domain: str) -> int:
        """How uneven it would be with the pod in that domain."""
        return self.domains.get(domain, 0) + self.counts_itself - self.smallest


def prepare(pod: Pod, inventory: Inventory) -> Check | None:
    """The first constraint that a node does not meet speaks."""
    spreads = spreads_of(pod, inventory)
    if not spreads:
        return None

    def check(node: Node) -> tuple[str, ...]:
        for spread in spreads:
            domain = node.metadata.labels.get(spread.constraint.topology_key)
            if domain is None:
                return (UNLABELLED,)
            if spread.skew(domain) > spread.constraint.max_skew:
                return (UNMET,)
        return ()

    return check


def spreads_of(pod: Pod, inventory: Inventory) -> list[Spread]:
    """The demanded constraints of a pod, counted."""
    demanded = [
        (number, one) for number, one in enumerate(pod.spec.topology_spread_constraints) if one.when_unsatisfiable == "DoNotSchedule"
    ]
    keys = {one.topology_key for _number, one in demanded}
    nodes = [node for node in inventory.list(Node) if keys <= node.metadata.labels.keys()] if demanded else []
    return [_counted(number, one, pod, nodes, inventory) for number, one in demanded]


def _counted(number: int, constraint: TopologySpreadConstraint, pod: Pod, nodes: list[Node], inventory: Inventory) -> Spread:
    selector = _selector(constraint, pod)
    on_node = Counter(
        one.spec.node_name
        for one in (inventory.select(Pod, pod.namespace, selector) if selector != LabelSelector() else ())
        if one.metadata.deletion_timestamp is None and one.status.phase not in ENDED
    )
    domains: dict[str, int] = {}
    for node in nodes:
        if _counts(constraint, pod, node):
            domain = node.metadata.labels[constraint.topology_key]
            domains[domain] = domains.get(domain, 0) + on_node[node.name]
    smallest = min(domains.values(), default=0) if len(domains) >= (constraint.min_domains or 1) else 0
    return Spread(number, constraint, domains, smallest, selects(selector, pod.metadata.labels))


def _selector(constraint: TopologySpreadConstraint, pod: Pod) -> LabelSelector | None:
    """The selector, with the pod's own values of the keys that must match."""
    selector = constraint.label_selector
    extra = tuple(
        LabelSelectorRequirement(key=key, operator="In", values=(pod.metadata.labels[key],))
        for key in constraint.match_label_keys
        if key in pod.metadata.labels
    )
    if selector is None or not extra:
        return selector
    return LabelSelector(match_labels=selector.match_labels, match_expressions=(*selector.match_expressions, *extra))


def _counts(constraint: TopologySpreadConstraint, pod: Pod, node: Node) -> bool:
    """Whether a node counts for the domains: by default where the pod's node selector lets it run, whatever the taints."""
    if constraint.node_affinity_policy != "Ignore" and not fits_selector(pod, node):
        return False
    return constraint.node_taints_policy != "Honor" or not untolerated(pod.spec.tolerations, node.spec.taints)
