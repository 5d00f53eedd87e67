"""A live cluster is read whole, and what cannot be read is said."""

import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from apiserver.cluster import Cluster
from apiserver.conftest import MAP_VALUE, PODS, SECRET_VALUE
from apiserver.interposer import Fault, Interposer, Request
from kubedx.errors import ClusterUnreachable, NamespaceAbsent, NothingReadable
from kubedx.kube import (
    TYPES,
    ConfigMap,
    Event,
    Gap,
    GapReason,
    GroupKind,
    Kind,
    Listed,
    Namespace,
    Node,
    Origin,
    Pod,
    RawObject,
    Reading,
    Secret,
)
from kubedx.source import LiveSource, Scope, load_cluster

ALL = tuple(kind_type.KIND for kind_type in TYPES)
POD, NODE, NAMESPACE = Pod.KIND, Node.KIND, Namespace.KIND
EVERYTHING = Scope()


def source(cluster: Cluster, tmp_path: Path, user: str = "admin", *, via: Interposer | None = None, **options: object) -> LiveSource:
    """A source as a user, whose requests pass the interposer if one is given."""
    known = {key: options.pop(key) for key in ("namespace",) if key in options}
    entry = {"server": via.url, "certificate-authority-data": None} if via else {}
    kubeconfig = cluster.kubeconfig(tmp_path / "kubeconfig", user, cluster=entry, **known)  # type: ignore[arg-type]  # keywords handed on by name
    return LiveSource(load_cluster(kubeconfig, None, None, {}), **options)  # type: ignore[arg-type]  # keywords handed on by name


def read(live: LiveSource, kinds: Sequence[Kind], scope: Scope = EVERYTHING, deadline: float | None = None) -> Reading:
    try:
        return live.read(kinds, scope, deadline)
    finally:
        live.close()


def names(reading: Reading, kind: Kind) -> list[str]:
    return sorted(found.name for found in reading.objects[kind.group_kind])


def gaps(reading: Reading, kind: Kind) -> list[tuple[str, GapReason]]:
    return [(gap.namespace, gap.reason) for gap in reading.gaps if (gap.api_version, gap.kind) == (kind.api_version, kind.kind)]


def test_an_administrator_reads_every_kind(cluster: Cluster, shop: str, tmp_path: Path) -> None:
    reading = read(source(cluster, tmp_path), ALL)
    assert reading.gaps == ()
    assert reading.listed == {Listed(kind.group_kind) for kind in ALL}
    assert (reading.cluster.source, reading.cluster.name) == (Origin.LIVE, "test")
    assert reading.cluster.version.startswith("v1.")
    assert "cart" in names(reading, POD)
    assert not reading.confirmed


def test_now_is_the_clock_of_the_api_server(cluster: Cluster, shop: str, tmp_path: Path, interposer: Interposer) -> None:
    past = {"Date": "Wed, 01 Jan 2020 00:00:00 GMT", "Content-Type": "application/json"}
    interposer.fault = lambda _request, _number: Fault(200, past, b'{"kind":"List","gitVersion":"v1","items":[]}')
    reading = read(source(cluster, tmp_path, "root", via=interposer), [POD])
    assert reading.now.isoformat() == "2020-01-01T00:00:00+00:00"


def test_one_request_for_each_kind(cluster: Cluster, shop: str, tmp_path: Path, interposer: Interposer) -> None:
    read(source(cluster, tmp_path, "root", via=interposer), ALL)
    lists = [request.path for request in interposer.seen if request.path not in {"/version", "/api", "/apis"}]
    served = [kind for kind in ALL if "gateway" not in kind.group and "metrics" not in kind.group]
    assert len(lists) == len(set(lists)) == len(served)
    assert len(interposer.seen) == len(lists) + 3


def test_values_of_secrets_never_come_and_those_of_config_maps_only_on_demand(
    cluster: Cluster, shop: str, tmp_path: Path, interposer: Interposer
) -> None:
    live = source(cluster, tmp_path, "root", via=interposer)
    reading = live.read([Secret.KIND, ConfigMap.KIND], EVERYTHING)
    secret = live.get(Secret.KIND, Secret.KIND.ref(shop, "db"))
    wire = b"".join(interposer.answers)
    settings = live.get(ConfigMap.KIND, ConfigMap.KIND.ref(shop, "settings"))
    live.close()
    listed = next(found for found in reading.objects[Secret.KIND.group_kind] if (found.namespace, found.name) == (shop, "db"))
    assert isinstance(listed, Secret)
    assert (listed.keys, listed.keys_known, listed.type) == (("dsn",), True, "Opaque")
    assert secret == listed
    assert SECRET_VALUE not in repr(reading)
    assert MAP_VALUE not in repr(reading)
    assert SECRET_VALUE.encode() not in wire
    assert MAP_VALUE.encode() not in wire
    assert isinstance(settings, ConfigMap)
    assert settings.data == {"mode": MAP_VALUE}


@pytest.mark.parametrize("scope", [EVERYTHING, Scope(namespaces=("shop",))])
def test_a_user_of_one_namespace_reads_that_one(cluster: Cluster, shop: str, tmp_path: Path, scope: Scope) -> None:
    reading = read(source(cluster, tmp_path, "shop-reader", namespace=shop), [POD, NODE, Event.KIND, NAMESPACE], scope)
    assert names(reading, POD) == ["cart"]
    assert reading.listed == {Listed(POD.group_kind, shop), Listed(Event.KIND.group_kind, shop)}
    assert gaps(reading, NODE) == [("", GapReason.FORBIDDEN)]
    # That pods elsewhere are not known is said, unless only this namespace was asked for.
    assert gaps(reading, POD) == ([] if scope.namespaces else [("", GapReason.FORBIDDEN)])
    # The namespace itself may be read one by one only.
    assert names(reading, NAMESPACE) == (["shop"] if scope.namespaces else [])


def test_who_may_list_namespaces_has_each_tried(cluster: Cluster, shop: str, tmp_path: Path) -> None:
    reading = read(source(cluster, tmp_path, "shop-lister"), [POD, NAMESPACE, ConfigMap.KIND])
    others = [name for name in names(reading, NAMESPACE) if name != shop]
    assert names(reading, POD) == ["cart"]
    assert reading.listed == {Listed(POD.group_kind, shop), Listed(NAMESPACE.group_kind)}
    assert gaps(reading, POD) == [(name, GapReason.FORBIDDEN) for name in others]
    # Forbidden everywhere is said once.
    assert gaps(reading, ConfigMap.KIND) == [("", GapReason.FORBIDDEN)]


def test_where_there_are_many_namespaces_rights_are_asked_for_first(
    cluster: Cluster, shop: str, tmp_path: Path, interposer: Interposer, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = read(source(cluster, tmp_path, "shop-lister", via=interposer), [POD, NAMESPACE, ConfigMap.KIND, NODE])
    assert not interposer.asked("/selfsubjectrulesreviews")
    del interposer.seen[:]
    monkeypatch.setattr("kubedx.source.live_read.MANY_LISTS", 0)
    many = read(source(cluster, tmp_path, "shop-lister", via=interposer), [POD, NAMESPACE, ConfigMap.KIND, NODE])
    assert len(interposer.asked("/selfsubjectrulesreviews")) == len(names(many, NAMESPACE))
    # Once for all namespaces, once for the only one of them where it is allowed.
    assert len(interposer.asked("/pods")) == 2
    assert len(interposer.asked("/configmaps")) == 1
    assert (many.objects, many.listed) == (few.objects, few.listed)
    assert [(gap.kind, gap.namespace, gap.reason) for gap in many.gaps] == [(gap.kind, gap.namespace, gap.reason) for gap in few.gaps]


def test_where_rights_cannot_be_told_every_namespace_is_tried(
    cluster: Cluster, shop: str, tmp_path: Path, interposer: Interposer, monkeypatch: pytest.MonkeyPatch
) -> None:
    interposer.fault = lambda request, _number: Fault(403) if request.method == "POST" else None
    monkeypatch.setattr("kubedx.source.live_read.MANY_LISTS", 0)
    reading = read(source(cluster, tmp_path, "shop-lister", via=interposer), [POD, NAMESPACE])
    assert names(reading, POD) == ["cart"]
    assert len(interposer.asked("/pods")) == 1 + len(names(reading, NAMESPACE))


def test_nodes_that_may_not_be_listed_are_a_gap_alone(cluster: Cluster, shop: str, tmp_path: Path) -> None:
    reading = read(source(cluster, tmp_path, "no-nodes"), [POD, NODE])
    assert "cart" in names(reading, POD)
    assert reading.listed == {Listed(POD.group_kind)}
    assert [(gap.kind, gap.verb, gap.reason) for gap in reading.gaps] == [("Node", "list", GapReason.FORBIDDEN)]
    assert "no-nodes" in reading.gaps[0].message


def test_who_may_list_nothing_is_told_so(cluster: Cluster, shop: str, tmp_path: Path) -> None:
    with pytest.raises(NothingReadable, match="pods is forbidden"):
        read(source(cluster, tmp_path, "nobody"), [NODE, POD])


def test_an_absent_namespace_is_an_error(cluster: Cluster, shop: str, tmp_path: Path) -> None:
    with pytest.raises(NamespaceAbsent, match="'shpo'"):
        read(source(cluster, tmp_path), [POD], Scope(namespaces=("shop", "shpo")))


def test_excluded_namespaces_are_not_sent_and_not_claimed(cluster: Cluster, shop: str, tmp_path: Path, interposer: Interposer) -> None:
    reading = read(source(cluster, tmp_path, "root", via=interposer), [POD, NODE], Scope(excluded=("shop", "kube-system")))
    (request,) = interposer.asked("/pods")
    assert request.query["fieldSelector"] == "metadata.namespace!=shop,metadata.namespace!=kube-system"
    assert "cart" not in names(reading, POD)
    assert Listed(POD.group_kind, "default") in reading.listed
    assert Listed(NODE.group_kind) in reading.listed
    assert not {Listed(POD.group_kind), Listed(POD.group_kind, "shop"), Listed(POD.group_kind, "kube-system")} & reading.listed


@pytest.mark.parametrize(("from_cache", "requests"), [(True, 1), (False, 3)])
def test_twelve_hundred_pods(
    cluster: Cluster, many_pods: str, tmp_path: Path, interposer: Interposer, from_cache: bool, requests: int
) -> None:
    reading = read(source(cluster, tmp_path, "root", via=interposer, from_cache=from_cache), [POD], Scope(namespaces=(many_pods,)))
    assert names(reading, POD) == [f"pod-{number:04}" for number in range(PODS)]
    assert reading.listed == {Listed(POD.group_kind, many_pods)}
    assert len(interposer.asked("/pods")) == requests


def test_a_list_whose_pages_expire_is_begun_again(cluster: Cluster, many_pods: str, tmp_path: Path, interposer: Interposer) -> None:
    gone = Fault(410, {"Content-Type": "application/json"}, b'{"kind":"Status","reason":"Expired","message":"too old","code":410}')
    interposer.fault = lambda request, number: gone if "continue" in request.query and number == 3 else None
    live = source(cluster, tmp_path, "root", via=interposer, from_cache=False)
    reading = read(live, [POD], Scope(namespaces=(many_pods,)))
    assert len(names(reading, POD)) == PODS
    assert ["continue" in request.query for request in interposer.asked("/pods")] == [False, True, True, False, True, True]


def test_a_list_that_never_lasts_keeps_what_was_read(cluster: Cluster, many_pods: str, tmp_path: Path, interposer: Interposer) -> None:
    interposer.fault = lambda request, _number: Fault(410) if "continue" in request.query else None
    live = source(cluster, tmp_path, "root", via=interposer, from_cache=False)
    reading = read(live, [POD], Scope(namespaces=(many_pods,)))
    assert len(names(reading, POD)) == 500
    assert reading.listed == set()
    assert gaps(reading, POD) == [(many_pods, GapReason.SERVER_ERROR)]


def test_a_429_is_waited_for(cluster: Cluster, shop: str, tmp_path: Path, interposer: Interposer) -> None:
    interposer.fault = lambda request, number: Fault(429, {"Retry-After": "1"}) if request.path.endswith("/pods") and number == 1 else None
    reading = read(source(cluster, tmp_path, "root", via=interposer), [POD, NODE])
    assert "cart" in names(reading, POD)
    assert reading.gaps == ()
    assert len(interposer.asked("/pods")) == 2


def test_an_answer_that_is_cut_is_asked_for_again(cluster: Cluster, shop: str, tmp_path: Path, interposer: Interposer) -> None:
    interposer.fault = lambda request, number: Fault(cut=True) if request.path.endswith("/pods") and number < 3 else None
    reading = read(source(cluster, tmp_path, "root", via=interposer), [POD, NODE])
    assert "cart" in names(reading, POD)
    assert reading.gaps == ()
    assert len(interposer.asked("/pods")) == 3


def test_an_answer_that_is_always_cut_is_a_gap(cluster: Cluster, shop: str, tmp_path: Path, interposer: Interposer) -> None:
    interposer.fault = lambda request, _number: Fault(cut=True) if request.path.endswith("/pods") else None
    reading = read(source(cluster, tmp_path, "root", via=interposer), [POD, NODE])
    assert gaps(reading, POD) == [("", GapReason.SERVER_ERROR)]
    assert reading.listed == {Listed(NODE.group_kind)}
    assert len(interposer.asked("/pods")) == 3


def test_what_is_not_answered_by_the_deadline_is_a_gap(cluster: Cluster, shop: str, tmp_path: Path, interposer: Interposer) -> None:
    import time

    interposer.fault = lambda request, _number: Fault(hang=True) if request.path.endswith("/pods") else None
    reading = read(source(cluster, tmp_path, "root", via=interposer), [POD, NODE], deadline=time.monotonic() + 2)
    assert gaps(reading, POD) == [("", GapReason.TIMEOUT)]
    assert reading.listed == {Listed(NODE.group_kind)}


def test_a_cluster_that_does_not_answer_by_the_deadline_is_unreachable(
    cluster: Cluster, shop: str, tmp_path: Path, interposer: Interposer
) -> None:
    import time

    interposer.fault = lambda _request, _number: Fault(hang=True)
    with pytest.raises(ClusterUnreachable, match="time limit"):
        read(source(cluster, tmp_path, "root", via=interposer), [POD], deadline=time.monotonic() + 0.5)


WIDGET = Kind("gone.example.com/v1", "Widget", "widgets")
GADGET = Kind("example.com/v1", "Gadget", "gadgets")


@pytest.fixture(scope="module")
def dead_group(cluster: Cluster) -> None:
    """An aggregated API whose service does not exist."""
    spec = {"group": "gone.example.com", "version": "v1", "groupPriorityMinimum": 10, "versionPriority": 10, "insecureSkipTLSVerify": True}
    service = {"namespace": "default", "name": "nothing"}
    body = {"metadata": {"name": "v1.gone.example.com"}, "spec": spec | {"service": service}}
    cluster.create("/apis/apiregistration.k8s.io/v1/apiservices", body)
    cluster.until("/apis", lambda answer: "gone.example.com" in str(answer))


@pytest.fixture(scope="module")
def gadgets(cluster: Cluster) -> None:
    """A custom resource, and one object of it."""
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    version = {"name": "v1", "served": True, "storage": True, "schema": schema}
    described = {"plural": "gadgets", "singular": "gadget", "kind": "Gadget", "listKind": "GadgetList"}
    spec = {"group": "example.com", "scope": "Namespaced", "names": described, "versions": [version]}
    cluster.create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {"metadata": {"name": "gadgets.example.com"}, "spec": spec})
    cluster.until("/apis/example.com/v1", lambda answer: "gadgets" in str(answer))
    gadget = {"apiVersion": "example.com/v1", "kind": "Gadget", "metadata": {"name": "one"}, "status": {"phase": "Odd"}}
    cluster.create("/apis/example.com/v1/namespaces/default/gadgets", gadget)


@pytest.mark.parametrize("aggregated", [True, False], ids=["aggregated discovery", "discovery before 1.26"])
def test_kinds_whose_api_is_dead_absent_or_our_own(
    cluster: Cluster, shop: str, dead_group: None, gadgets: None, tmp_path: Path, interposer: Interposer, aggregated: bool
) -> None:
    if not aggregated:
        interposer.rewrite = lambda headers: headers | {"Accept": "application/json"} if "apidiscovery" in headers["Accept"] else headers
    nowhere = Kind("nowhere.example.com/v1", "Thing", "things")
    removed = Kind("policy/v1beta1", "PodSecurityPolicy", "podsecuritypolicies", namespaced=False)
    other = Kind("example.com/v2", "Gadget", "gadgets")
    reading = read(source(cluster, tmp_path, "root", via=interposer), [POD, WIDGET, GADGET, nowhere, removed])
    assert reading.listed == {Listed(POD.group_kind), Listed(GADGET.group_kind), Listed(nowhere.group_kind)}
    (gadget,) = reading.objects[GADGET.group_kind]
    assert isinstance(gadget, RawObject)
    assert gadget.data["status"] == {"phase": "Odd"}
    assert gaps(reading, WIDGET) == [("", GapReason.ABSENT_API)]
    assert gaps(reading, removed) == [("", GapReason.ABSENT_API)]
    assert len(reading.gaps) == 2
    renamed = read(source(cluster, tmp_path, "root", via=interposer), [other, POD])
    assert gaps(renamed, other) == [("", GapReason.ABSENT_API)]
    assert "example.com/v1 only" in renamed.gaps[0].message


def test_one_object_as_it_is_now(cluster: Cluster, shop: str, gadgets: None, tmp_path: Path) -> None:
    live = source(cluster, tmp_path)
    cart = live.get(POD, POD.ref(shop, "cart"))
    assert isinstance(cart, Pod)
    assert cart.name == "cart"
    assert isinstance(live.get(GADGET, GADGET.ref("default", "one")), RawObject)
    assert live.get(POD, POD.ref(shop, "crat")) is None
    assert live.get(POD, POD.ref("nowhere", "cart")) is None
    assert live.get(Secret.KIND, Secret.KIND.ref(shop, "dsn")) is None
    assert live.get(WIDGET.__class__("new.example.com/v1", "Thing", "things"), POD.ref(shop, "cart")) is None
    removed = live.get(Kind("policy/v1beta1", "PodSecurityPolicy", "podsecuritypolicies", namespaced=False), NODE.ref("", "x"))
    assert isinstance(removed, Gap)
    assert removed.reason is GapReason.ABSENT_API
    live.close()


def test_an_object_that_may_not_be_read_is_a_gap(cluster: Cluster, shop: str, tmp_path: Path) -> None:
    live = source(cluster, tmp_path, "shop-reader")
    answer = live.get(Secret.KIND, Secret.KIND.ref(shop, "db"))
    live.close()
    assert isinstance(answer, Gap)
    assert (answer.verb, answer.reason, answer.namespace, answer.name) == ("get", GapReason.FORBIDDEN, shop, "db")


def test_progress_is_told_kind_by_kind(cluster: Cluster, shop: str, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    live = source(cluster, tmp_path, on_progress=lambda kind, done, total: told.append((kind.kind, done, total)))
    read(live, [POD, NODE, NAMESPACE])
    assert sorted(kind for kind, _, _ in told) == ["Namespace", "Node", "Pod"]
    assert [(done, total) for _, done, total in told] == [(1, 3), (2, 3), (3, 3)]


def test_groups_are_told_apart(cluster: Cluster, shop: str, tmp_path: Path) -> None:
    newer = Kind("events.k8s.io/v1", "Event", "events")
    reading = read(source(cluster, tmp_path), [Event.KIND, newer])
    assert set(reading.objects) == {GroupKind("", "Event"), GroupKind("events.k8s.io", "Event")}


def test_requests_say_who_asks(cluster: Cluster, shop: str, tmp_path: Path, interposer: Interposer) -> None:
    def agents(requests: list[Request]) -> set[str]:
        return {request.headers["User-Agent"].partition("/")[0] for request in requests}

    read(source(cluster, tmp_path, "root", via=interposer), [POD])
    assert agents(interposer.seen) == {"kubedx"}


def test_custom_kinds_are_told_and_their_objects_read_raw(cluster: Cluster, tmp_path: Path) -> None:
    called = {"plural": "baskets", "singular": "basket", "kind": "Basket", "listKind": "BasketList"}
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    version = {"name": "v1", "served": True, "storage": True, "schema": schema}
    spec = {"group": "shop.example.com", "scope": "Namespaced", "names": called, "versions": [version]}
    cluster.create(
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {"metadata": {"name": "baskets.shop.example.com"}, "spec": spec}
    )
    live = source(cluster, tmp_path)
    for _attempt in range(100):
        kinds = [kind for kind in live.custom_kinds() if kind.kind == "Basket"]
        if kinds:
            break
        time.sleep(0.1)
    cluster.create(
        "/apis/shop.example.com/v1/namespaces/default/baskets",
        {"apiVersion": "shop.example.com/v1", "kind": "Basket", "metadata": {"name": "full"}, "status": {"phase": "Full"}},
    )
    reading = read(live, [NAMESPACE, *kinds])

    assert kinds == [Kind("shop.example.com/v1", "Basket", "baskets", namespaced=True)]
    assert [(obj.name, getattr(obj, "data", {})["status"]["phase"]) for obj in reading.objects[kinds[0].group_kind]] == [("full", "Full")]
