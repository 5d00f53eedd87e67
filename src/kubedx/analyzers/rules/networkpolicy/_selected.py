"""The workloads whose pods a NetworkPolicy selects."""

from collections.abc import Iterator

from kubedx.analyzers.reachability import workload_at
from kubedx.inventory import EdgeKind, Inventory
from kubedx.kube import KubeObject, NetworkPolicy


def selected_by(policy: NetworkPolicy, inventory: Inventory) -> Iterator[KubeObject]:
    """The workloads, and the pods that none made, by name."""
    for ref in sorted({edge.target for edge in inventory.edges_from(policy.ref, EdgeKind.SELECTS)}):
        workload = workload_at(ref, inventory)
        if workload is not None:
            yield workload
