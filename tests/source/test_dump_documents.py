"""What texts hold objects, and which: every way in which kubectl and its neighbours print them."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from kubedx.errors import DumpError
from kubedx.kube import ConfigMap, Deployment, GapReason, GroupKind, Kind, Node, Pod, Secret
from kubedx.source import DumpSource
from kubedx.source.dump_documents import Document as Parsed
from kubedx.source.dump_documents import read_documents
from source.dump_material import Document, encoded, listing, names, obj, pod, read, write


def read_bytes(path: Path, data: bytes) -> list[str]:
    path.write_bytes(data)
    return names(read(path))


@pytest.mark.parametrize("blank", [b" ", b"\t", b"\n", b" \n", b"\r\n", b"---\n", b"# a\n", b"- ", b"-\n"])
def test_blanks_without_end_are_looked_through_once(tmp_path: Path, blank: bytes) -> None:
    """Looked through once for every blank, a file of a megabyte would take hours."""
    (tmp_path / "a").write_bytes(blank * (1_000_000 // len(blank)))
    with pytest.raises(DumpError, match="no Kubernetes object"):
        read(tmp_path / "a")


@pytest.mark.parametrize(
    "text", ['{"kind":"PodList","apiVersion":"v1","metadata":{},"items":null}', "kind: PodList\napiVersion: v1\nitems: null\n"]
)
def test_a_list_whose_items_are_null_is_an_empty_list(text: str) -> None:
    found = list(read_documents(text.encode()))

    assert [document.empty_of for document in found if isinstance(document, Parsed)] == [Pod.KIND.group_kind]


class TestJson:
    def test_a_list_of_mixed_kinds(self, tmp_path: Path) -> None:
        reading = read(write(tmp_path / "any.name", listing(pod(), obj("Deployment", "cart", "shop", "apps/v1")), indent=4))
        assert names(reading) == ["cart-1"]
        assert names(reading, Deployment.KIND) == ["cart"]
        assert reading.gaps

    def test_a_typed_list_whose_items_lack_their_kind(self, tmp_path: Path) -> None:
        bare = pod()
        del bare["kind"], bare["apiVersion"]
        assert names(read(write(tmp_path / "a", listing(bare, kind="PodList")))) == ["cart-1"]

    def test_a_list_in_a_list(self, tmp_path: Path) -> None:
        assert names(read(write(tmp_path / "a", listing(listing(pod()), pod("cart-2"))))) == ["cart-1", "cart-2"]

    def test_a_single_object(self, tmp_path: Path) -> None:
        assert names(read(write(tmp_path / "a", pod(), indent=2))) == ["cart-1"]

    def test_json_lines(self, tmp_path: Path) -> None:
        assert names(read(write(tmp_path / "a", pod(), pod("cart-2"), pod("cart-3")))) == ["cart-1", "cart-2", "cart-3"]

    def test_documents_one_after_the_other(self, tmp_path: Path) -> None:
        assert names(read(write(tmp_path / "a", listing(pod()), listing(pod("cart-2")), indent=4))) == ["cart-1", "cart-2"]

    def test_an_array(self, tmp_path: Path) -> None:
        assert names(read(write(tmp_path / "a", [pod(), pod("cart-2")]))) == ["cart-1", "cart-2"]

    def test_a_map_of_items_without_a_kind(self, tmp_path: Path) -> None:
        assert names(read(write(tmp_path / "a", {"items": [pod()]}))) == ["cart-1"]

    def test_an_odd_document_among_others(self, tmp_path: Path) -> None:
        odd = [{"kind": None, "items": 7}, {"level": "info"}, 7, "text", None, {**pod("cart-2"), "items": {}}, {"items": "x"}]
        assert names(read(write(tmp_path / "a", pod(), *odd, pod("cart-3")))) == ["cart-1", "cart-2", "cart-3"]

    def test_an_object_of_a_kind_that_ends_in_list(self, tmp_path: Path) -> None:
        allowed = obj("AllowList", "office", "shop", "shop.example/v1", spec={"items": [1]})
        kind = Kind("shop.example/v1", "AllowList", "allowlists")
        assert names(read(write(tmp_path / "a", listing(allowed)), kinds=[kind]), kind) == ["office"]

    def test_the_version_of_the_server(self, tmp_path: Path) -> None:
        version = {"clientVersion": {"gitVersion": "v1.30.0"}, "serverVersion": {"gitVersion": "v1.34.4"}}
        assert read(write(tmp_path / "a", version, listing(pod()))).cluster.version == "v1.34.4"

    def test_the_version_of_the_newest_kubelet(self, tmp_path: Path) -> None:
        nodes = [
            obj("Node", name, status={"nodeInfo": {"kubeletVersion": f"v1.{minor}.1"}}) for name, minor in (("a", 9), ("b", 34), ("c", 33))
        ]
        assert read(write(tmp_path / "a", listing(*nodes))).cluster.version == "v1.34.1"


class TestYaml:
    def test_a_list_and_many_documents(self, tmp_path: Path) -> None:
        text = "# saved by hand\n---\n" + yaml.safe_dump(listing(pod())) + "---\n" + yaml.safe_dump(pod("cart-2")) + "...\n---\n"
        assert read_bytes(tmp_path / "a", text.encode()) == ["cart-1", "cart-2"]

    def test_a_sequence_of_objects(self, tmp_path: Path) -> None:
        assert read_bytes(tmp_path / "a", yaml.safe_dump([pod(), pod("cart-2")]).encode()) == ["cart-1", "cart-2"]

    def test_yaml_in_braces(self, tmp_path: Path) -> None:
        text = b"{\napiVersion: v1,\nkind: Pod,\nmetadata: {name: cart-1, namespace: shop}}\n"
        assert read_bytes(tmp_path / "a", text) == ["cart-1"]

    def test_the_same_objects_as_from_json(self, tmp_path: Path) -> None:
        config = obj("ConfigMap", "web", "shop", data={"on": "yes", "port": "8080:80", "when": "2026-01-01", "zero": "007", "empty": ""})
        as_json = read(write(tmp_path / "a.json", listing(config)))
        (tmp_path / "a.yaml").write_text(yaml.safe_dump(listing(config)))
        key = ConfigMap.KIND.group_kind
        assert read(tmp_path / "a.yaml").objects[key] == as_json.objects[key]

    def test_a_broken_document_does_not_hide_the_next(self, tmp_path: Path) -> None:
        text = f"{yaml.safe_dump(pod())}---\napiVersion: v1\nkind: [\n---\n{yaml.safe_dump(pod('cart-2'))}"
        path = tmp_path / "a.yaml"
        path.write_text(text)
        reading = read(path)
        assert names(reading) == ["cart-1", "cart-2"]
        (gap,) = [gap for gap in reading.gaps if gap.reason is GapReason.UNREADABLE]
        assert "a.yaml line " in gap.message


class TestEncodings:
    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
    @pytest.mark.parametrize("form", ["json", "yaml"])
    def test_marks_and_wide_letters(self, tmp_path: Path, encoding: str, form: str) -> None:
        document = listing(pod("cart-1", metadata={"annotations": {"note": "grün"}}))
        text = json.dumps(document, indent=1) if form == "json" else yaml.safe_dump(document, allow_unicode=True)
        path = tmp_path / "a"
        path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
        (found,) = read(path).objects[Pod.KIND.group_kind]
        assert found.metadata.annotations["note"] in {"grün", "gr\\u00fcn"}

    @pytest.mark.parametrize("form", ["json", "yaml"])
    def test_bytes_that_are_no_utf8_are_replaced(self, tmp_path: Path, form: str) -> None:
        text = (
            json.dumps(listing(pod("cart-1", metadata={"labels": {"a": "X"}})))
            if form == "json"
            else yaml.safe_dump(pod(metadata={"labels": {"a": "X"}}))
        )
        path = tmp_path / "a"
        path.write_bytes(text.encode().replace(b"X", b"\xff"))
        (found,) = read(path).objects[Pod.KIND.group_kind]
        assert found.metadata.labels == {"a": "\ufffd"}

    def test_half_a_letter_spoils_nothing(self, tmp_path: Path) -> None:
        path = tmp_path / "a"
        path.write_text(json.dumps(listing(pod(), pod("cart-2"))).replace("cart:1", "\\ud800"))
        reading = read(path)
        assert names(reading) == ["cart-1", "cart-2"]
        assert not [gap for gap in reading.gaps if gap.name]


class TestMetadataOnly:
    def secret_meta(self, *keys: str, kind: str = "PartialObjectMetadata") -> Document:
        fields: Document = {"f:data": {".": {}, **{f"f:{key}": {} for key in keys}}, "f:type": {}}
        managed = [{"manager": "kubectl", "operation": "Update", "fieldsType": "FieldsV1", "fieldsV1": fields}]
        return obj(kind, "db", "shop", "meta.k8s.io/v1", metadata={"managedFields": managed})

    def test_a_table_of_secrets(self, tmp_path: Path) -> None:
        columns = [{"name": name} for name in ("Name", "Type", "Data", "Age")]
        table = {
            "kind": "Table",
            "apiVersion": "meta.k8s.io/v1",
            "columnDefinitions": columns,
            "rows": [{"cells": ["db", "Opaque", 2, "5d"], "object": self.secret_meta("dsn", "user")}, {"cells": []}],
        }
        (secret,) = read(write(tmp_path / "a", table)).objects[Secret.KIND.group_kind]
        assert isinstance(secret, Secret)
        assert (secret.name, secret.type, secret.keys, secret.keys_known) == ("db", "Opaque", ("dsn", "user"), True)

    def test_a_table_of_whole_objects(self, tmp_path: Path) -> None:
        table = {"kind": "Table", "apiVersion": "meta.k8s.io/v1", "columnDefinitions": [], "rows": [{"cells": [], "object": pod()}]}
        assert names(read(write(tmp_path / "a", table))) == ["cart-1"]

    def test_partial_metadata_of_a_secret_and_a_config_map(self, tmp_path: Path) -> None:
        fields: list[Document] = [{"fieldsType": "FieldsV1", "fieldsV1": {"f:data": {"f:mode": {}}}}]
        config = obj("PartialObjectMetadata", "web", "shop", "meta.k8s.io/v1", metadata={"managedFields": fields})
        partial = {"kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1", "items": [self.secret_meta("dsn"), config]}
        reading = read(write(tmp_path / "a", partial))
        (secret,) = reading.objects[Secret.KIND.group_kind]
        (found,) = reading.objects[ConfigMap.KIND.group_kind]
        assert isinstance(secret, Secret)
        assert secret.keys == ("dsn",)
        assert isinstance(found, ConfigMap)
        assert (found.keys, found.data) == (("mode",), None)

    def test_metadata_of_an_unknown_kind_are_not_taken_for_an_object(self, tmp_path: Path) -> None:
        partial = obj("PartialObjectMetadata", "web", "shop", "meta.k8s.io/v1")
        reading = read(write(tmp_path / "a", listing(partial, pod())))
        assert names(reading) == ["cart-1"]


class TestTwice:
    def test_the_later_resource_version_counts(self, tmp_path: Path) -> None:
        def copy(version: str, node: str) -> Document:
            return obj("Pod", "cart-1", "shop", metadata={"resourceVersion": version}, spec={"nodeName": node, "containers": []})

        write(tmp_path / "1.json", listing(copy("900", "new")))
        write(tmp_path / "2.json", listing(copy("89", "old")))
        (found,) = read(tmp_path).objects[Pod.KIND.group_kind]
        assert isinstance(found, Pod)
        assert found.spec.node_name == "new"

    def test_then_the_later_generation_then_the_last(self, tmp_path: Path) -> None:
        def copy(replicas: int, generation: int) -> Document:
            return obj("Deployment", "cart", "shop", "apps/v1", metadata={"generation": generation}, spec={"replicas": replicas})

        path = write(tmp_path / "a", copy(1, 3), copy(2, 2), copy(3, 3))
        (found,) = read(path).objects[Deployment.KIND.group_kind]
        assert isinstance(found, Deployment)
        assert found.spec.replicas == 3

    def test_in_one_list(self, tmp_path: Path) -> None:
        assert names(read(write(tmp_path / "a", listing(pod(), pod(), pod())))) == ["cart-1"]


class TestSecretValues:
    def test_no_value_stays(self, tmp_path: Path) -> None:
        applied = {"kubectl.kubernetes.io/last-applied-configuration": '{"data":{"dsn":"c2VjcmV0LXZhbHVl"}}', "team": "shop"}
        secret = obj(
            "Secret", "db", "shop", data={"dsn": "c2VjcmV0LXZhbHVl"}, stringData={"user": "plain-value"}, metadata={"annotations": applied}
        )
        (found,) = read(write(tmp_path / "a", listing(secret, pod()))).objects[Secret.KIND.group_kind]
        assert isinstance(found, Secret)
        assert found.keys == ("dsn", "user")
        assert found.metadata.annotations == {"team": "shop"}
        assert "c2VjcmV0" not in repr(found)


class TestNow:
    def test_the_latest_past_moment(self, tmp_path: Path) -> None:
        event = obj(
            "Event",
            "e",
            "shop",
            involvedObject={},
            lastTimestamp="2026-03-01T10:00:00Z",
            eventTime="2026-03-01T10:00:01.5Z",
            firstTimestamp=None,
        )
        assert read(write(tmp_path / "a", listing(pod(), event))).now == datetime(2026, 3, 1, 10, 0, 1, 500000, tzinfo=UTC)

    def test_container_states_and_conditions(self, tmp_path: Path) -> None:
        state = {"lastState": {"terminated": {"exitCode": 1, "finishedAt": "2026-03-01T12:30:00+02:00"}}}
        status = {"conditions": [{"lastTransitionTime": "2026-03-01T10:00:00Z"}], "containerStatuses": [{"name": "api", **state}]}
        assert read(write(tmp_path / "a", pod(status=status))).now == datetime(2026, 3, 1, 10, 30, tzinfo=UTC)

    def test_a_lease(self, tmp_path: Path) -> None:
        lease = obj("Lease", "node-a", "kube-node-lease", "coordination.k8s.io/v1", spec={"renewTime": "2026-03-01T10:00:00.000001Z"})
        assert read(write(tmp_path / "a", lease)).now.second == 0

    def test_what_may_lie_ahead_does_not_count(self, tmp_path: Path) -> None:
        meta = {
            "creationTimestamp": "2026-01-01T00:00:00Z",
            "deletionTimestamp": "2027-01-01T00:00:00Z",
            "annotations": {"expires": "2030-01-01T00:00:00Z"},
        }
        certificate = obj("Certificate", "web", "shop", "shop.example/v1", metadata=meta, status={"notAfter": "2031-01-01T00:00:00Z"})
        far = obj("Pod", "odd", "shop", status={"startTime": "9999-12-31T23:59:59Z"})
        assert read(write(tmp_path / "a", listing(certificate, far))).now == datetime(2026, 1, 1, tzinfo=UTC)

    def test_odd_times_do_not_hide_others(self, tmp_path: Path) -> None:
        status = {"startTime": 7, "conditions": [{"lastTransitionTime": "yesterday"}, {"lastTransitionTime": "2026-02-01T00:00:00Z"}, None]}
        assert read(write(tmp_path / "a", listing(pod(status=status)))).now == datetime(2026, 2, 1, tzinfo=UTC)

    def test_without_any_moment(self, tmp_path: Path) -> None:
        assert read(write(tmp_path / "a", pod())).now == datetime(1970, 1, 1, tzinfo=UTC)

    def test_it_does_not_depend_on_the_kinds_asked_for(self, tmp_path: Path) -> None:
        node = obj("Node", "node-a", metadata={"creationTimestamp": "2026-04-01T00:00:00Z"})
        path = write(tmp_path / "a", listing(pod(), node))
        assert read(path, kinds=[Pod.KIND]).now == read(path, kinds=[Node.KIND]).now == datetime(2026, 4, 1, tzinfo=UTC)


class TestUnreadable:
    def test_an_object_that_does_not_fit_is_a_gap(self, tmp_path: Path) -> None:
        bad = {**pod("cart-2"), "spec": {"containers": 7}}
        reading = read(write(tmp_path / "a", listing(pod(), bad)))
        assert names(reading) == ["cart-1"]
        (gap,) = [gap for gap in reading.gaps if gap.name]
        assert (gap.kind, gap.namespace, gap.name, gap.reason) == ("Pod", "shop", "cart-2", GapReason.UNREADABLE)
        assert "containers" in gap.message

    def test_a_version_of_another_shape_is_a_gap(self, tmp_path: Path) -> None:
        old = obj("Ingress", "web", "shop", "networking.k8s.io/v1beta1", spec={"backend": {"serviceName": "cart"}})
        reading = read(write(tmp_path / "a", listing(pod(), old)))
        assert [gap.message for gap in reading.gaps if gap.name == "web"] == [
            "Ingress is written in version networking.k8s.io/v1beta1, which is not read",
        ]

    def test_an_older_version_of_the_same_shape_is_read(self, tmp_path: Path) -> None:
        budget = obj("PodDisruptionBudget", "cart", "shop", "policy/v1beta1", spec={"minAvailable": 1})
        reading = read(write(tmp_path / "a", listing(budget)))
        assert [found.name for found in reading.objects[GroupKind("policy", "PodDisruptionBudget")]] == ["cart"]

    def test_nulls(self, tmp_path: Path) -> None:
        odd = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "cart-1", "namespace": "shop", "labels": None, "creationTimestamp": None},
            "spec": None,
            "status": None,
        }
        assert names(read(write(tmp_path / "a", listing(odd)))) == ["cart-1"]

    @pytest.mark.parametrize(
        "junk", [None, 7, [], "x", {}, {"kind": "Pod"}, {"apiVersion": "v1"}, {"apiVersion": 1, "kind": 2, "metadata": []}]
    )
    def test_junk_among_the_items(self, tmp_path: Path, junk: object) -> None:
        reading = read(write(tmp_path / "a", {"apiVersion": "v1", "kind": "List", "items": [pod(), junk]}))
        assert names(reading) == ["cart-1"]
        assert any("holds items of lists that are no objects (1)" in gap.message for gap in reading.gaps)

    @pytest.mark.parametrize("metadata", [None, 7, [], {"name": 7, "namespace": []}, {"generation": "x"}, {"resourceVersion": 5}])
    def test_junk_as_metadata(self, tmp_path: Path, metadata: object) -> None:
        odd = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata}
        reading = read(write(tmp_path / "a", listing(pod(), odd)))
        assert names(reading) == ["cart-1"]
        assert "an object without a name" in {gap.message for gap in reading.gaps}

    def test_configuration_is_no_object(self, tmp_path: Path) -> None:
        config = {"apiVersion": "v1", "kind": "Config", "users": [{"name": "me", "user": {"token": "hush"}}]}
        write(tmp_path / "config", config)
        source = DumpSource([str(tmp_path), str(write(tmp_path / "objects", pod()))])
        assert source.custom_kinds() == ()
        with pytest.raises(DumpError, match="no Kubernetes object"):
            read(tmp_path / "config")

    def test_cut_json_names_file_and_place(self, tmp_path: Path) -> None:
        path = tmp_path / "pods.json"
        path.write_text(json.dumps(listing(pod(), pod("cart-2")), indent=1)[:-80])
        with pytest.raises(DumpError, match=r"cannot read .*pods\.json line \d+: the JSON is cut off at byte \d+"):
            read(path)

    def test_broken_json_names_file_and_place(self, tmp_path: Path) -> None:
        path = tmp_path / "pods.json"
        path.write_text('{"apiVersion": "v1",\n"kind": "List",\n"items": [}\n]}')
        with pytest.raises(DumpError, match=r"pods\.json line 3 \(byte \d+\): not JSON"):
            read(path)

    def test_other_files_still_count(self, tmp_path: Path) -> None:
        write(tmp_path / "good.json", listing(pod()))
        (tmp_path / "bad.json").write_text(json.dumps(listing(pod("cart-2")))[:-9])
        reading = read(tmp_path)
        assert names(reading) == ["cart-1"]
        (gap,) = [gap for gap in reading.gaps if not gap.kind]
        assert "bad.json" in gap.message

    @pytest.mark.parametrize("depth", [5_000, 200_000])
    def test_deep_nesting(self, tmp_path: Path, depth: int) -> None:
        write(tmp_path / "good.json", listing(pod()))
        (tmp_path / "deep.json").write_text('{"apiVersion":"v1","kind":"List","items":[' + "[" * depth)
        (tmp_path / "deep.yaml").write_text("apiVersion: v1\nkind: " + "[" * depth)
        (tmp_path / "deep-object.json").write_text('{"apiVersion":"v1","kind":"X","metadata":' + '{"a":' * depth + "1" + "}" * depth + "}")
        reading = read(tmp_path)
        assert names(reading) == ["cart-1"]
        assert len([gap for gap in reading.gaps if not gap.kind]) >= 2

    def test_a_bomb_of_aliases(self, tmp_path: Path) -> None:
        lines = ["apiVersion: v1", "kind: ConfigMap", "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
        lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
        (tmp_path / "bomb.yaml").write_text("\n".join(lines))
        write(tmp_path / "good.json", listing(pod()))
        reading = read(tmp_path)
        assert names(reading) == ["cart-1"]
        (gap,) = [gap for gap in reading.gaps if not gap.kind]
        assert "aliases" in gap.message


class TestStandardInput:
    def test_objects(self) -> None:
        reading = read("-", stdin=io.BytesIO(encoded(listing(pod()))))
        assert names(reading) == ["cart-1"]
        assert reading.cluster.name == "standard input"

    def test_closed(self) -> None:
        class Closed(io.BytesIO):
            def read(self, size: int | None = -1) -> bytes:
                raise ValueError("I/O operation on closed file")

        with pytest.raises(DumpError, match="standard input"):
            read("-", stdin=Closed())
