"""What a dump may claim: absence is claimed only where a list proves it."""

from pathlib import Path
from typing import Any

import pytest

from kubedx.errors import NamespaceAbsent
from kubedx.kube import (
    ClusterRole,
    ConfigMap,
    Deployment,
    Event,
    Gap,
    GapReason,
    Gateway,
    GroupKind,
    Kind,
    Lease,
    Listed,
    Namespace,
    Node,
    Pod,
    PodMetrics,
    Reading,
    Ref,
    Secret,
    Service,
)
from kubedx.source import DumpSource, Scope
from source.dump_material import ALL_KINDS, Document, listing, obj, pod, read, sweep, write


def listed(reading: Reading, kind: Kind) -> set[str] | None:
    """The namespaces in which a kind is listed; {""} for everywhere, None for nowhere."""
    found = {each.namespace for each in reading.listed if each.group_kind == kind.group_kind}
    return found or None


def gap_of(reading: Reading, kind: Kind) -> str:
    """The message of the gap of a whole kind; empty without one."""
    return next((gap.message for gap in reading.gaps if gap.kind == kind.kind and not gap.name), "")


def dump(tmp_path: Path, *documents: Document, **options: Any) -> Reading:
    return read(write(tmp_path / "dump", *documents), **options)


class TestSweep:
    def test_kinds_without_objects_have_none(self, tmp_path: Path) -> None:
        reading = dump(tmp_path, sweep())
        assert listed(reading, Deployment.KIND) == {""}
        assert listed(reading, Event.KIND) == {""}
        assert listed(reading, Node.KIND) == {""}
        assert not gap_of(reading, Deployment.KIND)

    def test_a_group_that_is_not_served_has_no_objects(self, tmp_path: Path) -> None:
        assert listed(dump(tmp_path, sweep()), Gateway.KIND) == {""}
        assert listed(dump(tmp_path, sweep(groups=("", "apps", "gateway.networking.k8s.io"))), Gateway.KIND) == {""}

    def test_kinds_of_which_every_cluster_has_some_were_left_out(self, tmp_path: Path) -> None:
        reading = dump(tmp_path, sweep())
        assert listed(reading, Lease.KIND) is None
        assert listed(reading, ClusterRole.KIND) is None
        assert gap_of(reading, Lease.KIND) == "the dump holds no object of kind Lease"

    def test_another_server_may_have_been_down(self, tmp_path: Path) -> None:
        spec = {"group": "metrics.k8s.io", "version": "v1beta1", "service": {"name": "metrics-server", "namespace": "kube-system"}}
        service = obj("APIService", "v1beta1.metrics.k8s.io", api_version="apiregistration.k8s.io/v1", spec=spec)
        assert listed(dump(tmp_path, sweep(service)), PodMetrics.KIND) is None
        metrics = obj("PodMetrics", "cart-1", "shop", "metrics.k8s.io/v1beta1", containers=[])
        assert listed(dump(tmp_path, sweep(service, metrics)), PodMetrics.KIND) == {""}

    @pytest.mark.parametrize("index", range(5))
    def test_one_sign_less_is_no_sweep(self, tmp_path: Path, index: int) -> None:
        signs = [
            ("Namespace", "default"),
            ("Namespace", "kube-system"),
            ("Service", "kubernetes"),
            ("PriorityClass", "system-cluster-critical"),
            ("APIService", "v1.apps"),
        ]
        whole = sweep()
        whole["items"] = [item for item in whole["items"] if (item["kind"], item["metadata"]["name"]) != signs[index]]
        assert listed(dump(tmp_path, whole), Deployment.KIND) is None

    def test_a_file_that_cannot_be_read_may_hold_anything(self, tmp_path: Path) -> None:
        write(tmp_path / "dump" / "a.json", sweep())
        (tmp_path / "dump" / "b.json").write_text('{"apiVersion": "v1", "kind": "List", "items": [')
        reading = read(tmp_path / "dump")
        assert listed(reading, Deployment.KIND) is None
        assert listed(reading, ConfigMap.KIND) == {""}

    def test_a_sweep_of_lone_objects(self, tmp_path: Path) -> None:
        reading = dump(tmp_path, *sweep(pod())["items"])
        assert listed(reading, Pod.KIND) == {""}
        assert listed(reading, Deployment.KIND) == {""}

    def test_namespaces_without_any_object_were_not_swept(self, tmp_path: Path) -> None:
        reading = dump(tmp_path, sweep(obj("Namespace", "billing")))
        assert listed(reading, Deployment.KIND) == {"default", "kube-system", "shop"}
        assert listed(reading, Node.KIND) == {""}
        assert "only in" in gap_of(reading, Deployment.KIND)

    def test_a_namespace_that_goes_away_may_be_empty(self, tmp_path: Path) -> None:
        going = obj("Namespace", "billing", metadata={"deletionTimestamp": "2026-01-01T00:00:00Z"})
        assert listed(dump(tmp_path, sweep(going)), Deployment.KIND) == {""}


class TestSecretsLeftOut:
    def test_none_in_a_sweep_proves_nothing(self, tmp_path: Path) -> None:
        """must-gather and support bundles leave them out, and the kubelet may say of one that it lacks a key."""
        reading = dump(tmp_path, sweep())
        assert listed(reading, Secret.KIND) is None
        assert gap_of(reading, Secret.KIND) == "the dump holds no object of kind Secret"

    def test_where_some_are_there_they_count(self, tmp_path: Path) -> None:
        assert listed(dump(tmp_path, sweep(obj("Secret", "other", "shop", data={}))), Secret.KIND) == {""}


class TestLists:
    def test_of_one_namespace(self, tmp_path: Path) -> None:
        reading = dump(tmp_path, listing(pod(), obj("Service", "cart", "shop")))
        assert listed(reading, Pod.KIND) == {"shop"}
        assert listed(reading, Service.KIND) == {"shop"}
        assert listed(reading, Secret.KIND) is None
        assert not gap_of(reading, Pod.KIND)
        assert gap_of(reading, Secret.KIND) == "the dump holds no object of kind Secret"
        assert all(gap.reason is GapReason.NOT_IN_DUMP for gap in reading.gaps)

    def test_of_several_namespaces_without_a_sign(self, tmp_path: Path) -> None:
        reading = dump(tmp_path, listing(pod(), pod("db-0", "billing"), obj("Service", "cart", "shop")))
        assert listed(reading, Pod.KIND) == {"shop", "billing"}
        assert listed(reading, Service.KIND) == {"shop"}
        assert gap_of(reading, Service.KIND) == "the dump lists objects of kind Service only in shop"

    def test_of_all_namespaces(self, tmp_path: Path) -> None:
        reading = dump(tmp_path, listing(pod(), pod("coredns-1", "kube-system"), obj("Service", "cart", "shop")))
        assert listed(reading, Pod.KIND) == {""}
        assert listed(reading, Service.KIND) == {""}

    def test_the_list_of_namespaces_is_a_sign(self, tmp_path: Path) -> None:
        namespaces = listing(*(obj("Namespace", name) for name in ("kube-system", "shop", "billing")))
        pods = listing(pod(), pod("db-0", "billing"))
        reading = dump(tmp_path, namespaces, pods, listing(obj("ConfigMap", "web", "shop")))
        assert listed(reading, Pod.KIND) == {""}
        assert listed(reading, Namespace.KIND) == {""}
        assert listed(reading, ConfigMap.KIND) == {"shop"}

    def test_kube_system_alone_is_one_namespace(self, tmp_path: Path) -> None:
        assert listed(dump(tmp_path, listing(pod("coredns-1", "kube-system"))), Pod.KIND) == {"kube-system"}

    def test_lists_add_up(self, tmp_path: Path) -> None:
        reading = dump(tmp_path, listing(pod()), listing(pod("db-0", "billing")))
        assert listed(reading, Pod.KIND) == {"shop", "billing"}

    def test_a_lone_object_is_no_list(self, tmp_path: Path) -> None:
        reading = dump(tmp_path, pod(), obj("Node", "node-a"))
        assert listed(reading, Pod.KIND) is None
        assert listed(reading, Node.KIND) is None
        assert gap_of(reading, Pod.KIND) == "the dump holds some objects of kind Pod, but no list of them"

    def test_a_list_of_nodes(self, tmp_path: Path) -> None:
        assert listed(dump(tmp_path, listing(obj("Node", "node-a"))), Node.KIND) == {""}

    def test_an_empty_typed_list(self, tmp_path: Path) -> None:
        reading = dump(tmp_path, listing(kind="NodeList"), listing(kind="PodList"))
        assert listed(reading, Node.KIND) == {""}
        assert listed(reading, Pod.KIND) is None

    def test_an_item_without_a_name_spoils_the_list_of_its_kind(self, tmp_path: Path) -> None:
        nameless = {"apiVersion": "v1", "kind": "Pod", "metadata": {"labels": 7}}
        reading = dump(tmp_path, listing(pod(), nameless, obj("Service", "cart", "shop")))
        assert listed(reading, Pod.KIND) is None
        assert listed(reading, Service.KIND) == {"shop"}

    def test_an_item_with_a_name_does_not(self, tmp_path: Path) -> None:
        reading = dump(tmp_path, listing(pod(), {**pod("cart-2"), "spec": 7}))
        assert listed(reading, Pod.KIND) == {"shop"}


class TestScope:
    def test_only_what_was_asked_for_is_claimed(self, tmp_path: Path) -> None:
        reading = dump(tmp_path, sweep(pod(), pod("db-0", "kube-system")), scope=Scope(namespaces=("shop",)))
        assert [found.name for found in reading.objects[Pod.KIND.group_kind]] == ["cart-1"]
        assert listed(reading, Pod.KIND) == {"shop"}
        assert listed(reading, Node.KIND) == {""}

    def test_a_namespace_that_the_dump_does_not_list(self, tmp_path: Path) -> None:
        reading = dump(tmp_path, listing(pod()), scope=Scope(namespaces=("billing",)))
        assert listed(reading, Pod.KIND) is None
        assert gap_of(reading, Pod.KIND) == "the dump lists objects of kind Pod only in shop"

    def test_a_namespace_that_certainly_is_not(self, tmp_path: Path) -> None:
        with pytest.raises(NamespaceAbsent, match="namespace 'gone' does not exist in the cluster of dump"):
            dump(tmp_path, sweep(pod()), scope=Scope(namespaces=("shop", "gone")))

    def test_excluded_namespaces(self, tmp_path: Path) -> None:
        reading = dump(tmp_path, sweep(pod()), scope=Scope(excluded=("kube-system",)))
        assert listed(reading, Pod.KIND) == {"default", "shop"}
        assert {found.namespace for found in reading.objects[ConfigMap.KIND.group_kind]} == {"default", "shop"}


class TestGet:
    @pytest.fixture
    def source(self, tmp_path: Path) -> DumpSource:
        bad = {**pod("odd"), "spec": 7}
        return DumpSource([str(write(tmp_path / "dump", listing(pod(), bad, obj("ConfigMap", "web", "shop", data={"mode": "fast"}))))])

    def test_what_is_there(self, source: DumpSource) -> None:
        found = source.get(ConfigMap.KIND, Ref("v1", "ConfigMap", "shop", "web"))
        assert isinstance(found, ConfigMap)
        assert found.data == {"mode": "fast"}

    def test_what_is_not_in_a_list(self, source: DumpSource) -> None:
        assert source.get(Pod.KIND, Ref("v1", "Pod", "shop", "gone")) is None

    @pytest.mark.parametrize(
        ("kind", "namespace", "name", "reason"),
        [
            (Pod.KIND, "billing", "gone", GapReason.NOT_IN_DUMP),
            (Secret.KIND, "shop", "db", GapReason.NOT_IN_DUMP),
            (Node.KIND, "", "node-a", GapReason.NOT_IN_DUMP),
            (Pod.KIND, "shop", "odd", GapReason.UNREADABLE),
        ],
    )
    def test_what_is_not_known(self, source: DumpSource, kind: Kind, namespace: str, name: str, reason: GapReason) -> None:
        found = source.get(kind, kind.ref(namespace, name))
        assert isinstance(found, Gap)
        assert found.reason is reason


class TestRolesOfKubernetes:
    def binding(self, role: str) -> Document:
        ref = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role}
        return obj("ClusterRoleBinding", "b", api_version="rbac.authorization.k8s.io/v1", roleRef=ref)

    def role(self, name: str) -> Document:
        return obj("ClusterRole", name, api_version="rbac.authorization.k8s.io/v1", rules=[])

    def test_where_all_of_them_are_left_out_none_is_absent(self, tmp_path: Path) -> None:
        reading = dump(tmp_path, sweep(self.binding("system:node"), self.role("admin")))
        assert [gap.name for gap in reading.gaps if gap.kind == "ClusterRole"] == ["system:node"]

    def test_where_some_are_there_the_list_counts(self, tmp_path: Path) -> None:
        reading = dump(tmp_path, sweep(self.binding("system:nods"), self.role("system:node")))
        assert not [gap.name for gap in reading.gaps if gap.kind == "ClusterRole"]

    def test_other_roles_may_be_absent(self, tmp_path: Path) -> None:
        reading = dump(tmp_path, sweep(self.binding("shop-reader"), self.role("admin")))
        assert not [gap.name for gap in reading.gaps if gap.kind == "ClusterRole"]


def test_custom_resources_on_request(tmp_path: Path) -> None:
    basket = obj("Basket", "b", "shop", "shop.example/v1", status={"phase": "Full"})
    source = DumpSource([str(write(tmp_path / "dump", listing(basket, pod())))])
    kinds = source.custom_kinds()
    assert [kind.kind for kind in kinds] == ["Basket"]
    reading = source.read(kinds, Scope())
    assert Listed(GroupKind("shop.example", "Basket"), "shop") in reading.listed
    assert reading.objects[GroupKind("shop.example", "Basket")][0].name == "b"
    assert set(source.read(ALL_KINDS, Scope()).objects) == {kind.group_kind for kind in ALL_KINDS}
