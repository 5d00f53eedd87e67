"""inventory: the frozen snapshot of a cluster, its indexes and edges. Law: pure; no clock, `now` is given."""

from kubedx.inventory.edges import Edge, EdgeKind
from kubedx.inventory.inventory import Changes, Inventory, UndeclaredRead
from kubedx.inventory.lookup import Absent, Found, Lookup, Selection, Unknown
from kubedx.inventory.noting import Difference, Notebook, NotingInventory, is_of_time, noting

__all__ = [
    "Absent",
    "Changes",
    "Difference",
    "Edge",
    "EdgeKind",
    "Found",
    "Inventory",
    "Lookup",
    "Notebook",
    "NotingInventory",
    "Selection",
    "UndeclaredRead",
    "Unknown",
    "is_of_time",
    "noting",
]
