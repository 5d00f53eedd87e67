"""A live cluster says what its fields mean, those of its custom resources too."""

from pathlib import Path

from apiserver.cluster import Cluster
from apiserver.interposer import Interposer
from apiserver.test_live_read import source
from kubedx.kube import Ref
from kubedx.source import FieldDocs, field_names


def test_the_cluster_itself_is_asked_once_a_version(cluster: Cluster, interposer: Interposer, tmp_path: Path) -> None:
    live = source(cluster, tmp_path, "nobody", via=interposer)
    docs = FieldDocs(live.openapi)
    pod = Ref("v1", "Pod", "shop", "cart")
    assert "(brief) reason" in docs.of(pod, field_names("status.containerStatuses[app].state.waiting.reason"))
    assert "Container image name" in docs.of(pod, field_names("spec.containers[app].image"))
    live.close()
    assert [request.path for request in interposer.asked("")] == ["/openapi/v3/api/v1"]
    assert docs.troubles == []


def test_custom_resources_are_described_by_their_definition(cluster: Cluster, tmp_path: Path) -> None:
    fields = {"spec": {"type": "object", "properties": {"rooms": {"type": "integer", "description": "How many rooms there are."}}}}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {"type": "object", "properties": fields}}}
    names = {"kind": "Hotel", "plural": "hotels", "singular": "hotel"}
    spec = {"group": "travel.example.com", "names": names, "scope": "Namespaced", "versions": [version]}
    cluster.create(
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {"metadata": {"name": "hotels.travel.example.com"}, "spec": spec}
    )
    cluster.until("/openapi/v3/apis/travel.example.com/v1", lambda document: "rooms" in str(document))
    live = source(cluster, tmp_path, "nobody")
    assert (
        FieldDocs(live.openapi).of(Ref("travel.example.com/v1", "Hotel", "shop", "inn"), ("spec", "rooms")) == "How many rooms there are."
    )
    assert FieldDocs(live.openapi).of(Ref("absent.example.com/v1", "Hotel", "shop", "inn"), ("spec", "rooms")) == ""
    live.close()


def test_a_cluster_that_does_not_answer_leaves_the_packaged_words(cluster: Cluster, tmp_path: Path) -> None:
    live = source(cluster, tmp_path, via=None)
    docs = FieldDocs(lambda version: live.openapi(version, deadline=0.0))
    assert "Container image name" in docs.of(Ref("v1", "Pod", "shop", "cart"), ("spec", "containers", "image"))
    live.close()
    assert len(docs.troubles) == 1
    assert docs.troubles[0].startswith("the documentation of v1 could not be read: ")
