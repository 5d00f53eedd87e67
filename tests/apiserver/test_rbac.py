"""`kubedx rbac`: its manifest, applied to a real API server, lets a fresh user scan without a gap; each missing right is told."""

import base64
import itertools
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from apiserver.cluster import Cluster
from kubedx.findings import Coverage, Diagnosis, is_accepted
from kubedx.pipeline import Request, diagnose
from kubedx.source import LiveSource, Scope, load_cluster

RBAC = "/apis/rbac.authorization.k8s.io/v1"
GROUP = {"apiGroup": "rbac.authorization.k8s.io"}
PLURALS = {"Role": "roles", "ClusterRole": "clusterroles", "RoleBinding": "rolebindings", "ClusterRoleBinding": "clusterrolebindings"}

Document = dict[str, Any]
_numbers = itertools.count()


def printed(*words: str) -> str:
    """What `kubedx rbac` prints."""
    code = "import sys; sys.argv[0] = 'kubedx'; from kubedx.cli import kubedx_main; kubedx_main()"
    done = subprocess.run([sys.executable, "-c", code, "rbac", *words], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def path_of(document: Mapping[str, Any]) -> str:
    namespace = document["metadata"].get("namespace")
    return f"{RBAC}{f'/namespaces/{namespace}' if namespace else ''}/{PLURALS[document['kind']]}"


class Grants:
    """Applies manifests, binds their roles to fresh users, and takes all back at the end."""

    def __init__(self, cluster: Cluster, directory: Path) -> None:
        self._cluster, self._directory = cluster, directory
        self._made: list[str] = []
        self._granted: list[Document] = []

    def user(self, *roles: Document) -> str:
        """The kubeconfig of a user of whom nobody has heard before, with these roles, as soon as the API server honours them."""
        name = f"scanner-{next(_numbers)}"
        for role in roles:
            self.create(role)
            self.create(binding(role, name))
        for role in roles:
            for question in questions(role, name):
                self._wait(question, allowed=True)
                self._granted.append(question)
        certificate, key = self._cluster.authority.issue(name)
        data = {"client-certificate-data": certificate, "client-key-data": key}
        entry = {what: base64.b64encode(pem).decode() for what, pem in data.items()}
        return self._cluster.kubeconfig(self._directory / name, entry)

    def create(self, document: Document) -> None:
        self._cluster.create(path_of(document), document)
        self._made.append(f"{path_of(document)}/{document['metadata']['name']}")

    def take_back(self) -> None:
        for path in reversed(self._made):
            self._cluster.request("DELETE", path)
        for question in self._granted:
            self._wait(question, allowed=False)

    def _wait(self, question: Document, *, allowed: bool) -> None:
        review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": question}
        for _ in range(1000):
            answer = self._cluster.create("/apis/authorization.k8s.io/v1/subjectaccessreviews", review)
            if answer["status"]["allowed"] is allowed:
                return
        raise TimeoutError(question)


def binding(role: Document, user: str) -> Document:
    kind, metadata = role["kind"], role["metadata"]
    return {
        "apiVersion": role["apiVersion"],
        "kind": f"{kind}Binding",
        "metadata": metadata,
        "roleRef": GROUP | {"kind": kind, "name": metadata["name"]},
        "subjects": [GROUP | {"kind": "User", "name": user}],
    }


def questions(role: Document, user: str) -> Iterator[Document]:
    for rule in role["rules"]:
        for resource, verb in itertools.product(rule["resources"], rule["verbs"]):
            name, _, sub = resource.partition("/")
            place = role["metadata"].get("namespace", "")
            attributes = {"group": rule["apiGroups"][0], "resource": name, "subresource": sub, "verb": verb, "namespace": place}
            yield {"user": user, "resourceAttributes": attributes}


@pytest.fixture
def grants(cluster: Cluster, tmp_path: Path) -> Iterator[Grants]:
    made = Grants(cluster, tmp_path)
    yield made
    made.take_back()


@pytest.fixture(scope="module")
def market(cluster: Cluster) -> str:
    """A namespace in which there is something to judge for rules that read other kinds."""
    namespace = cluster.namespace("market")
    base = f"/api/v1/namespaces/{namespace}"
    cluster.create(f"{base}/services", {"metadata": {"name": "till"}, "spec": {"selector": {"app": "till"}, "ports": [{"port": 80}]}})
    backend = {"service": {"name": "till", "port": {"number": 80}}}
    rules = [{"http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}]
    spec = {"ingressClassName": "plain", "tls": [{"hosts": ["till.example.com"], "secretName": "till-tls"}], "rules": rules}
    cluster.create(f"/apis/networking.k8s.io/v1/namespaces/{namespace}/ingresses", {"metadata": {"name": "till"}, "spec": spec})
    return namespace


def scan(kubeconfig: str, filters: tuple[str, ...] = (), namespaces: tuple[str, ...] = ()) -> Diagnosis:
    source = LiveSource(load_cluster(kubeconfig, None, None, {}))
    try:
        return diagnose(source, Request(scope=Scope(namespaces), filters=filters))
    finally:
        source.close()


def roles_of(text: str) -> list[Document]:
    return list(yaml.safe_load_all(text))


def unread(coverage: Coverage) -> set[tuple[str, str, str, str]]:
    return {(gap.kind, gap.namespace, gap.verb, gap.reason.value) for gap in coverage.gaps}


SCANS = {
    "everything": ((), ()),
    "one filter": (("Service",), ()),
    "one namespace": ((), ("market",)),
    "one filter in two namespaces": (("Ingress",), ("market", "default")),
}


@pytest.mark.parametrize("secrets", [False, True], ids=["without Secrets", "with Secrets"])
@pytest.mark.parametrize(("filters", "namespaces"), SCANS.values(), ids=SCANS)
def test_a_scan_with_exactly_the_printed_rights_has_no_gap(
    cluster: Cluster,
    market: str,
    grants: Grants,
    tmp_path: Path,
    filters: tuple[str, ...],
    namespaces: tuple[str, ...],
    secrets: bool,
) -> None:
    flags = [f"--filter={name}" for name in filters] + [f"-n={name}" for name in namespaces] + ["--secrets"] * secrets
    roles = roles_of(printed(*flags, "--logs", "--kubeconfig", cluster.kubeconfig(tmp_path / "admin")))
    diagnosis = scan(grants.user(*roles), filters, namespaces)
    coverage = diagnosis.coverage
    assert coverage.crashed == ()
    assert [gap for gap in coverage.gaps if not is_accepted(gap)] == []
    assert [skip for skip in coverage.skipped if skip.lacks != "Secret"] == []
    assert coverage.complete
    wanted = filters != ("Service",)
    assert bool(coverage.gaps) is (wanted and not secrets)
    absent = {result.name for result in diagnosis.results if "till-tls" in str(result.error)}
    assert absent == ({"market/till"} if wanted and secrets else set())
