"""There, not there, or unknown: and why."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from kubedx.inventory import Absent, Changes, Found, Inventory, UndeclaredRead, Unknown
from kubedx.kube import (
    ClusterInfo,
    ConfigMap,
    Deployment,
    Event,
    Gap,
    GapReason,
    GroupKind,
    KubeObject,
    Listed,
    LogKey,
    Namespace,
    NetworkPolicy,
    Node,
    Origin,
    Pod,
    RawObject,
    Reading,
    Ref,
    Secret,
)
from kubedx.testing import build, object_from, reading_of

DB = build(Secret, "shop/db")
AT = datetime(2026, 1, 1, tzinfo=UTC)


def reading(*objects: KubeObject, listed: set[Listed], gaps: tuple[Gap, ...] = (), confirmed: bool = True) -> Reading:
    by_kind: dict[GroupKind, tuple[KubeObject, ...]] = {}
    for obj in objects:
        by_kind[obj.kind.group_kind] = (*by_kind.get(obj.kind.group_kind, ()), obj)
    return Reading(cluster=ClusterInfo(Origin.LIVE), now=AT, objects=by_kind, listed=frozenset(listed), gaps=gaps, confirmed=confirmed)


def unreadable(kind: type[KubeObject], namespace: str, name: str) -> Gap:
    return Gap(kind.KIND.api_version, kind.KIND.kind, namespace, "list", GapReason.UNREADABLE, "Expected `int`, got `str`", name)


def forbidden(kind: type[KubeObject], namespace: str = "") -> Gap:
    return Gap(kind.KIND.api_version, kind.KIND.kind, namespace, "list", GapReason.FORBIDDEN, "no")


def test_what_was_listed_is_found_or_absent() -> None:
    inventory = Inventory(reading_of([DB]))

    assert inventory.get(Secret, "shop", "db") == Found(DB)
    assert inventory.get(Secret, "shop", "bd") == Absent(confirmed=True)
    assert inventory.get(Secret, "other", "db") == Absent(confirmed=True)
    assert inventory.list(Secret).complete
    assert inventory.exists(DB.ref) is True
    assert inventory.exists(Ref("v1", "Secret", "shop", "bd")) is False


def test_a_list_that_may_be_stale_confirms_no_absence() -> None:
    assert Inventory(reading_of([DB], confirmed=False)).get(Secret, "shop", "bd") == Absent(confirmed=False)


def test_what_was_not_listed_is_unknown_even_without_a_gap() -> None:
    inventory = Inventory(reading(DB, listed=set()))

    assert inventory.get(Secret, "shop", "db") == Found(DB)
    assert inventory.get(Secret, "shop", "bd") == Unknown("Secrets were not read in shop")
    assert inventory.exists(Ref("v1", "Secret", "shop", "bd")) is None
    assert inventory.list(Secret, "shop").items == (DB,)
    assert not inventory.list(Secret, "shop").complete


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Secret, "Secrets could not be listed: forbidden"),
        (NetworkPolicy, "NetworkPolicies could not be listed: forbidden"),
        (Node, "Nodes could not be listed: forbidden"),
    ],
)
def test_a_gap_of_a_kind_says_why(kind: type[KubeObject], words: str) -> None:
    inventory = Inventory(reading(listed=set(), gaps=(forbidden(kind),)))

    assert not inventory.known(kind)
    assert inventory.why_unknown(kind) == words
    assert inventory.why_unknown(kind.KIND.group_kind) == words


def test_a_gap_of_a_namespace_is_a_gap_only_there() -> None:
    secrets = Secret.KIND.group_kind
    inventory = Inventory(reading(DB, listed={Listed(secrets, "shop")}, gaps=(forbidden(Secret, "vault"),)))

    assert inventory.known(Secret, "shop")
    assert inventory.get(Secret, "shop", "bd") == Absent(confirmed=True)
    assert inventory.get(Secret, "vault", "bd") == Unknown("Secrets could not be listed in vault: forbidden")
    assert inventory.list(Secret, "shop").complete
    assert not inventory.list(Secret).complete
    assert inventory.why_unknown(Secret) == "Secrets could not be listed in vault: forbidden"


def test_lists_of_every_namespace_are_a_list_of_all_once_all_namespaces_are_known() -> None:
    namespaces = [build(Namespace, "shop"), build(Namespace, "vault")]
    both = {Listed(Secret.KIND.group_kind, "shop"), Listed(Secret.KIND.group_kind, "vault")}
    listed_namespaces = {Listed(Namespace.KIND.group_kind)}

    assert Inventory(reading(*namespaces, listed=both | listed_namespaces)).known(Secret)
    assert not Inventory(reading(*namespaces, listed=both)).known(Secret)
    assert not Inventory(reading(*namespaces, build(Namespace, "third"), listed=both | listed_namespaces)).known(Secret)


def test_an_unreadable_object_hides_only_itself() -> None:
    inventory = Inventory(reading_of([DB], gaps=[unreadable(Secret, "shop", "broken")]))

    assert inventory.get(Secret, "shop", "broken") == Unknown("Secret shop/broken could not be read: Expected `int`, got `str`")
    assert inventory.get(Secret, "shop", "bd") == Absent(confirmed=True)
    assert not inventory.known(Secret, "shop")
    assert not inventory.list(Secret, "shop").complete
    assert inventory.known(Secret, "vault")


def test_an_unreadable_object_of_unknown_name_may_be_any_of_its_namespace() -> None:
    inventory = Inventory(reading(DB, listed={Listed(Secret.KIND.group_kind)}, gaps=(unreadable(Secret, "shop", ""),)))

    assert isinstance(inventory.get(Secret, "shop", "bd"), Unknown)
    assert inventory.get(Secret, "shop", "db") == Found(DB)
    assert inventory.get(Secret, "vault", "bd") == Absent(confirmed=True)


def test_an_unreadable_object_of_unknown_kind_may_be_any() -> None:
    gap = Gap("", "", "", "list", GapReason.UNREADABLE, "an object without apiVersion or kind")
    inventory = Inventory(reading_of([DB], gaps=[gap]))

    assert inventory.get(Secret, "shop", "bd") == Unknown(
        "an object of unknown kind could not be read: an object without apiVersion or kind"
    )
    assert inventory.get(Secret, "shop", "db") == Found(DB)


def test_one_object_that_may_not_be_asked_for_says_why() -> None:
    gap = Gap("v1", "Secret", "shop", "get", GapReason.FORBIDDEN, "you may not get secrets", "bd")
    inventory = Inventory(reading(listed=set())).replace(Changes(gaps=(gap,)))

    assert inventory.get(Secret, "shop", "bd") == Unknown("Secret shop/bd could not be read: you may not get secrets")
    assert inventory.get(Secret, "shop", "other") == Unknown("Secrets were not read in shop")


def test_cluster_scoped_kinds_have_no_namespace() -> None:
    node = build(Node, "node-a")
    inventory = Inventory(reading_of([node]))

    assert inventory.get(Node, "shop", "node-a") == Found(node)
    assert inventory.find(Ref("v1", "Node", "shop", "node-a")) == Found(node)
    assert inventory.list(Node, "shop").items == (node,)
    assert inventory.known(Node, "shop")


def test_the_version_of_a_ref_does_not_matter() -> None:
    deployment = build(Deployment, "shop/cart")

    assert Inventory(reading_of([deployment])).find(Ref("apps/v1beta1", "Deployment", "shop", "cart")) == Found(deployment)
    assert isinstance(Inventory(reading_of([deployment])).find(Ref("extensions/v1beta1", "Deployment", "shop", "cart")), Unknown)


def test_custom_resources() -> None:
    database = object_from({"apiVersion": "db.example.com/v1", "kind": "Database", "metadata": {"name": "a", "namespace": "shop"}})
    queue = object_from({"apiVersion": "mq.example.com/v1", "kind": "Queue", "metadata": {"name": "a", "namespace": "vault"}})
    inventory = Inventory(reading_of([queue, database]))

    assert inventory.list(RawObject).items == (database, queue)
    assert inventory.list(RawObject, "vault").items == (queue,)
    assert not inventory.list(RawObject).complete
    assert inventory.find(Ref("db.example.com/v2", "Database", "shop", "a")) == Found(database)
    assert inventory.view([RawObject]).find(queue.ref) == Found(queue)
    assert isinstance(inventory.find(Ref("db.example.com/v1", "Cache", "shop", "a")), Unknown)
    with pytest.raises(TypeError, match="find"):
        inventory.get(RawObject, "shop", "a")


def test_lists_are_in_order_whatever_the_order_of_reading() -> None:
    pods = [build(Pod, name) for name in ("b/b", "a/c", "b/a", "a/a")]

    assert [pod.ref.name + pod.namespace for pod in Inventory(reading_of(pods)).list(Pod)] == ["aa", "ca", "ab", "bb"]


@pytest.mark.parametrize("turn", [1, -1])
def test_of_two_objects_with_one_name_the_younger_counts(turn: int) -> None:
    old = build(Pod, "shop/cart", uid="1", creationTimestamp="2026-01-01T00:00:00Z")
    new = build(Pod, "shop/cart", uid="0", creationTimestamp="2026-01-02T00:00:00Z")
    inventory = Inventory(reading_of([old, new][::turn]))

    assert inventory.list(Pod).items == (new,)


def test_objects_without_a_name_or_namespace_are_kept() -> None:
    nameless = Pod()

    assert Inventory(reading(nameless, listed={Listed(Pod.KIND.group_kind)})).list(Pod).items == (nameless,)


def test_a_view_raises_where_a_rule_looks_at_what_it_does_not_declare() -> None:
    pod = build(Pod, "shop/cart")
    inventory = Inventory(reading_of([pod, DB]))
    view = inventory.view([Pod])

    assert view.list(Pod).items == (pod,)
    assert view.events(pod) == ()
    assert view.all_events().items == ()
    assert view.get(Event, "shop", "x") == Absent(confirmed=True)
    asks: tuple[Callable[[], object], ...] = (
        lambda: view.get(Secret, "shop", "db"),
        lambda: view.find(DB.ref),
        lambda: view.list(Secret),
        lambda: view.known(Secret),
        lambda: view.select_labels(Secret, None, {"a": "b"}),
        lambda: view.owned_by(pod, Secret),
        lambda: inventory.view([Secret]).pods_on("node-a"),
    )
    for ask in asks:
        with pytest.raises(UndeclaredRead):
            ask()
    assert view.exists(DB.ref) is True


def test_logs_are_unknown_until_they_were_asked_for() -> None:
    inventory = Inventory(reading_of([]))
    pod = Ref("v1", "Pod", "shop", "cart")
    refused = inventory.replace(Changes(log_gaps=((LogKey(pod, "api"), "forbidden"),), no_logs=(LogKey(pod, "api", True),)))

    assert inventory.log(pod, "api") == Unknown("")
    assert refused.log(pod, "api") == Unknown("forbidden")
    assert refused.log(pod, "api", previous=True) == Absent(confirmed=True)


def test_counts_tell_what_was_listed_or_is_at_hand() -> None:
    inventory = Inventory(
        reading(DB, build(Pod, "shop/cart"), listed={Listed(Secret.KIND.group_kind, "shop"), Listed(ConfigMap.KIND.group_kind)})
    )

    assert inventory.counts() == {ConfigMap.KIND: 0, Pod.KIND: 1, Secret.KIND: 1}
    assert inventory.namespaces_of(Secret.KIND) == ("shop",)
    assert inventory.namespaces_of(ConfigMap.KIND) == ()
