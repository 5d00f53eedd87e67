"""One version, told once: `kubedx.__version__`. Whatever else names it is compared here, so that a release forgets nothing."""

import re

import pytest

from kubedx import __version__
from published.conftest import ROOT


def test_the_changelog_begins_with_this_version_and_its_sections_are_in_order() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    newest, *_ = re.findall(r"^## (.*)$", changelog, re.MULTILINE)
    assert newest.startswith((f"[{__version__}]", "[Unreleased]"))
    order = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]
    for release in changelog.split("\n## ")[1:]:
        sections = re.findall(r"^### (.*)$", release, re.MULTILINE)
        assert sections == sorted(sections, key=order.index)


@pytest.mark.parametrize(
    ("file", "names"),
    [
        ("Dockerfile", r"^ARG VERSION=(\S+)"),
        ("packaging/kubernetes/job.yaml", r"image: ghcr\.io/kubedx/kubedx:(\S+)"),
        ("packaging/kubernetes/cronjob.yaml", r"image: ghcr\.io/kubedx/kubedx:(\S+)"),
        ("scripts/try-image", r"image: ghcr\.io/kubedx/kubedx:(\S+)"),
        ("docs/ci.md", r"uses: kubedx/kubedx@v(\S+)"),
        ("packaging/man/kubedx.1", r'"kubedx ([\d.]+\S*)" "kubedx manual"'),
    ],
)
def test_every_file_that_names_the_version_names_this_one(file: str, names: str) -> None:
    found = set(re.findall(names, (ROOT / file).read_text("utf-8"), re.MULTILINE))
    assert found == {__version__}
