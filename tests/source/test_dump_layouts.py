"""Dumps as other tools lay them out. Sources of each layout: `kubedx.source.dump_layouts`.

What a tool did not collect is a gap, never absent; what it collected and found empty is known to be empty.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml

from kubedx.kube import (
    ConfigMap,
    DaemonSet,
    Deployment,
    Event,
    Gap,
    GapReason,
    Ingress,
    Job,
    Kind,
    Namespace,
    Node,
    PersistentVolume,
    PersistentVolumeClaim,
    Pod,
    Reading,
    Secret,
    Service,
    StatefulSet,
    StorageClass,
)
from kubedx.source.dump_layouts import place_of, split_logs
from source.dump_material import Document, listing, log_of, names, obj, pod, read, tar, write

RUNNING = {"containerStatuses": [{"name": "api", "restartCount": 1, "state": {"running": {}}}]}
CART = pod(status=RUNNING)
DEPLOYMENT = obj("Deployment", "cart", "shop", "apps/v1")
NODE = obj("Node", "node-a", status={"nodeInfo": {"kubeletVersion": "v1.30.2"}})
START = "==== START logs for container api of pod shop/cart-1 ====\n"
END = "==== END logs for container api of pod shop/cart-1 ====\n"


def bare(document: Document) -> Document:
    """An item of a typed list, which lacks its kind."""
    return {key: value for key, value in document.items() if key not in {"apiVersion", "kind"}}


def typed(kind: str, *objects: Document, api_version: str = "v1") -> Document:
    """A typed list as client-go prints it."""
    return listing(*map(bare, objects), kind=f"{kind}List", api_version=api_version)


def extent(reading: Reading, kind: Kind) -> set[str] | None:
    return {each.namespace for each in reading.listed if each.group_kind == kind.group_kind} or None


def gaps(reading: Reading) -> set[str]:
    assert all(gap.reason is GapReason.NOT_IN_DUMP for gap in reading.gaps)
    return {gap.kind for gap in reading.gaps}


CLUSTER_INFO: dict[str, Sequence[Document]] = {
    "events": [typed("Event", obj("Event", "cart-1.17", "shop", message="Back-off", involvedObject={"kind": "Pod", "name": "cart-1"}))],
    "replication-controllers": [typed("ReplicationController")],
    "services": [typed("Service", obj("Service", "cart", "shop"))],
    "daemonsets": [typed("DaemonSet", api_version="apps/v1")],
    "deployments": [typed("Deployment", DEPLOYMENT, api_version="apps/v1")],
    "replicasets": [typed("ReplicaSet", api_version="apps/v1")],
    "pods": [typed("Pod", CART)],
}


class TestClusterInfoDump:
    def folder(self, tmp_path: Path, extension: str = ".json") -> Path:
        def put(path: Path, document: Document) -> None:
            write(path, document, indent=4)
            if extension == ".yaml":
                path.write_text(f"---\n{yaml.safe_dump(document)}")

        put(tmp_path / f"nodes{extension}", typed("Node", NODE))
        for name, documents in CLUSTER_INFO.items():
            put(tmp_path / "shop" / f"{name}{extension}", documents[0])
        (tmp_path / "shop" / "cart-1").mkdir()
        (tmp_path / "shop" / "cart-1" / "logs.txt").write_text(f"{START}ready\nfailed\n{END}")
        return tmp_path

    @pytest.mark.parametrize("extension", [".json", ".yaml"])
    def test_a_folder(self, tmp_path: Path, extension: str) -> None:
        path = self.folder(tmp_path, extension)
        reading = read(path)
        assert names(reading) == ["cart-1"]
        assert names(reading, Node.KIND) == ["node-a"]
        assert extent(reading, Pod.KIND) == extent(reading, Event.KIND) == {"shop"}
        assert extent(reading, Node.KIND) == {""}
        assert log_of(path) == ("ready", "failed")
        assert reading.cluster.version == "v1.30.2"

    def test_an_empty_list_tells_of_its_own_namespace(self, tmp_path: Path) -> None:
        reading = read(self.folder(tmp_path))
        assert extent(reading, DaemonSet.KIND) == {"shop"}
        assert names(reading, DaemonSet.KIND) == []

    def test_what_it_never_asks_for_is_a_gap(self, tmp_path: Path) -> None:
        missing = gaps(read(self.folder(tmp_path)))
        assert {"Secret", "ConfigMap", "Namespace", "StatefulSet", "Job", "Ingress", "PersistentVolumeClaim", "ServiceAccount"} <= missing
        assert not {"Pod", "Service", "Deployment", "DaemonSet", "ReplicaSet", "Event", "Node"} & missing

    def stream(self) -> str:
        lists = [typed("Node", NODE), *(documents[0] for documents in CLUSTER_INFO.values())]
        other = typed("Pod", pod("db-0", "billing", status=RUNNING))
        logs = f"{START}ready\n{{\n{END.replace('END', 'START')}failed{END}"
        error = 'Request log error: container "api" in pod "db-0" is waiting to start: PodInitializing\n'
        refused = f"{START}{error}{END}".replace("shop/cart-1", "billing/db-0")
        return "\n".join(json.dumps(one, indent=4) for one in lists) + f"\n{logs}{json.dumps(other, indent=4)}\n{refused}"

    def test_what_it_prints(self, tmp_path: Path) -> None:
        path = tmp_path / "cluster-info.dump"
        path.write_text(self.stream())
        reading = read(path)
        assert names(reading) == ["db-0", "cart-1"]
        assert extent(reading, Pod.KIND) == {"shop", "billing"}
        assert extent(reading, Deployment.KIND) == {"shop"}
        assert extent(reading, DaemonSet.KIND) is None  # an empty list in a stream does not tell of which namespace it is
        assert not [gap for gap in reading.gaps if not gap.kind]

    def test_the_logs_in_what_it_prints(self, tmp_path: Path) -> None:
        path = tmp_path / "cluster-info.dump"
        path.write_text(self.stream())
        assert log_of(path) == ("ready", "{", END.strip().replace("END", "START"), "failed")
        refused = log_of(path, pod_name="db-0", namespace="billing")
        assert isinstance(refused, Gap)
        assert refused.reason is GapReason.NOT_IN_DUMP

    def test_a_stream_that_is_cut_off_in_a_log(self) -> None:
        objects, logs = split_logs(b'{"kind": 1}\n' + START.encode() + b"one\ntwo")
        assert objects.strip() == b'{"kind": 1}'
        assert [log.text for log in logs] == [b"one\ntwo"]

    def test_an_error_in_place_of_a_log(self, tmp_path: Path) -> None:
        path = self.folder(tmp_path)
        (path / "shop" / "cart-1" / "logs.txt").write_text(f"{START}Request log error: the server is busy\n{END}")
        assert isinstance(log_of(path), Gap)


class TestMustGather:
    ROOT = "must-gather.local.1/registry-example-must-gather-sha256-0f"

    def write(self, tmp_path: Path, files: dict[str, Document], version: str = "openshift/must-gather\n4.16.0\n") -> Path:
        root = tmp_path / self.ROOT
        root.mkdir(parents=True)
        if version:
            (root / "version").write_text(version)
        (root / "timestamp").write_text("2026-01-01 10:00:00 +0000 UTC\n")
        for name, document in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"---\n{yaml.safe_dump(document)}")
        logs = root / "namespaces/shop/pods/cart-1/api/api/logs"
        logs.mkdir(parents=True, exist_ok=True)
        stamp = "2026-01-01T10:00:00.123456789Z"
        (logs / "current.log").write_text(f"{stamp} ready\n{stamp} failed\n")
        (logs / "previous.log").write_text(f"{stamp} panic\n")
        (logs / "previous.insecure.log").write_text("")
        return tmp_path

    FILES: ClassVar[dict[str, Document]] = {
        "namespaces/shop/shop.yaml": obj("Namespace", "shop"),
        "namespaces/shop/core/pods.yaml": typed("Pod", CART),
        "namespaces/shop/core/secrets.yaml": typed("Secret", obj("Secret", "db", "shop", data={"dsn": ""}, type="Opaque")),
        "namespaces/shop/core/persistentvolumeclaims.yaml": typed("PersistentVolumeClaim"),
        "namespaces/shop/apps/deployments.yaml": typed("Deployment", DEPLOYMENT, api_version="apps/v1"),
        "namespaces/shop/apps/statefulsets.yaml": typed("StatefulSet", api_version="apps/v1"),
        "namespaces/shop/pods/cart-1/cart-1.yaml": CART,
        "cluster-scoped-resources/core/nodes/node-a.yaml": NODE,
        "cluster-scoped-resources/storage.k8s.io/storageclasses/fast.yaml": obj("StorageClass", "fast", api_version="storage.k8s.io/v1"),
        "cluster-scoped-resources/rbac.authorization.k8s.io/clusterroles/view.yaml": obj(
            "ClusterRole", "view", api_version="rbac.authorization.k8s.io/v1"
        ),
    }

    def test_lists_of_a_namespace(self, tmp_path: Path) -> None:
        reading = read(self.write(tmp_path, self.FILES))
        assert names(reading) == ["cart-1"]
        for kind in (Pod.KIND, Secret.KIND, Deployment.KIND, PersistentVolumeClaim.KIND, StatefulSet.KIND):
            assert extent(reading, kind) == {"shop"}, kind.kind
        secret = reading.objects[Secret.KIND.group_kind][0]
        assert isinstance(secret, Secret)
        assert (secret.keys, secret.keys_known) == (("dsn",), True)

    def test_what_it_lists_whole_is_known(self, tmp_path: Path) -> None:
        reading = read(self.write(tmp_path, self.FILES))
        assert extent(reading, Node.KIND) == extent(reading, StorageClass.KIND) == {""}
        assert "ClusterRole" in gaps(reading)  # only those that operators are related to
        assert "PersistentVolume" in gaps(reading)  # none is there: it may have none, or have failed
        assert {"Namespace", "Service", "Job", "ConfigMap"} <= gaps(reading)

    def test_an_inspection_of_single_objects_lists_nothing(self, tmp_path: Path) -> None:
        reading = read(self.write(tmp_path, self.FILES, version=""))
        assert extent(reading, Node.KIND) is None

    def test_logs(self, tmp_path: Path) -> None:
        path = self.write(tmp_path, self.FILES)
        assert log_of(path) == ("ready", "failed")
        assert log_of(path, previous=True) == ("panic",)

    def test_an_archive_of_it(self, tmp_path: Path) -> None:
        root = self.write(tmp_path / "in", self.FILES)
        members = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
        archive = tar(tmp_path / "must-gather.tar.gz", members)
        assert names(read(archive)) == ["cart-1"]
        assert extent(read(archive), Node.KIND) == {""}
        assert log_of(archive, previous=True) == ("panic",)


class TestSupportBundle:
    def write(self, tmp_path: Path, files: dict[str, Any]) -> Path:
        root = tmp_path / "support-bundle-2026-01-01T10_00_00"
        for name, document in files.items():
            write(root / name, document, indent=2)
        (root / "version.yaml").write_text("apiVersion: troubleshoot.sh/v1beta2\nkind: SupportBundle\nspec:\n  versionNumber: 0.100.0\n")
        logs = root / "cluster-resources/pods/logs/shop/cart-1"
        logs.mkdir(parents=True)
        (logs / "api.log").write_text("ready\n")
        (logs / "api-previous.log").write_text("panic\n")
        (logs / "api-logs-errors.log").write_text("[]\n")
        return tmp_path

    COMMON: ClassVar[dict[str, Any]] = {
        "cluster-info/cluster_version.json": {"info": {"major": "1", "gitVersion": "v1.31.4"}, "string": "v1.31.4"},
        "cluster-resources/pods-errors.json": {"billing": 'pods is forbidden: User "bundle" cannot list'},
        "cluster-resources/groups.json": [{"kind": "APIGroup", "apiVersion": "v1", "name": "apps", "versions": []}],
        "cluster-resources/resources.json": [
            {"kind": "APIResourceList", "groupVersion": "v1", "resources": [{"name": "pods", "kind": "Pod"}]}
        ],
        "cluster-resources/auth-cani-list/shop.json": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}],
        "cluster-resources/image-pull-secrets/shop/registry.json": {"registry.example.com": "robot"},
    }
    NEW: ClassVar[dict[str, Any]] = {
        "cluster-resources/namespaces.json": listing(obj("Namespace", "shop"), obj("Namespace", "billing"), kind="NamespaceList"),
        "cluster-resources/pods/shop.json": listing(CART, kind="PodList"),
        "cluster-resources/services/shop.json": listing(kind="ServiceList"),
        "cluster-resources/services/billing.json": listing(kind="ServiceList"),
        "cluster-resources/deployments/shop.json": listing(DEPLOYMENT, kind="DeploymentList", api_version="apps/v1"),
        "cluster-resources/pvcs/shop.json": listing(kind="PersistentVolumeClaimList"),
        "cluster-resources/pvs.json": listing(kind="PersistentVolumeList"),
        "cluster-resources/nodes.json": listing(NODE, kind="NodeList"),
        "cluster-resources/ingress/shop.json": listing(kind="IngressList", api_version="networking.k8s.io/v1"),
    }
    OLD: ClassVar[dict[str, Any]] = {
        "cluster-resources/namespaces.json": [bare(obj("Namespace", "shop")), bare(obj("Namespace", "billing"))],
        "cluster-resources/pods/shop.json": [bare(CART)],
        "cluster-resources/services/shop.json": [],
        "cluster-resources/services/billing.json": [],
        "cluster-resources/deployments/shop.json": [bare(DEPLOYMENT)],
        "cluster-resources/pvcs/shop.json": [],
        "cluster-resources/pvs.json": [],
        "cluster-resources/nodes.json": [bare(NODE)],
        "cluster-resources/ingress/shop.json": [bare(obj("Ingress", "web", "shop", spec={"backend": {"serviceName": "cart"}}))],
    }

    @pytest.mark.parametrize("files", [NEW, OLD], ids=["typed lists", "items alone"])
    def test_lists(self, tmp_path: Path, files: dict[str, Any]) -> None:
        reading = read(self.write(tmp_path, {**self.COMMON, **files}))
        assert names(reading) == ["cart-1"]
        assert extent(reading, Pod.KIND) == {"shop"}
        assert extent(reading, Service.KIND) == {"shop", "billing"}
        assert extent(reading, Deployment.KIND) == extent(reading, PersistentVolumeClaim.KIND) == {"shop"}
        assert extent(reading, Node.KIND) == extent(reading, Namespace.KIND) == extent(reading, PersistentVolume.KIND) == {""}
        assert reading.cluster.version == "v1.31.4"

    @pytest.mark.parametrize("files", [NEW, OLD], ids=["typed lists", "items alone"])
    def test_what_failed_is_a_gap(self, tmp_path: Path, files: dict[str, Any]) -> None:
        reading = read(self.write(tmp_path, {**self.COMMON, **files}))
        assert {"Pod", "Deployment", "Secret", "ConfigMap", "Event"} <= gaps(reading)
        (missing,) = (gap for gap in reading.gaps if gap.kind == "Pod")
        assert missing.message == "the dump lists objects of kind Pod only in shop"

    def test_items_in_an_older_version_are_not_taken_for_the_newer(self, tmp_path: Path) -> None:
        reading = read(self.write(tmp_path, {**self.COMMON, **self.OLD}))
        assert names(reading, Ingress.KIND) == []
        assert extent(reading, Ingress.KIND) is None
        assert "Ingress" in gaps(reading)

    def test_logs(self, tmp_path: Path) -> None:
        path = self.write(tmp_path, {**self.COMMON, **self.NEW})
        assert log_of(path) == ("ready",)
        assert log_of(path, previous=True) == ("panic",)


class TestSosReport:
    FOLDER = "sosreport-host-a-2026-01-01/sos_commands/kubernetes/cluster-info"
    KUBECTL = "kubectl_--kubeconfig_.etc.kubernetes.admin.conf"

    def write(self, tmp_path: Path, kubectl: str) -> Path:
        root = tmp_path / self.FOLDER
        own = f"{kubectl}_get_-o_json_--namespace_shop"
        write(root / f"{kubectl}_get_-o_json_nodes", listing(NODE), indent=4)
        write(root / f"{kubectl}_get_-o_json_pv", listing(), indent=4)
        write(root / f"{kubectl}_get_-o_json_sc", listing(obj("StorageClass", "fast", api_version="storage.k8s.io/v1")), indent=4)
        (root / f"{kubectl}_get_namespaces").write_text("NAME  STATUS  AGE\nshop  Active  3d\n")
        write(root / "shop" / f"{own}_pods", listing(CART), indent=4)
        write(root / "shop" / f"{own}_jobs", listing(), indent=4)
        logs = root / "shop" / "podlogs" / "cart-1"
        logs.mkdir(parents=True)
        (logs / f"{kubectl}_--namespace_shop_logs_cart-1_-c_api").write_text("ready\n")
        return tmp_path

    @pytest.mark.parametrize("kubectl", ["kubectl", KUBECTL, "oc"])
    def test_lists_and_logs(self, tmp_path: Path, kubectl: str) -> None:
        path = self.write(tmp_path, kubectl)
        reading = read(path)
        assert names(reading) == ["cart-1"]
        assert extent(reading, Pod.KIND) == extent(reading, Job.KIND) == {"shop"}
        assert extent(reading, Node.KIND) == extent(reading, StorageClass.KIND) == extent(reading, PersistentVolume.KIND) == {""}
        assert {"Secret", "Deployment", "Namespace"} <= gaps(reading)
        assert log_of(path) == ("ready",)

    def test_a_folder_of_yaml(self, tmp_path: Path) -> None:
        for name, document in {
            "pods.yaml": listing(CART),
            "configmaps.yaml": listing(obj("ConfigMap", "web", "shop", data={"a": "b"})),
        }.items():
            path = tmp_path / "shop" / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(yaml.safe_dump(document))
        reading = read(tmp_path)
        assert extent(reading, Pod.KIND) == extent(reading, ConfigMap.KIND) == {"shop"}
        assert {"Secret", "Node", "Service"} <= gaps(reading)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "pods.json",
        "shop/errors.json",
        "cluster-resources/pods-errors.json",
        "shop/apps/widgets.yaml",
        "kubectl_get_pods",
    ],
)
def test_other_places_tell_nothing(name: str) -> None:
    assert place_of(tuple(name.split("/")) if name else ()) is None
