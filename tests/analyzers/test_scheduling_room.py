"""What pods ask of nodes. https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers"""

from decimal import Decimal

from kubedx.analyzers.scheduling.room import free, lacking, requests
from kubedx.inventory import Inventory
from kubedx.kube import Node, Pod
from kubedx.testing import build, reading_from_yaml

NODE = """
kind: Node
metadata: {name: node-a}
status: {allocatable: {cpu: '4', memory: 8Gi, pods: '2'}}
---
kind: Pod
metadata: {name: cart-1, namespace: shop}
spec: {nodeName: node-a, containers: [{name: api, resources: {requests: {cpu: 1500m}}}]}
status: {phase: Running}
---
kind: Pod
metadata: {name: import-1, namespace: shop}
spec: {nodeName: node-a, containers: [{name: api, resources: {requests: {cpu: '2'}}}]}
status: {phase: Succeeded}
"""


def _pod(spec: dict[str, object]) -> Pod:
    return build(Pod, "shop/cart", spec=spec)


def _container(cpu: str, **more: object) -> dict[str, object]:
    return {"name": "api", "resources": {"requests": {"cpu": cpu}}, **more}


def test_containers_are_summed_and_an_init_container_counts_when_it_asks_for_more() -> None:
    small = _pod({"containers": [_container("1"), _container("500m")], "initContainers": [_container("1")]})
    large = _pod({"containers": [_container("1")], "initContainers": [_container("3")]})

    assert requests(small.spec)["cpu"] == Decimal("1.5")
    assert requests(large.spec)["cpu"] == Decimal(3)


def test_sidecars_run_beside_the_containers_and_beside_later_init_containers() -> None:
    sidecar = _container("1", restartPolicy="Always")
    pod = _pod({"containers": [_container("1")], "initContainers": [sidecar, _container("2")], "overhead": {"cpu": "250m"}})

    assert requests(pod.spec)["cpu"] == Decimal("3.25")


def test_pods_that_have_ended_leave_their_room() -> None:
    inventory = Inventory(reading_from_yaml(NODE))
    node = inventory.list(Node).items[0]

    assert free(node, inventory) == {"cpu": Decimal("2.5"), "memory": Decimal(8 * 1024**3), "pods": Decimal(1)}


def test_what_is_lacking_names_the_resources_and_the_places() -> None:
    assert lacking({"cpu": Decimal(2), "example.com/gpu": Decimal(1)}, {"cpu": Decimal(1), "pods": Decimal(0)}) == (
        "cpu",
        "example.com/gpu",
        "pods",
    )
    assert lacking({"cpu": Decimal(1)}, {"cpu": Decimal(1), "pods": Decimal(3)}) == ()


def test_quantities_that_are_none_count_for_nothing() -> None:
    assert requests(_pod({"containers": [_container("many")]}).spec) == {}
