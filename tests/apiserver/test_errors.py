"""What a real API server refuses is one sentence that says what to do; kubectl's flags reach it without a kubeconfig of their own."""

import base64
import json
import re
from pathlib import Path

import pytest

from apiserver.cluster import Cluster
from cli.conftest import Run, environment, run

__all__ = ["environment", "run"]

FAILURES = {
    "401": (
        ("--token=t0ken",),
        r"the API server https://\S+ does not know us \(401\): the token of context 'test' is wrong or has expired; sign in again",
    ),
    "403 on everything": (
        ("--as=nobody",),
        r"cluster 'test' lets us list nothing that is needed \(.+\); ask for the rights that kubedx rbac prints, or choose .+",
    ),
    "a namespace that is not there": (("-n=shpo",), r"namespace 'shpo' does not exist .+; check the name"),
    "a user of the kubeconfig that is not there": (("--user=her",), r"a flag names user 'her', which no kubeconfig file defines; .+: me"),
    "another authority": (
        ("--certificate-authority={folder}/other.pem",),
        r"the API server https://\S+ shows a certificate of an authority that is not trusted; set certificate-authority in the kubeconfig",
    ),
}


@pytest.mark.parametrize("output", ["text", "json"])
@pytest.mark.parametrize("name", ["kubedx", "k8sgpt"])
@pytest.mark.parametrize("failure", FAILURES)
def test_what_is_refused_is_one_sentence(
    cluster: Cluster, shop: str, run: Run, tmp_path: Path, failure: str, name: str, output: str
) -> None:
    from apiserver.cluster import Authority

    (tmp_path / "other.pem").write_bytes(Authority("other").pem)
    words, sentence = FAILURES[failure]
    given = [word.format(folder=tmp_path) for word in words]
    done = run("analyze", "--kubeconfig", cluster.kubeconfig(tmp_path / "config", "root"), *given, "-o", output, name=name)
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(rf"{name}: ({sentence})\n", done.stderr), done.stderr
    assert "t0ken" not in done.stderr


def test_server_authority_and_token_need_no_kubeconfig(cluster: Cluster, shop: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_bytes(cluster.authority.pem)
    flags = (f"--server={cluster.server}", f"--certificate-authority={tmp_path / 'ca.pem'}", f"--token={cluster.token('root')}")
    done = run("analyze", *flags, "-n", shop, "-o", "json", name="kubectl")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["cluster"]["source"] == "live"
    insecure = run("verify", "abcd", f"--server={cluster.server}", "--insecure-skip-tls-verify", f"--token={cluster.token('root')}")
    assert insecure.stderr.startswith("kubedx: no incident has an id that begins with abcd")


def test_every_command_acts_as_whom_it_is_told(cluster: Cluster, shop: str, run: Run, tmp_path: Path) -> None:
    kubeconfig = cluster.kubeconfig(tmp_path / "config", "root")
    (tmp_path / "pod.yaml").write_text("apiVersion: v1\nkind: Namespace\nmetadata: {name: till}\n")
    flags = ("--kubeconfig", kubeconfig, "--as=nobody", "--as-uid=7", "--request-timeout=30s")
    for words in (
        ("analyze",),
        ("record", "-o", str(tmp_path / "out.tar")),
        ("preflight", "-f", str(tmp_path / "pod.yaml")),
        ("verify", "abcd"),
    ):
        done = run(*words, *flags)
        assert (done.returncode, done.stdout) == (1, ""), words
        assert done.stderr.count("\n") == 1, done.stderr


def test_a_certificate_of_the_flags_is_who_we_are(cluster: Cluster, shop: str, run: Run, tmp_path: Path) -> None:
    user = cluster.user("admin")
    (tmp_path / "me.crt").write_bytes(base64.b64decode(user["client-certificate-data"]))
    (tmp_path / "me.key").write_bytes(base64.b64decode(user["client-key-data"]))
    kubeconfig = cluster.kubeconfig(tmp_path / "config", {})
    words = ("analyze", "--kubeconfig", kubeconfig, "-n", shop, "-o", "json")
    assert "system:anonymous" in run(*words).stderr
    done = run(*words, f"--client-certificate={tmp_path / 'me.crt'}", f"--client-key={tmp_path / 'me.key'}")
    assert done.returncode == 0, done.stderr
