"""`kubedx.diagnose` on a live cluster, and the examples of docs/python.md that need one."""

from pathlib import Path

import pytest
import yaml

import kubedx
from apiserver.cluster import Cluster
from kubedx.kube import Origin
from published.examples import Example, examples


@pytest.fixture(scope="session")
def ops(cluster: Cluster) -> str:
    """A user with a few rights."""
    cluster.allow("ops", [{"apiGroups": ["", "networking.k8s.io"], "resources": ["*"], "verbs": ["get", "list"]}])
    return "ops"


@pytest.fixture
def folder(cluster: Cluster, market: str, ops: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A kubeconfig with a context `staging`, which is the current one, and a file admin.conf."""
    kubeconfig = Path(cluster.kubeconfig(tmp_path / "admin.conf"))
    document = yaml.safe_load(kubeconfig.read_text("utf-8"))
    document["contexts"][0]["name"] = document["current-context"] = "staging"
    (tmp_path / "config").write_text(yaml.safe_dump(document), "utf-8")
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_current_context_is_read(folder: Path, market: str) -> None:
    diagnosis = kubedx.diagnose(namespaces=market, logs="none")
    assert (diagnosis.cluster.source, diagnosis.cluster.name) == (Origin.LIVE, "staging")
    assert {incident.root_cause.subject.namespace for incident in diagnosis.incidents} == {market}


def test_who_may_read_less_gets_gaps(folder: Path, market: str, ops: str) -> None:
    diagnosis = kubedx.diagnose(kubedx.Cluster(act_as=ops), namespaces=market, logs="none")
    assert not diagnosis.coverage.complete
    assert "Deployment" in {gap.kind for gap in diagnosis.coverage.gaps}


@pytest.mark.parametrize("example", [example for example in examples("python.md") if example.is_live], ids=str)
def test_example(example: Example, folder: Path) -> None:
    example.run()
