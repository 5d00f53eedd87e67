"""`kubedx rbac` where no cluster is, and what it does with odd words."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli.conftest import Run
from cli.test_cli_imports import MAIN, loaded
from kubedx.analyzers import Access, Right
from kubedx.cli.manifest import Wish, manifest
from kubedx.cli.options import AnalyzeOptions
from kubedx.cli.rbac import missing_rights
from kubedx.findings import Coverage, ReadCount
from kubedx.kube import Gap, GapReason


def documents(text: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(text))


def test_one_cluster_role_for_everything(run: Run) -> None:
    done = run("rbac")
    assert (done.returncode, done.stderr) == (0, "")
    (role,) = documents(done.stdout)
    assert (role["kind"], role["metadata"]) == ("ClusterRole", {"name": "kubedx"})
    granted = {name for rule in role["rules"] for name in rule["resources"]}
    assert {"pods", "nodes", "namespaces", "events"} <= granted
    assert not {"secrets", "pods/log", "*"} & granted
    text = " ".join(done.stdout.replace("\n# ", " ").split())
    assert "Secrets are left out. kubedx lists their names" in text
    assert "Logs are left out" in text
    assert "Custom resources are left out, since no cluster is configured" in text


def test_a_role_for_each_namespace_and_the_rest_apart(run: Run) -> None:
    done = run("rbac", "-n=shop,billing", "--filter=Service", "--logs", "--secrets")
    *roles, rest = documents(done.stdout)
    assert [(role["kind"], role["metadata"]) for role in roles] == [
        ("Role", {"name": "kubedx", "namespace": "shop"}),
        ("Role", {"name": "kubedx", "namespace": "billing"}),
    ]
    assert (rest["kind"], rest["metadata"]) == ("ClusterRole", {"name": "kubedx-cluster-scoped"})
    assert {"apiGroups": [""], "resources": ["pods/log"], "verbs": ["get"]} in roles[0]["rules"]
    assert "These kinds belong to no namespace" in done.stdout


def test_the_same_flags_give_the_same_bytes(run: Run) -> None:
    assert run("rbac", "--filter=Service").stdout == run("rbac", "--filter=Service").stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["-n", "Shop"], '"Shop" cannot be the name of a namespace'),
        (["-n", "shop\nkind: Secret"], "cannot be the name of a namespace"),
        (["-n", "shop", "-A"], "exclude each other"),
        (["--filter=Servise"], 'filter "Servise" is not known; did you mean Service?'),
        (["--logs=none"], "flag --logs is true or false"),
    ],
)
def test_wrong_usage_is_a_sentence_and_prints_no_manifest(run: Run, words: list[str], says: str) -> None:
    done = run("rbac", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr


def test_a_cluster_that_does_not_answer_leaves_custom_resources_out(run: Run, tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        server = f"https://127.0.0.1:{unused.getsockname()[1]}"
    kubeconfig = tmp_path / "kubeconfig"
    context = {"name": "gone", "context": {"cluster": "gone", "user": "me"}}
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "gone",
        "contexts": [context],
        "clusters": [{"name": "gone", "cluster": {"server": server}}],
        "users": [{"name": "me", "user": {"token": "t"}}],
    }
    kubeconfig.write_text(json.dumps(document))
    done = run("rbac", "--filter=CustomResource", "--kubeconfig", str(kubeconfig))
    assert done.returncode == 0
    assert "kubedx: custom resources are left out: " in done.stderr
    assert "since the cluster did not say which it serves" in done.stdout
    assert run("rbac", "--filter=CustomResource", "--kubeconfig", str(kubeconfig), "--offline").stderr == ""


def test_certificates_need_the_right_to_read_secrets_and_the_manifest_says_what_is_read(run: Run) -> None:
    done = run("rbac", "--filter=Certificate", "--read-certificates", "--offline")
    (role,) = documents(done.stdout)
    assert ["get", "list"] in [rule["verbs"] for rule in role["rules"] if rule["resources"] == ["secrets"]]
    assert "kubedx rbac --filter=Certificate --read-certificates" in done.stdout
    assert "keeps what their certificates say" in " ".join(done.stdout.replace("#", " ").split())
    assert "secrets" not in run("rbac", "--filter=Certificate", "--offline").stdout.replace("Secrets", "").replace("--secrets", "")


def test_it_loads_no_more_than_it_needs(environment: dict[str, str]) -> None:
    packages, modules = loaded(environment, MAIN, "rbac", "--offline")
    assert not {"rich", "pydantic", "openai", "cryptography"} & packages
    assert not {"kubedx.source.live", "http.client"} & modules


@pytest.mark.parametrize("word", ["null", "on", "yes", "123", "1e3", "0x1f", "~", "a: b", "- x", "#", '"', "é", "a\nb"])
def test_every_name_comes_back_from_the_yaml_as_it_was(word: str) -> None:
    right = Right(word, ("list",), (word,))
    text = manifest(Access(cluster_scoped=(), namespaced=(right,)), Wish("kubedx rbac"))
    (role,) = documents(text)
    assert role["rules"] == [{"apiGroups": [word], "resources": [word], "verbs": ["list"]}]


def test_nothing_leaves_a_comment() -> None:
    wish = Wish("kubedx rbac\n---\nkind: Secret", unnamed="since\n---\nkind: Secret")
    assert [role["kind"] for role in documents(manifest(Access(cluster_scoped=(), namespaced=()), wish))] == ["ClusterRole"]


class TestTheRightsThatAScanLacked:
    """What a report offers to type."""

    EVENTS = ReadCount("v1", "Event", 3, ("shop",))
    NODES = ReadCount("v1", "Node", 1)

    @staticmethod
    def refused(kind: str, namespace: str = "") -> Gap:
        return Gap("v1", kind, namespace, "list", GapReason.FORBIDDEN, "forbidden")

    def words(self, *parts: ReadCount | Gap, **flags: Any) -> str:
        read = tuple(one for one in parts if isinstance(one, ReadCount))
        gaps = tuple(one for one in parts if isinstance(one, Gap))
        return " ".join(missing_rights((), AnalyzeOptions(**flags), Coverage(read=read, gaps=gaps)))

    def test_of_the_namespaces_that_it_fell_back_to(self) -> None:
        fell_back = self.EVENTS, self.refused("Event")
        assert self.words(*fell_back, self.NODES, self.refused("Service")) == "kubedx rbac --namespace=shop"
        assert self.words(*fell_back, ReadCount("v1", "Pod", 2), self.refused("Service")) == "kubedx rbac"
        unserved = ReadCount("gateway.networking.k8s.io/v1", "HTTPRoute", 0)
        assert self.words(*fell_back, unserved, self.refused("Service")) == "kubedx rbac --namespace=shop"
        assert self.words(self.EVENTS, self.refused("Event", "billing")) == "kubedx rbac", "rights in all namespaces, since all are known"
        assert self.words(self.EVENTS, self.refused("Service"), namespace=("till",)) == "kubedx rbac --namespace=till"
        assert self.words(self.NODES, self.refused("Service")) == "kubedx rbac"

    def test_with_logs_only_where_they_or_their_pods_were_refused(self) -> None:
        assert self.words(self.NODES, self.refused("Pod")) == "kubedx rbac --logs"
        assert self.words(self.NODES, self.refused("Pod"), logs="none") == "kubedx rbac"
