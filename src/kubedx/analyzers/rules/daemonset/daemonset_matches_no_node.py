"""daemonset-matches-no-node"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.near_miss import nearest
from kubedx.findings import Evidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import DaemonSet, Node, PodSpec, matches_node, spec_changed_at

OFF = ("non-existing", "nonexistent", "disabled", "do-not-schedule")
"""Labels by which people switch a DaemonSet off on purpose."""


@rule(filter="DaemonSet", on=DaemonSet, reads=(Node,), severity=Severity.WARNING, added="0.1")
def daemonset_matches_no_node(daemon_set: DaemonSet, inventory: Inventory) -> Iterator[Outcome]:
    """A DaemonSet runs on no node at all, because its node selector or affinity matches none.

    ## What it means
    The DaemonSet looks healthy, 0 of 0 pods are ready, and it does nothing. Nodes that carry nearly the wanted label are named.

    ## When it is not reported
    When the selector is a plain switch-off (a label such as `non-existing`), when the label names a kind of hardware or system that no
    node of the cluster has (as drivers for GPUs and Windows are shipped), and when nodes match but their taints keep the pods away.

    ## How to fix it
    Label the nodes that are meant, or correct the node selector.
    """
    spec, status = daemon_set.spec.template.spec, daemon_set.status
    nodes = inventory.list(Node)
    if status.desired_number_scheduled or not status.observed_generation or not nodes.items or daemon_set.metadata.deletion_timestamp:
        return
    if any(_matches(spec, node) for node in nodes) or _is_meant(spec):
        return
    wanted = ", ".join(f"{key}={value}" for key, value in sorted(spec.node_selector.items())) or "its required node affinity"
    hint, evidence = _near(spec, nodes.items)
    yield Hit(
        message=f"runs on no node: {wanted} matches none of {len(nodes)}{hint}",
        evidence=(
            field(daemon_set, "status.desiredNumberScheduled", status.desired_number_scheduled),
            field(daemon_set, "spec.template.spec.nodeSelector", wanted),
            *evidence,
        ),
        since=spec_changed_at(daemon_set),
        values={"wanted": wanted},
    )


def _is_meant(spec: PodSpec) -> bool:
    words = [word.lower() for pair in spec.node_selector.items() for word in pair]
    if any(off in word for word in words for off in OFF):
        return True
    system = spec.node_selector.get("kubernetes.io/os", "")
    hardware = any("gpu" in word or "accelerator" in word or word.startswith("feature.node.kubernetes.io/") for word in words)
    return system == "windows" or hardware


def _near(spec: PodSpec, nodes: tuple[Node, ...]) -> tuple[str, tuple[Evidence, ...]]:
    """A node with the same key and another value, or with nearly the same key."""
    for key, value in sorted(spec.node_selector.items()):
        for node in nodes:
            labels = node.metadata.labels
            other = key if key in labels and labels[key] != value else nearest(key, labels)
            if other is not None and (other != key or labels[other] != value):
                told = f'; node "{node.name}" has {other}={labels[other]}'
                return told, (field(node, f"metadata.labels[{other}]", labels[other]),)
    return "", ()


def _matches(spec: PodSpec, node: Node) -> bool:
    if any(node.metadata.labels.get(key) != value for key, value in spec.node_selector.items()):
        return False
    affinity = spec.affinity.node_affinity if spec.affinity else None
    required = affinity.required_during_scheduling_ignored_during_execution if affinity else None
    return required is None or matches_node(required, node.name, node.metadata.labels)
