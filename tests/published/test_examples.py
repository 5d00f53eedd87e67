"""The examples of docs/python.md run as they stand there. Those that need a cluster run in tests/apiserver."""

import tarfile
from pathlib import Path

import pytest

from published.conftest import ROOT
from published.examples import Example, examples

ALL = examples("python.md")


@pytest.fixture(scope="session")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    archive = tmp_path_factory.mktemp("recording") / "cluster.tar.gz"
    with tarfile.open(archive, "w:gz", compresslevel=1) as writer:
        writer.add(ROOT / "src/kubedx/demo/cluster", arcname="cluster")
    return archive


@pytest.fixture
def folder(tmp_path: Path, recording: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "cluster.tar.gz").symlink_to(recording)
    monkeypatch.chdir(tmp_path)
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("PYTHONWARNDEFAULTENCODING", "1")
    return tmp_path


@pytest.mark.parametrize("example", [example for example in ALL if not example.is_live], ids=str)
def test_example(example: Example, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    left = example.run()
    printed = capsys.readouterr().out
    for word in told_in_comments(example.code):
        assert word in printed
    if "report.html" in example.code:
        assert "</html>" in (folder / "report.html").read_text("utf-8")
    if "print(" in example.code and left.get("diagnosis") is None:
        assert printed


def told_in_comments(code: str) -> list[str]:
    """What the comments say that is printed."""
    told = ("image-pull-failed Deployment default/demo3", 'filter "Podd" is not known; did you mean Pod?')
    return [word for word in told if word in code]


def test_the_examples_are_there_and_some_need_a_cluster() -> None:
    assert len(ALL) >= 8
    assert [example.is_live for example in ALL].count(True) == 2
