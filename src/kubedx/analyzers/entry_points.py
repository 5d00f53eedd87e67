"""Ingresses and routes, and what they lead to."""

from kubedx.analyzers.memo import once_per_inventory
from kubedx.inventory import EdgeKind, Inventory
from kubedx.kube import Ref


@once_per_inventory
def leads_many(inventory: Inventory, service: Ref) -> bool:
    """Whether several entry points lead to a Service: then that is what is to be mended, and not each of them."""
    return len({edge.source for edge in inventory.edges_to(service, EdgeKind.ROUTES)}) > 1
