"""The way of a connection, hop by hop: each that is broken is named, and the first of several."""

from datetime import UTC, datetime
from typing import Any

import pytest

from kubedx.analyzers.reachability import Break, Hop, first_break
from kubedx.inventory import Found, Inventory
from kubedx.kube import TYPES, Deployment, Gap, GapReason, KubeObject, Ref, Service
from kubedx.source import MemorySource, Scope
from kubedx.testing import build, object_from

CART = Service.KIND.ref("shop", "cart")
READY = {"phase": "Running", "podIP": "10.1.0.7", "conditions": [{"type": "Ready", "status": "True"}]}


def workload(name: str, spec: dict[str, Any] | None = None) -> KubeObject:
    pod = {"containers": [{"name": "api", "image": "shop/api:1", "ports": [{"name": "http", "containerPort": 8080}]}], **(spec or {})}
    template = {"metadata": {"labels": {"app": name}}, "spec": pod}
    return build(Deployment, f"shop/{name}", spec={"selector": {"matchLabels": {"app": name}}, "template": template})


def pod(name: str, **status: Any) -> KubeObject:
    containers = [{"name": "api", "image": "shop/api:1", "ports": [{"name": "http", "containerPort": 8080}]}]
    metadata = {"name": f"{name}-1", "namespace": "shop", "labels": {"app": name}, "creationTimestamp": "2026-03-01T10:00:00Z"}
    return object_from({"kind": "Pod", "metadata": metadata, "spec": {"containers": containers}, "status": {**READY, **status}})


def service(name: str = "cart", **spec: Any) -> KubeObject:
    ports = [{"name": "web", "port": 80, "targetPort": "http"}]
    return build(Service, f"shop/{name}", spec={"clusterIP": "10.96.0.5", "selector": {"app": "cart"}, "ports": ports, **spec})


def policy(name: str, **spec: Any) -> KubeObject:
    return object_from({"kind": "NetworkPolicy", "metadata": {"name": name, "namespace": "shop"}, "spec": spec})


NAMESPACE = object_from({"kind": "Namespace", "metadata": {"name": "shop", "labels": {"team": "shop"}}})
SOUND = (NAMESPACE, workload("web"), workload("cart"), pod("cart"), service())
WEB = {"matchLabels": {"app": "web"}}
OTHER = {"matchLabels": {"app": "other"}}
ANY_PORT_53 = {"ports": [{"port": 53, "protocol": "UDP"}]}


def inventory_of(*objects: KubeObject, unlisted: str = "") -> Inventory:
    gaps = [Gap(kind.KIND.api_version, unlisted, "", "list", GapReason.FORBIDDEN, "no") for kind in TYPES if kind.KIND.kind == unlisted]
    source = MemorySource(objects, gaps=gaps, now=datetime(2026, 3, 1, 12, tzinfo=UTC))
    return Inventory(source.read([kind.KIND for kind in TYPES], Scope()))


def walk(*objects: KubeObject, ports: tuple[int, ...] = (80,), to: Ref = CART, **options: Any) -> Break | None:
    inventory = inventory_of(*objects, unlisted=options.pop("unlisted", ""))
    caller = inventory.get(Deployment, "shop", "web")
    assert isinstance(caller, Found)
    return first_break(caller.object, to, inventory, ports=ports, **options)


def with_service(**spec: Any) -> tuple[KubeObject, ...]:
    return (*SOUND[:-1], service(**spec))


def with_caller(**spec: Any) -> tuple[KubeObject, ...]:
    return (NAMESPACE, workload("web", spec), *SOUND[2:])


def test_nothing_is_wrong_with_a_sound_way() -> None:
    assert walk(*SOUND) is None
    assert walk(*SOUND, ports=()) is None


CASES = {
    "resolver": (Hop.RESOLVER, with_caller(dnsPolicy="Default")),
    "dns egress": (
        Hop.DNS_EGRESS,
        (*SOUND, policy("web", podSelector=WEB, policyTypes=["Egress"], egress=[{"ports": [{"port": 443}]}])),
    ),
    "service": (Hop.SERVICE, SOUND[:-1]),
    "port": (Hop.PORT, with_service(ports=[{"port": 8080}])),
    "endpoints": (Hop.ENDPOINTS, with_service(selector={"app": "crat"})),
    "target port": (Hop.TARGET_PORT, with_service(ports=[{"port": 80, "targetPort": "htpp"}])),
    "egress": (
        Hop.EGRESS,
        (*SOUND, policy("web", podSelector=WEB, policyTypes=["Egress"], egress=[ANY_PORT_53, {"to": [{"podSelector": OTHER}]}])),
    ),
    "ingress": (Hop.INGRESS, (*SOUND, policy("all", podSelector={}))),
    "readiness": (Hop.READINESS, (*SOUND[:3], pod("cart", conditions=[{"type": "Ready", "status": "False"}]), SOUND[4])),
}


@pytest.mark.parametrize("name", CASES)
def test_a_broken_hop_is_named(name: str) -> None:
    hop, objects = CASES[name]
    found = walk(*objects)

    assert found is not None
    assert found.hop is hop
    assert found.words


def test_the_first_of_several_broken_hops_is_named() -> None:
    shut = policy("all", podSelector={}, policyTypes=["Ingress", "Egress"])
    found = walk(*SOUND[:-1], service(ports=[{"port": 8080}]), shut)

    assert found is not None
    assert found.hop is Hop.DNS_EGRESS
    by_address = walk(*SOUND[:-1], service(ports=[{"port": 8080}]), shut, by_name=False)
    assert by_address is not None
    assert by_address.hop is Hop.PORT


ALLOWED = {
    "by pod": [{"from": [{"podSelector": WEB}]}],
    "by namespace and pod": [{"from": [{"namespaceSelector": {"matchLabels": {"team": "shop"}}, "podSelector": WEB}]}],
    "by named port": [{"from": [{"podSelector": WEB}], "ports": [{"port": "http"}]}],
    "by range": [{"from": [{"podSelector": WEB}], "ports": [{"port": 8000, "endPort": 9000}]}],
    "by protocol alone": [{"ports": [{"protocol": "TCP"}]}],
    "by block, whose pods are not known": [{"from": [{"ipBlock": {"cidr": "10.9.0.0/16"}}]}],
    "by an expression": [{"from": [{"podSelector": {"matchExpressions": [{"key": "app", "operator": "In", "values": ["web"]}]}}]}],
    "anyone": [{}],
    "a block that is none": [{"from": [{"ipBlock": {"cidr": "nonsense"}}]}],
}


@pytest.mark.parametrize("name", ALLOWED)
def test_what_a_rule_lets_in_passes(name: str) -> None:
    assert (
        walk(*SOUND, policy("all", podSelector={}, policyTypes=["Ingress"]), policy("cart", podSelector={}, ingress=ALLOWED[name])) is None
    )


REFUSED = {
    "other pods": [{"from": [{"podSelector": OTHER}]}],
    "other namespaces": [{"from": [{"namespaceSelector": {"matchLabels": {"team": "bank"}}}]}],
    "both must hold": [{"from": [{"namespaceSelector": {"matchLabels": {"team": "shop"}}, "podSelector": OTHER}]}],
    "another port": [{"from": [{"podSelector": WEB}], "ports": [{"port": 80}]}],
    "another protocol": [{"ports": [{"protocol": "UDP", "port": 8080}]}],
    "below the range": [{"ports": [{"port": 8081, "endPort": 9000}]}],
    "no rule": [],
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_rule_lets_in_does_not(name: str) -> None:
    found = walk(*SOUND, policy("cart", podSelector={}, ingress=REFUSED[name]))

    assert found is not None
    assert found.hop is Hop.INGRESS
    assert found.at.name == "cart"


def test_a_policy_with_egress_rules_and_no_types_speaks_of_both_ways() -> None:
    found = walk(*SOUND, policy("cart", podSelector={"matchLabels": {"app": "cart"}}, egress=[{}]))

    assert found is not None
    assert found.hop is Hop.INGRESS


def test_an_egress_block_that_spares_the_pods_shuts_them_out() -> None:
    block = {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}
    rules = [ANY_PORT_53, {"to": [{"ipBlock": block}]}]
    found = walk(*SOUND, policy("web", podSelector=WEB, policyTypes=["Egress"], egress=rules))

    assert found is not None
    assert found.hop is Hop.EGRESS
    open_again = [ANY_PORT_53, {"to": [{"ipBlock": {**block, "except": ["10.2.0.0/16"]}}]}]
    assert walk(*SOUND, policy("web", podSelector=WEB, policyTypes=["Egress"], egress=open_again)) is None


def test_pods_in_the_network_of_their_node_are_not_held_by_policies() -> None:
    objects = with_caller(hostNetwork=True, dnsPolicy="ClusterFirstWithHostNet")

    assert walk(*objects, policy("all", podSelector={}, policyTypes=["Ingress", "Egress"])) is None


def test_policies_of_a_plugin_make_the_verdict_unsure() -> None:
    document = {"apiVersion": "cilium.io/v2", "kind": "CiliumNetworkPolicy", "metadata": {"name": "cart", "namespace": "shop"}, "spec": {}}
    objects = (*SOUND, policy("all", podSelector={}), object_from(document))
    source = MemorySource(objects)
    inventory = Inventory(source.read([*(kind.KIND for kind in TYPES), *source.custom_kinds()], Scope()))
    caller = inventory.get(Deployment, "shop", "web")
    assert isinstance(caller, Found)
    found = first_break(caller.object, CART, inventory, ports=(80,))

    assert found is not None
    assert not found.sure


def test_what_could_not_be_read_is_not_broken() -> None:
    assert walk(*SOUND[:-1], unlisted="Service") is None
    assert walk(*SOUND[:3], SOUND[4], unlisted="Pod") is None


def test_a_headless_service_is_called_at_any_port() -> None:
    assert walk(*with_service(clusterIP="None", ports=[]), ports=(9999,)) is None
