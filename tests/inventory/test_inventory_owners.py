"""Who made what."""

import pytest

from kubedx.inventory import Absent, EdgeKind, Found, Inventory, Unknown
from kubedx.kube import ConfigMap, Deployment, Gap, GapReason, KubeObject, Node, Pod, Ref, ReplicaSet, StatefulSet
from kubedx.testing import build, object_from, reading_of


def owner(kind: str, name: str, uid: str = "", *, api_version: str = "apps/v1", controller: bool = True) -> list[dict[str, object]]:
    return [{"apiVersion": api_version, "kind": kind, "name": name, "uid": uid, "controller": controller}]


CART = build(Deployment, "shop/cart", uid="d1")
CART_1 = build(ReplicaSet, "shop/cart-1", uid="r1", ownerReferences=owner("Deployment", "cart", "d1"))
CART_1_A = build(Pod, "shop/cart-1-a", uid="p1", ownerReferences=owner("ReplicaSet", "cart-1", "r1"))
CART_1_B = build(Pod, "shop/cart-1-b", uid="p2", ownerReferences=owner("ReplicaSet", "cart-1", "r1"))
FAMILY = (CART, CART_1, CART_1_A, CART_1_B)


def of(*objects: KubeObject) -> Inventory:
    return Inventory(reading_of(objects))


def test_up_and_down_a_family() -> None:
    inventory = of(*FAMILY)

    assert inventory.top_owner(CART_1_A) == CART.ref
    assert inventory.top_owner_of(CART_1_A.ref) == CART.ref
    assert inventory.top_owner(CART) == CART.ref
    assert inventory.controller(CART_1_A) == Found(CART_1)
    assert inventory.controller(CART) is None
    assert inventory.owned_by(CART_1, Pod).items == (CART_1_A, CART_1_B)
    assert inventory.owned_by(CART, Pod).items == ()
    assert inventory.owned_by(CART, Pod).complete


def test_an_owner_that_is_not_at_hand_is_the_top() -> None:
    inventory = of(CART_1, CART_1_A)

    assert inventory.top_owner(CART_1_A) == Ref("apps/v1", "Deployment", "shop", "cart")
    assert inventory.controller(CART_1) == Absent(confirmed=True)
    assert inventory.top_owner_of(Ref("v1", "Pod", "shop", "gone")) == Ref("v1", "Pod", "shop", "gone")


def test_names_decide_where_yaml_has_no_uids() -> None:
    deployment = build(Deployment, "shop/cart")
    replica_set = build(ReplicaSet, "shop/cart-1", ownerReferences=owner("Deployment", "cart"))
    other = build(ReplicaSet, "vault/cart-1", ownerReferences=owner("Deployment", "cart"))

    assert of(deployment, replica_set, other).owned_by(deployment, ReplicaSet).items == (replica_set,)
    assert of(CART, replica_set).owned_by(CART, ReplicaSet).items == (replica_set,)
    assert of(deployment, CART_1).owned_by(deployment, ReplicaSet).items == (CART_1,)


def test_a_later_object_of_the_name_is_not_the_owner() -> None:
    later = build(Deployment, "shop/cart", uid="d2", ownerReferences=owner("App", "shop", api_version="example.com/v1"))
    inventory = of(later, CART_1)

    assert inventory.owned_by(later, ReplicaSet).items == ()
    assert inventory.controller(CART_1) == Absent(confirmed=True)
    assert inventory.top_owner(CART_1) == CART.ref


def test_owners_of_any_kind_are_followed() -> None:
    app = object_from({"apiVersion": "example.com/v1alpha1", "kind": "App", "metadata": {"name": "shop", "namespace": "shop", "uid": "x1"}})
    deployment = build(Deployment, "shop/cart", uid="d1", ownerReferences=owner("App", "shop", "x1", api_version="example.com/v1"))
    inventory = of(app, deployment, CART_1, CART_1_A)

    assert inventory.top_owner(CART_1_A) == Ref("example.com/v1alpha1", "App", "shop", "shop")
    assert inventory.view([Pod]).controller(deployment) == Found(app)
    assert inventory.owned_by(app, Deployment).items == (deployment,)


def test_an_owner_of_a_kind_that_was_not_read_is_unknown() -> None:
    deployment = build(Deployment, "shop/cart", ownerReferences=owner("App", "shop", api_version="example.com/v1"))

    assert isinstance(of(deployment).controller(deployment), Unknown)


def test_only_the_controller_is_followed() -> None:
    config = build(ConfigMap, "shop/cart", ownerReferences=owner("Deployment", "cart", "d1", controller=False))
    inventory = of(CART, config)

    assert inventory.top_owner(config) == config.ref
    assert inventory.owned_by(CART, ConfigMap).items == (config,)


def test_a_static_pod_is_its_own_top() -> None:
    node = build(Node, "node-a", uid="n1")
    static = build(Pod, "kube-system/etcd-node-a", ownerReferences=owner("Node", "node-a", "n1", api_version="v1"))
    inventory = of(node, static)

    assert inventory.top_owner(static) == static.ref
    assert inventory.owned_by(node, Pod).items == (static,)


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_cycle_has_one_top_from_wherever_one_starts(length: int) -> None:
    ring = [
        build(
            ReplicaSet,
            f"shop/ring-{n}",
            uid=f"u{n}",
            ownerReferences=owner("ReplicaSet", f"ring-{(n + 1) % length}", f"u{(n + 1) % length}"),
        )
        for n in range(length)
    ]
    inventory = of(*ring)

    assert {inventory.top_owner(member) for member in ring} == {ring[0].ref}
    assert {edge.target for edge in inventory.edges_to(ring[0].ref)} == {ring[0].ref}


def test_a_chain_is_followed_for_eight_hops() -> None:
    chain = [build(ReplicaSet, f"shop/link-{n}", ownerReferences=owner("ReplicaSet", f"link-{n + 1}")) for n in range(20)]

    assert of(*chain).top_owner(chain[0]) == chain[8].ref


def test_two_objects_with_one_uid_are_both_owned_once() -> None:
    first = build(StatefulSet, "shop/a", uid="same")
    second = build(StatefulSet, "shop/b", uid="same")
    pod = build(Pod, "shop/a-0", ownerReferences=owner("StatefulSet", "a", "same") + owner("StatefulSet", "a", "same", controller=False))
    inventory = of(first, second, pod)

    assert inventory.owned_by(first, Pod).items == (pod,)
    assert inventory.top_owner(pod) == first.ref


def test_pods_of_a_node() -> None:
    here, there = build(Pod, "shop/a", spec={"nodeName": "node-a"}), build(Pod, "shop/b", spec={"nodeName": "node-b"})
    inventory = of(there, here, build(Pod, "shop/c"))

    assert inventory.pods_on("node-a").items == (here,)
    assert inventory.pods_on("").items == ()


def of_hash(pod: str, replica_set: str, pod_template_hash: str) -> Pod:
    return build(
        Pod, pod, labels={"pod-template-hash": pod_template_hash}, ownerReferences=owner("ReplicaSet", replica_set, f"of-{replica_set}")
    )


class TestReplicaSetsThatCannotBeListed:
    UNREAD = Gap("apps/v1", "ReplicaSet", "", "list", GapReason.FORBIDDEN, "forbidden")
    POD = of_hash("shop/cart-5d8f-a", "cart-5d8f", "5d8f")
    MIDDLE = Ref("apps/v1", "ReplicaSet", "shop", "cart-5d8f")

    def unread(self, *objects: KubeObject) -> Inventory:
        return Inventory(reading_of(objects, gaps=[self.UNREAD]))

    def test_names_and_hashes_tell_the_deployment(self) -> None:
        inventory = self.unread(CART, self.POD)

        assert inventory.top_owner(self.POD) == CART.ref
        assert [edge.source for edge in inventory.edges_to(self.MIDDLE, EdgeKind.OWNS)] == [CART.ref]
        assert [edge.target for edge in inventory.edges_from(CART.ref, EdgeKind.OWNS)] == [self.MIDDLE]

    def test_owners_of_the_deployment_are_followed(self) -> None:
        app = object_from({"apiVersion": "example.com/v1", "kind": "App", "metadata": {"name": "shop", "namespace": "shop", "uid": "x1"}})
        deployment = build(Deployment, "shop/cart", ownerReferences=owner("App", "shop", "x1", api_version="example.com/v1"))

        assert self.unread(app, deployment, self.POD).top_owner(self.POD) == app.ref

    @pytest.mark.parametrize(
        "pod",
        [
            of_hash("shop/till-5d8f-a", "till-5d8f", "5d8f"),
            of_hash("shop/cart-5d8f-a", "cart-5d8f", "77aa"),
            of_hash("shop/cart-5d8f-a", "cart-5d8f", ""),
            of_hash("vault/cart-5d8f-a", "cart-5d8f", "5d8f"),
            build(Pod, "shop/cart-5d8f-a", ownerReferences=owner("ReplicaSet", "cart-5d8f", "r9")),
        ],
    )
    def test_nothing_is_guessed(self, pod: Pod) -> None:
        inventory = self.unread(CART, pod)

        assert inventory.top_owner(pod).kind == "ReplicaSet"

    def test_one_that_is_known_to_be_gone_has_no_deployment(self) -> None:
        assert of(CART, self.POD).top_owner(self.POD) == self.MIDDLE
