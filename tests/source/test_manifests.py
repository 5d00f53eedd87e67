"""Manifests as kubectl reads them, and one sentence for what cannot be read."""

import io
from pathlib import Path

import pytest

from kubedx.errors import ManifestError
from kubedx.source import Manifests, read_manifests

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: NAME}\n"


def refs(found: Manifests) -> list[str]:
    return [str(one.ref) for one in found.objects]


def test_documents_lists_and_folders(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text(CONFIG.replace("NAME", "b") + "---\n# nothing\n---\n" + CONFIG.replace("NAME", "c"), encoding="utf-8")
    (tmp_path / "a.json").write_text(
        '{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}]}',
        encoding="utf-8",
    )
    (tmp_path / "README.md").write_text("not one of them", encoding="utf-8")

    assert refs(read_manifests([str(tmp_path)], "shop")) == ["Namespace shop", "ConfigMap shop/b", "ConfigMap shop/c"]


def test_standard_input_and_the_last_of_two(tmp_path: Path) -> None:
    stream = io.BytesIO((CONFIG.replace("NAME", "a") + "data: {x: '1'}\n---\n" + CONFIG.replace("NAME", "a") + "data: {y: '1'}\n").encode())
    (found,) = read_manifests(["-"], stdin=stream).objects

    assert (str(found.ref), getattr(found, "keys", ())) == ("ConfigMap default/a", ("y",))


def test_a_secret_leaves_its_values_outside() -> None:
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: hunter2}\n"
    (found,) = read_manifests(["-"], stdin=io.BytesIO(text.encode())).objects

    assert getattr(found, "keys", ()) == ("password",)
    assert "hunter2" not in repr(found)


def read(text: str) -> Manifests:
    return read_manifests(["-"], stdin=io.BytesIO(text.encode("latin-1")))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: [1\n", "line 2"),
        ("- 1\n", "line 1: a document that is no object"),
        ("kind: Pod\n", "line 1: an object without apiVersion or kind"),
        ("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n", "kubectl kustomize"),
        ("kind: Service\nmetadata: {name: {{ .Release.Name }}}\n", "helm template"),
        ("apiVersion: v1\nkind: Service\nmetadata: {name: '{{ .Release.Name }}-web'}\n", "helm template"),
        ("apiVersion: v1\nkind: List\nitems: [1]\n", "line 1, item 1: an item that is no object"),
        ("", "there is no object in -"),
        ("# nothing\n---\n---\n", "there is no object in -"),
        ("\x00\xff", "standard input"),
    ],
)
def test_where_no_object_is_one_sentence_says_why(text: str, sentence: str) -> None:
    with pytest.raises(ManifestError) as told:
        read(text)

    assert sentence in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("bad", ["a: [1", "- 1", "kind: Pod", "x: {{ y }}", "apiVersion: v1\nkind: Pod\nmetadata: {name: '{{ y }}'}"])
def test_one_bad_document_of_three_is_told_and_the_others_are_kept(bad: str) -> None:
    found = read(f"{CONFIG.replace('NAME', 'a')}---\n{bad}\n---\n{CONFIG.replace('NAME', 'c')}")

    assert refs(found)[0] == "ConfigMap default/a"
    assert len(found.faults) == 1
    if "{{" not in bad:
        assert refs(found) == ["ConfigMap default/a", "ConfigMap default/c"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("apiVersion: v1\nkind: Pod\nmetadata: {}\n", "metadata.name is missing, and must be there"),
        ("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: two}\n", "Expected `int`, got `str`"),
    ],
)
def test_what_cannot_be_typed_is_kept_with_the_reason(text: str, fault: str) -> None:
    (manifest,) = read(text).manifests

    assert manifest.object is None
    assert fault in manifest.fault


def test_an_old_version_is_not_judged_and_said() -> None:
    found = read("apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\n")

    assert found.objects == ()
    (note,) = found.notes
    assert note.startswith("standard input, line 1: HorizontalPodAutoscaler of version autoscaling/v1 is not judged, only its fields are")


def test_a_name_that_is_made_stands_in_for_the_one_to_come() -> None:
    found = read("apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: load-}\n")

    assert refs(found) == ["Job default/load-preview"]
    assert found.notes == ("standard input, line 1: Job load- has a generateName, which kubectl apply refuses and kubectl create takes",)


def test_of_an_object_that_stands_twice_it_is_told_which_one_counts() -> None:
    (note,) = read(CONFIG.replace("NAME", "a") + "---\n" + CONFIG.replace("NAME", "a")).notes

    assert note == "standard input, line 5: ConfigMap default/a stands at standard input, line 1 too; the last one counts"


def test_of_a_secret_it_is_known_whether_its_values_could_be_taken() -> None:
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\ndata: {a: aHVudGVyMg==, b: hunter2!}\nstringData: {pin: 4711}\n"
    (manifest,) = read(text).manifests

    assert manifest.document["data"] == {"a": "", "b": "?"}
    assert manifest.document["stringData"] == {"pin": 0}
    assert not any(value in repr(manifest) for value in ("aHVudGVyMg", "hunter2", "4711"))


def test_a_key_that_stands_twice_is_told() -> None:
    text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: a\n    env: []\n    env: []\nkind: Pod\n---\n"
    found = read(text + CONFIG.replace("NAME", "b"))

    assert found.notes == (
        'standard input, line 8: the key "env" stands twice in one object; the last one counts, as for kubectl',
        'standard input, line 9: the key "kind" stands twice in one object; the last one counts, as for kubectl',
    )


@pytest.mark.parametrize(("file", "command"), [("Chart.yaml", "helm template"), ("kustomization.yaml", "kubectl kustomize")])
def test_a_folder_of_which_manifests_are_made_first(tmp_path: Path, file: str, command: str) -> None:
    (tmp_path / file).write_text("name: shop\n", encoding="utf-8")
    (tmp_path / "a.yaml").write_text(CONFIG, encoding="utf-8")

    with pytest.raises(ManifestError, match=command):
        read_manifests([str(tmp_path)])


def test_the_network_is_not_read() -> None:
    with pytest.raises(ManifestError, match=r"curl -sSL https://example.com/a.yaml \| kubedx preflight -f -"):
        read_manifests(["https://example.com/a.yaml"])


def test_paths_that_are_none(tmp_path: Path) -> None:
    for path in (str(tmp_path / "nowhere.yaml"), str(tmp_path), "\0"):
        with pytest.raises(ManifestError):
            read_manifests([path])
