"""What an API says of its fields, from its own documents, a dump's CustomResourceDefinitions, or the package."""

import gzip
import json
from pathlib import Path

import pytest

from kubedx.kube import Gap, GapReason, GroupKind, Ref
from kubedx.source import DumpSource, FieldDocs, OpenApi, field_names
from kubedx.source.field_docs import MOST

POD, LEASE = Ref("v1", "Pod", "shop", "cart"), Ref("hotel.example.com/v1", "Lease", "shop", "room")

DEFINITION = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "leases.hotel.example.com"},
    "spec": {
        "group": "hotel.example.com",
        "names": {"kind": "Lease", "plural": "leases"},
        "scope": "Namespaced",
        "versions": [
            {"name": "v1beta1", "schema": {"openAPIV3Schema": {"properties": {"status": {"description": "The old one."}}}}},
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {
                    "openAPIV3Schema": {
                        "type": "object",
                        "properties": {
                            "status": {
                                "type": "object",
                                "properties": {
                                    "guests": {
                                        "type": "array",
                                        "items": {
                                            "type": "object",
                                            "properties": {"name": {"type": "string", "description": "Who\n  sleeps."}},
                                        },
                                    }
                                },
                            }
                        },
                    }
                },
            },
        ],
    },
}


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("spec.containers[api].image", ("spec", "containers", "image")),
        ("metadata.annotations[kubernetes.io/ingress.class]", ("metadata", "annotations")),
        (
            "status.typeChecking.expressionWarnings[spec.validations[0].expression].warning",
            ("status", "typeChecking", "expressionWarnings", "warning"),
        ),
        ("data (keys)", ("data",)),
        ("spec.http[0].route.host", ("spec", "http", "route", "host")),
        ("", ()),
        ("[[.]", ()),
        ("a..b]", ("a", "b")),
    ],
)
def test_keys_of_lists_and_maps_are_no_fields(path: str, names: tuple[str, ...]) -> None:
    assert field_names(path) == names


@pytest.mark.parametrize(
    ("ref", "path", "words"),
    [
        (POD, "status.containerStatuses[api].state.waiting.reason", "reason the container is not yet running"),
        (POD, "spec.containers[api].resources.requests.example.com/gpu", "minimum amount of compute resources"),
        (POD, "spec.containers[api].env[DSN].valueFrom.secretKeyRef", "Selects a key of a secret"),
        (Ref("v1", "ConfigMap", "shop", "app"), "data[app.yaml].server.port", "configuration data"),
        (Ref("apps/v1", "Deployment", "shop", "cart"), "spec.replicas", "Number of desired pods"),
        (Ref("batch/v1", "CronJob", "shop", "report"), "spec.schedule", "Cron format"),
    ],
)
def test_kubernetes_says_what_its_fields_mean(ref: Ref, path: str, words: str) -> None:
    assert words in FieldDocs().of(ref, field_names(path))


@pytest.mark.parametrize("path", ["", "spec.nonsense", "spec.containers[api].image.tag", "status.phase.more"])
def test_of_what_is_no_field_nothing_is_said(path: str) -> None:
    assert FieldDocs().of(POD, field_names(path)) == ""


def test_each_version_is_read_once_and_what_fails_is_told_once() -> None:
    asked: list[str] = []

    def read(api_version: str) -> Gap:
        asked.append(api_version)
        return Gap(api_version, "", "", "get", GapReason.TIMEOUT, "no answer in 5 seconds")

    docs = FieldDocs(read)
    assert "Container image name" in docs.of(POD, ("spec", "containers", "image"))
    assert docs.of(LEASE, ("status",)) == docs.of(LEASE, ("spec",)) == ""
    assert asked == ["v1", "hotel.example.com/v1"]
    assert docs.troubles[0] == "the documentation of v1 could not be read: no answer in 5 seconds"
    assert len(docs.troubles) == 2


def test_a_dump_tells_by_its_definitions_where_they_are_kept(tmp_path: Path) -> None:
    (tmp_path / "crds.json").write_text(json.dumps({"kind": "List", "apiVersion": "v1", "items": [DEFINITION]}))
    path = field_names("status.guests[0].name")
    kept = DumpSource([str(tmp_path)], keep_schemas=True)
    assert FieldDocs(kept.openapi).of(LEASE, path) == "Who sleeps."
    assert FieldDocs(kept.openapi).of(Ref("hotel.example.com/v1beta1", "Lease", "shop", "room"), ("status",)) == "The old one."
    assert FieldDocs(DumpSource([str(tmp_path)]).openapi).of(LEASE, path) == ""


def document(**schemas: object) -> bytes:
    return json.dumps({"components": {"schemas": schemas}}).encode()


ROOM = {"x-kubernetes-group-version-kind": [{"group": "", "version": "v1", "kind": "Pod"}]}


@pytest.mark.parametrize(
    "schemas",
    [
        {"Pod": ROOM | {"properties": {"spec": {"$ref": "#/components/schemas/Pod"}}}},
        {"Pod": ROOM | {"$ref": "#/components/schemas/Other"}, "Other": {"$ref": "#/components/schemas/Pod"}},
        {"Pod": ROOM | {"properties": {"spec": {"$ref": "#/components/schemas/Gone"}}}},
        {"Pod": ROOM | {"properties": None, "items": None, "additionalProperties": None, "allOf": None, "description": None}},
        {"Pod": ROOM | {"additionalProperties": True}},
    ],
)
def test_circles_holes_and_nulls_of_a_document_end_nothing(schemas: dict[str, object]) -> None:
    assert OpenApi.of_document(document(**schemas)).describe(GroupKind("", "Pod"), ("spec",) * 20) == ""


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"components": 1}', b"\xff\xfe", document(Pod=ROOM | {"properties": []}), b"[" * 100_000]
)
def test_what_is_no_document_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match="no OpenAPI v3 document"):
        OpenApi.of_document(body)


def test_definitions_that_cannot_be_read_say_nothing() -> None:
    bodies = [b"{", json.dumps(DEFINITION | {"spec": {"versions": 1}}).encode(), json.dumps(DEFINITION).encode()]
    assert OpenApi.of_definitions("hotel.example.com/v1", bodies).describe(LEASE.group_kind, ("status", "guests", "name")) == "Who sleeps."


def test_long_documentation_is_cut_between_words() -> None:
    long = document(Pod=ROOM | {"properties": {"spec": {"description": "word " * 1000}}})
    told = FieldDocs(lambda _version: OpenApi.of_document(long)).of(POD, ("spec",))
    assert len(told) <= MOST + 2
    assert told.endswith("word …")


def test_the_package_names_whose_words_they_are() -> None:
    packed = Path(__file__).parents[2] / "src/kubedx/source/kubernetes-openapi.json.gz"
    assert json.loads(gzip.decompress(packed.read_bytes()))["info"]["license"] == {"name": "Apache-2.0"}
