"""MemorySource: a source that holds exactly what it was given."""

from datetime import UTC, datetime

from kubedx.kube import ConfigMap, Deployment, Gap, GapReason, GroupKind, Kind, Listed, LogKey, Namespace, Pod, Ref, Secret
from kubedx.source import LogLimit, MemorySource, Scope

POD_KEY = GroupKind("", "Pod")


def pod(name: str, namespace: str = "shop", **fields: object) -> dict[str, object]:
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": namespace}, **fields}


def gap(kind: str = "Pod", namespace: str = "", name: str = "") -> Gap:
    return Gap("v1", kind, namespace, "list", GapReason.FORBIDDEN, "no", name)


def log_key(pod_name: str = "cart-1", *, previous: bool = False) -> LogKey:
    return LogKey(Ref("v1", "Pod", "shop", pod_name), "api", previous)


class TestRead:
    def test_every_kind_is_listed_everywhere(self) -> None:
        reading = MemorySource(documents=[pod("cart-1")]).read([Pod.KIND, Secret.KIND], Scope())
        assert [found.name for found in reading.objects[POD_KEY]] == ["cart-1"]
        assert reading.objects[GroupKind("", "Secret")] == ()
        assert reading.listed == {Listed(POD_KEY), Listed(GroupKind("", "Secret"))}
        assert reading.gaps == ()
        assert reading.confirmed

    def test_a_scope_hides_other_namespaces_and_claims_nothing_of_them(self) -> None:
        source = MemorySource(documents=[pod("cart-1"), pod("db-0", "billing")])
        reading = source.read([Pod.KIND], Scope(namespaces=("shop",)))
        assert [found.name for found in reading.objects[POD_KEY]] == ["cart-1"]
        assert reading.listed == {Listed(POD_KEY, "shop")}

    def test_an_excluded_namespace_is_not_claimed(self) -> None:
        source = MemorySource(documents=[pod("cart-1"), pod("db-0", "billing")])
        reading = source.read([Pod.KIND, Namespace.KIND], Scope(excluded=("billing",)))
        assert reading.listed == {Listed(POD_KEY, "shop"), Listed(GroupKind("", "Namespace"))}

    def test_a_gap_of_a_kind_hides_the_list(self) -> None:
        reading = MemorySource(documents=[pod("cart-1")], gaps=[gap("Secret")]).read([Pod.KIND, Secret.KIND], Scope())
        assert reading.listed == {Listed(POD_KEY)}
        assert reading.gaps == (gap("Secret"),)

    def test_a_gap_of_a_namespace_hides_only_that(self) -> None:
        source = MemorySource(documents=[pod("cart-1"), pod("db-0", "billing")], gaps=[gap("Secret", "shop")])
        reading = source.read([Secret.KIND], Scope())
        assert reading.listed == {Listed(GroupKind("", "Secret"), "billing")}

    def test_gaps_of_kinds_that_nobody_asked_for_stay_out(self) -> None:
        assert MemorySource(gaps=[gap("Secret")]).read([Pod.KIND], Scope()).gaps == ()

    def test_documents_may_be_lists(self) -> None:
        listed = {"apiVersion": "v1", "kind": "List", "items": [pod("cart-1"), pod("cart-2")]}
        assert len(MemorySource(documents=[listed]).read([Pod.KIND], Scope()).objects[POD_KEY]) == 2

    def test_a_document_that_does_not_fit_becomes_a_gap(self) -> None:
        source = MemorySource(documents=[pod("cart-1", spec={"containers": 7}), {"kind": "Pod"}])
        reading = source.read([Pod.KIND], Scope())
        assert reading.objects[POD_KEY] == ()
        assert {(found.name, found.reason) for found in reading.gaps} == {("cart-1", GapReason.UNREADABLE), ("", GapReason.UNREADABLE)}

    def test_kinds_without_a_type_are_raw(self) -> None:
        document = {"apiVersion": "shop.example/v1", "kind": "Basket", "metadata": {"name": "b", "namespace": "shop"}}
        source = MemorySource(documents=[document])
        assert source.kinds == (Kind("shop.example/v1", "Basket", "baskets"),)
        assert source.read(source.kinds, Scope()).objects[GroupKind("shop.example", "Basket")][0].name == "b"

    def test_an_old_version_of_another_shape_is_a_gap(self) -> None:
        document = {"apiVersion": "networking.k8s.io/v1beta1", "kind": "Ingress", "metadata": {"name": "web", "namespace": "shop"}}
        source = MemorySource(documents=[document])
        assert source.kinds == ()

    def test_now_is_the_latest_moment_told(self) -> None:
        document = pod("cart-1", status={"conditions": [{"type": "Ready", "lastTransitionTime": "2026-01-02T03:04:05Z"}]})
        assert MemorySource(documents=[document]).read([], Scope()).now == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    def test_now_may_be_given(self) -> None:
        now = datetime(2026, 5, 1, tzinfo=UTC)
        assert MemorySource(now=now).read([], Scope()).now == now


class TestGet:
    def test_found_absent_and_hidden(self) -> None:
        source = MemorySource(documents=[pod("cart-1")], gaps=[gap("Secret", "shop"), gap("ConfigMap", "shop", "web")])
        found = source.get(Pod.KIND, Ref("v1", "Pod", "shop", "cart-1"))
        assert isinstance(found, Pod)
        assert source.get(Pod.KIND, Ref("v1", "Pod", "shop", "cart-2")) is None
        assert source.get(Secret.KIND, Ref("v1", "Secret", "shop", "db")) == gap("Secret", "shop")
        assert source.get(ConfigMap.KIND, Ref("v1", "ConfigMap", "shop", "web")) == gap("ConfigMap", "shop", "web")
        assert source.get(ConfigMap.KIND, Ref("v1", "ConfigMap", "shop", "api")) is None
        assert source.get(Deployment.KIND, Ref("apps/v1", "Deployment", "shop", "cart")) is None


class TestLog:
    def test_by_key_and_by_path(self) -> None:
        source = MemorySource(logs={log_key(): "one\ntwo\n", "shop/cart-1/api.previous": "zero"})
        current, previous = source.log(log_key(), LogLimit()), source.log(log_key(previous=True), LogLimit())
        assert current is not None
        assert not isinstance(current, Gap)
        assert current.lines == ("one", "two")
        assert previous is not None
        assert not isinstance(previous, Gap)
        assert previous.lines == ("zero",)
        assert source.log(log_key("cart-2"), LogLimit()) is None

    def test_only_the_last_lines(self) -> None:
        found = MemorySource(logs={log_key(): "a\nb\nc\n"}).log(log_key(), LogLimit(lines=2))
        assert found is not None
        assert not isinstance(found, Gap)
        assert (found.lines, found.truncated) == (("b", "c"), True)

    def test_a_gap_in_place_of_a_log(self) -> None:
        assert MemorySource(logs={log_key(): gap()}).log(log_key(), LogLimit()) == gap()

    def test_closing_twice(self) -> None:
        source = MemorySource()
        source.close()
        source.close()
        assert source.kinds == ()
