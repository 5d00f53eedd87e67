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


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: [1\n", "line 2"),
        ("- 1\n", "line 1: a document that is no object"),
        ("kind: Pod\n", "line 1: an object without apiVersion or kind"),
        ("\n\napiVersion: v1\nkind: Pod\nmetadata: {}\n", "line 3: a Pod without a name"),
        ("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: two}\n", "Deployment a: Expected `int`, got `str`"),
        ("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n", "kubectl kustomize"),
        ("", "there is no object in -"),
        ("\x00\xff", "standard input"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ManifestError) as told:
        read_manifests(["-"], stdin=io.BytesIO(text.encode("latin-1")))

    assert sentence in str(told.value)
    assert "\n" not in str(told.value)


def test_an_old_version_is_left_out_and_said() -> None:
    text = "apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\n"

    assert read_manifests(["-"], stdin=io.BytesIO(text.encode())) == Manifests(
        (),
        (
            "standard input, line 1: HorizontalPodAutoscaler of version autoscaling/v1 is not read and not judged; its newest version would be",
        ),
    )


def test_paths_that_are_none(tmp_path: Path) -> None:
    for path in (str(tmp_path / "nowhere.yaml"), str(tmp_path), "\0"):
        with pytest.raises(ManifestError):
            read_manifests([path])
