"""inventory: the frozen snapshot of a cluster, its indexes and edges. Law: pure; no clock, `now` is given."""

from kubedx.inventory.edges import Edge, EdgeKind
from kubedx.inventory.inventory import Changes, Inventory, UndeclaredRead
from kubedx.inventory.lookup import Absent, Found, Lookup, Selection, Unknown

__all__ = [
    "Absent",
    "Changes",
    "Edge",
    "EdgeKind",
    "Found",
    "Inventory",
    "Lookup",
    "Selection",
    "UndeclaredRead",
    "Unknown",
]
