"""Where no namespace is told of, nothing counts as listed namespace by namespace."""

from kubedx.inventory import Inventory, Unknown
from kubedx.kube import Gap, GapReason, Pod, Service
from kubedx.testing import reading_from_yaml

NODE = """
apiVersion: v1
kind: Node
metadata: {name: node-a}
"""


def test_a_kind_that_was_not_listed_is_unknown_though_there_are_no_namespaces() -> None:
    gap = Gap("v1", "Pod", "", "list", GapReason.FORBIDDEN, "no")
    inventory = Inventory(reading_from_yaml(NODE, gaps=[gap]))
    assert not inventory.known(Pod)
    assert not inventory.list(Pod).complete
    assert isinstance(inventory.get(Pod, "shop", "cart"), Unknown)
    assert inventory.known(Service)
