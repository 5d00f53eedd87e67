"""Which Services a workload is said to call: few and sure."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubedx.inventory import EdgeKind, Inventory
from kubedx.inventory.callees import callees
from kubedx.kube import ConfigMap, CronJob, Deployment, KubeObject, Namespace, Pod, Ref, ReplicaSet, Secret, Service
from kubedx.testing import build, reading_of

CLUSTER: tuple[KubeObject, ...] = (
    build(Namespace, "shop"),
    build(Namespace, "data"),
    build(Service, "shop/cart", spec={"selector": {"app": "cart"}}),
    build(Service, "shop/redis"),
    build(Service, "data/db", spec={"clusterIP": "None"}),
    build(Service, "shop/peers", spec={"clusterIP": "None"}),
)


def calls(env: Mapping[str, str] | None = None, args: tuple[str, ...] = (), **spec: object) -> list[str]:
    variables = [{"name": name, "value": value} for name, value in (env or {}).items()]
    pod = build(
        Pod, "shop/web", labels={"app": "web"}, spec={"containers": [{"name": "api", "env": variables, "args": list(args)}], **spec}
    )
    inventory = Inventory(reading_of([*CLUSTER, pod]))
    return [f"{edge.target.namespace}/{edge.target.name}" for edge in inventory.edges_from(pod.ref, EdgeKind.CALLS)]


@pytest.mark.parametrize(
    ("value", "called"),
    [
        ("http://cart", ["shop/cart"]),
        ("http://cart:8080/path?x=1", ["shop/cart"]),
        ("https://cart.shop/", ["shop/cart"]),
        ("redis://:secret@redis:6379/0", ["shop/redis"]),
        ("redis:6379", ["shop/redis"]),
        ("a=1,redis:6379;b", ["shop/redis"]),
        ('{"address": "redis:6379"}', ["shop/redis"]),
        ("postgres://app:pa55@db.data:5432/shop", ["data/db"]),
        ("jdbc:postgresql://db.data.svc:5432/shop", ["data/db"]),
        ("app:pa55@tcp(db.data.svc.cluster.local:3306)/shop", ["data/db"]),
        ("mongodb://db-0.db.data:27017,db-1.db.data:27017/?replicaSet=rs", ["data/db"]),
        ("peer-0.peers:7000", ["shop/peers"]),
        ("db-0.db.data.svc.corp.internal", ["data/db"]),
        ("host=db.data port=5432 user=app", ["data/db"]),
        # Not there, and can hardly be anything else.
        ("http://gone", ["shop/gone"]),
        ("gone:5432", ["shop/gone"]),
        ("amqp://gone.data", ["data/gone"]),
        ("gone.anywhere.svc", ["anywhere/gone"]),
        # Something else.
        ("redis", []),
        ("redis:latest", []),
        ("redis:7.2", []),
        ("registry.example.com/redis:7", []),
        ("timeout:30", []),
        ("https://example.com:443/redis", []),
        ("smtp.example.com:587", []),
        ("localhost:6379", []),
        ("http://localhost", []),
        ("127.0.0.1:6379", []),
        ("s3://gone/key", []),
        ("sha256:12345678901234567890", []),
        ("gone:70000", []),
        ("app:8080@redis", []),
        ("http://$(UNKNOWN)/", []),
        ("12:30", []),
        ("", []),
    ],
)
def test_values(value: str, called: list[str]) -> None:
    assert calls({"TARGET": value}) == called
    assert calls(args=(value,)) == called


@pytest.mark.parametrize(
    ("env", "called"),
    [
        ({"REDIS_HOST": "redis"}, ["shop/redis"]),
        ({"DB_HOST": "gone", "DB_PORT": "5432"}, ["shop/gone"]),
        ({"HOST": "gone", "PORT": "5432"}, ["shop/gone"]),
        ({"DB_HOST": "gone"}, []),
        ({"DB_HOST": "gone", "OTHER_PORT": "5432"}, []),
        ({"NAME": "redis", "URL": "tcp://$(NAME):6379"}, ["shop/redis"]),
        ({"LOOP": "http://$(LOOP)"}, []),
    ],
)
def test_variables_that_belong_together(env: dict[str, str], called: list[str]) -> None:
    assert calls(env) == called


def test_a_host_alias_is_no_service() -> None:
    assert calls({"URL": "http://redis"}, hostAliases=[{"ip": "10.0.0.9", "hostnames": ["redis"]}]) == []


def test_values_of_config_maps_count_where_they_were_read() -> None:
    urls = build(ConfigMap, "shop/urls", data={"CART": "http://cart", "REDIS": "redis:6379"})
    unread = ConfigMap(metadata=build(ConfigMap, "shop/unread").metadata, keys=("X",))
    secret = build(Secret, "shop/secret", data={"X": "aHR0cDovL2NhcnQ="})
    container = {
        "name": "api",
        "env": [{"name": "R", "valueFrom": {"configMapKeyRef": {"name": "urls", "key": "REDIS"}}}],
        "envFrom": [{"configMapRef": {"name": name}} for name in ("unread", "gone")] + [{"secretRef": {"name": "secret"}}],
    }
    web = build(Pod, "shop/web", spec={"containers": [container]})
    every = build(Pod, "shop/every", spec={"containers": [{"name": "api", "envFrom": [{"configMapRef": {"name": "urls"}}]}]})
    inventory = Inventory(reading_of([*CLUSTER, urls, unread, secret, web, every]))

    assert [edge.target.name for edge in inventory.edges_from(web.ref, EdgeKind.CALLS)] == ["redis"]
    assert [edge.target.name for edge in inventory.edges_from(every.ref, EdgeKind.CALLS)] == ["cart", "redis"]


def test_who_names_its_own_service_calls_nobody() -> None:
    member = build(
        Pod, "shop/cart-0", labels={"app": "cart"}, spec={"containers": [{"name": "api", "args": ["--peer=cart:7000", "redis:6379"]}]}
    )
    inventory = Inventory(reading_of([*CLUSTER, member]))

    assert [edge.target.name for edge in inventory.edges_from(member.ref, EdgeKind.CALLS)] == ["redis"]


def test_a_workload_calls_for_what_it_makes() -> None:
    def owned(kind: str, name: str) -> list[dict[str, object]]:
        return [{"apiVersion": "apps/v1", "kind": kind, "name": name, "controller": True}]

    spec = {"containers": [{"name": "api", "args": ["redis:6379"]}]}
    template = {"metadata": {"labels": {"app": "web"}}, "spec": spec}
    family = [
        build(Deployment, "shop/web", spec={"template": template}),
        build(ReplicaSet, "shop/web-1", spec={"replicas": 1, "template": template}, ownerReferences=owned("Deployment", "web")),
        build(Pod, "shop/web-1-a", spec=spec, ownerReferences=owned("ReplicaSet", "web-1")),
        build(Pod, "shop/orphan", spec=spec, ownerReferences=owned("ReplicaSet", "gone")),
        build(CronJob, "shop/nightly", spec={"jobTemplate": {"spec": {"template": template}}}),
    ]
    inventory = Inventory(reading_of([*CLUSTER, *family]))
    callers = [str(edge.source) for edge in inventory.edges_to(Ref("v1", "Service", "shop", "redis"), EdgeKind.CALLS)]

    assert callers == ["Deployment shop/web", "CronJob shop/nightly", "Pod shop/orphan"]


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=40), max_size=4), st.lists(st.text(max_size=40), max_size=3))
def test_any_text_is_survived(environment: dict[str, str], arguments: list[str]) -> None:
    assert all(callee.host for callee in callees(environment, arguments))


@pytest.mark.parametrize(
    "text", ["a" * 100_000, "a." * 50_000, "a://" * 25_000, "$(X)" * 10_000, "a:" * 50_000, "host=" * 20_000 + "port=1"]
)
def test_huge_values_are_cut(text: str) -> None:
    assert len(list(callees({"X": text, "HOST": text}, [text]))) < 20_000
