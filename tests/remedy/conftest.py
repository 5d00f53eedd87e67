"""A small shop: two nodes, and whatever a test adds."""

from collections.abc import Callable

import pytest

from kubedx.inventory import Inventory
from kubedx.testing import reading_from_yaml

NODES = """
kind: Node
metadata: {name: node-a}
status: {allocatable: {cpu: '2', memory: 4Gi, pods: '10'}, conditions: [{type: Ready, status: 'True'}]}
---
kind: Node
metadata: {name: node-b, labels: {disk: ssd}}
status: {allocatable: {cpu: '2', memory: 4Gi, pods: '10'}, conditions: [{type: Ready, status: 'True'}]}
---
kind: Namespace
metadata: {name: shop}
status: {phase: Active}
"""


@pytest.fixture
def shop() -> Callable[[str], Inventory]:
    """The inventory of the shop with these objects."""

    def made(text: str = "") -> Inventory:
        return Inventory(reading_from_yaml(f"{NODES}---\n{text}" if text else NODES))

    return made
