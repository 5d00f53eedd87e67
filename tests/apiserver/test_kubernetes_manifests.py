"""packaging/kubernetes on a real API server: it takes them as they are, and what they grant is enough to scan."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import kubedx
from apiserver.cluster import Cluster
from kubedx.kube import TYPES
from published.conftest import ROOT

PATHS = {
    "Namespace": "/api/v1/namespaces",
    "ServiceAccount": "/api/v1/namespaces/{namespace}/serviceaccounts",
    "ClusterRole": "/apis/rbac.authorization.k8s.io/v1/clusterroles",
    "ClusterRoleBinding": "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
    "Job": "/apis/batch/v1/namespaces/{namespace}/jobs",
    "CronJob": "/apis/batch/v1/namespaces/{namespace}/cronjobs",
}


def documents(name: str) -> list[dict[str, Any]]:
    text = (ROOT / "packaging/kubernetes" / name).read_text("utf-8")
    return [document for document in yaml.safe_load_all(text) if document]


def create(cluster: Cluster, document: dict[str, Any], dry_run: str = "") -> None:
    path = PATHS[document["kind"]].format(namespace=document["metadata"].get("namespace", ""))
    query = f"?fieldValidation=Strict{dry_run}"
    status, answer = cluster.request("POST", path + query, document)
    assert status in {201, 409}, answer
    assert status == 201 or not dry_run, answer


def wait_until_honoured(cluster: Cluster) -> None:
    """The API server learns of roles by a watch of its own."""
    asked = {"verb": "list", "resource": "volumeattachments", "group": "storage.k8s.io"}
    review = {"spec": {"user": "system:serviceaccount:kubedx:kubedx", "resourceAttributes": asked}}
    for _ in range(100):
        if cluster.create("/apis/authorization.k8s.io/v1/subjectaccessreviews", review)["status"]["allowed"]:
            return
        time.sleep(0.1)
    raise AssertionError("the rights of the ServiceAccount are not honoured")


@pytest.fixture
def applied(cluster: Cluster) -> Iterator[None]:
    """The rights, taken back after the test: others apply their own under the same names."""
    for document in documents("rbac.yaml"):
        create(cluster, document)
    yield
    for document in documents("rbac.yaml"):
        if document["kind"].startswith("ClusterRole"):
            cluster.request("DELETE", f"{PATHS[document['kind']]}/{document['metadata']['name']}")


@pytest.mark.usefixtures("applied")
def test_the_api_server_takes_them_and_the_service_account_sees_all_that_it_wants(cluster: Cluster, market: str, tmp_path: Path) -> None:
    for document in (*documents("job.yaml"), *documents("cronjob.yaml")):
        create(cluster, document, dry_run="&dryRun=All")

    token = cluster.create("/api/v1/namespaces/kubedx/serviceaccounts/kubedx/token", {"spec": {}})["status"]["token"]
    wait_until_honoured(cluster)
    where = kubedx.Cluster(kubeconfig=cluster.kubeconfig(tmp_path / "kubeconfig", {"token": token}))
    diagnosis = kubedx.diagnose(where, logs="none")
    # The manifest knows no custom kinds, which other tests may have defined.
    built_in = {kind.KIND.kind for kind in TYPES}
    assert {gap.kind for gap in diagnosis.coverage.gaps if gap.reason == "forbidden"} & built_in == {"Secret"}
    assert market in {incident.root_cause.subject.namespace for incident in diagnosis.incidents}
