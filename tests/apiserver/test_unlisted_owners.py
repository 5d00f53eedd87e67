"""Before a real API server: who may not list ReplicaSets is told of one incident a workload, as who may list all."""

from pathlib import Path
from typing import Any

from apiserver.cluster import Cluster
from apiserver.grants import Grants, printed, roles_of, without
from kubedx.analyzers import LogPolicy
from kubedx.findings import Incident
from kubedx.pipeline import Request, diagnose
from kubedx.source import LiveSource, Scope, load_cluster
from pipeline.test_unlisted_owners import cluster as workload

NAMESPACE = "looms"


def incidents(kubeconfig: str) -> tuple[Incident, ...]:
    source = LiveSource(load_cluster(kubeconfig, None, None, {}))
    try:
        return diagnose(source, Request(scope=Scope((NAMESPACE,)), logs=LogPolicy.NONE)).incidents
    finally:
        source.close()


def create(cluster: Cluster, documents: list[dict[str, Any]]) -> None:
    """The objects with their statuses, and with owners by the uids that the server gave."""
    paths = {"Pod": f"/api/v1/namespaces/{NAMESPACE}/pods"}
    uids: dict[str, str] = {}
    for document in documents:
        document["metadata"]["namespace"] = NAMESPACE
        for reference in document["metadata"].get("ownerReferences", ()):
            reference["uid"] = uids[reference["uid"]]
        path = paths.get(document["kind"], f"/apis/apps/v1/namespaces/{NAMESPACE}/{document['kind'].lower()}s")
        own = document["metadata"].pop("uid")
        uids[own] = cluster.create(path, document)["metadata"]["uid"]
        code, answer = cluster.request("PUT", f"{path}/{document['metadata']['name']}/status", document)
        assert code == 200, answer


def test_replica_sets_that_may_not_be_listed(cluster: Cluster, grants: Grants, tmp_path: Path) -> None:
    cluster.namespace(NAMESPACE)
    create(cluster, workload())
    roles = without(roles_of(printed(f"-n={NAMESPACE}", "--offline")), "replicasets")
    (whole,) = incidents(cluster.kubeconfig(tmp_path / "admin"))
    (limited,) = incidents(grants.kubeconfig(grants.user(*roles)))
    assert (limited.id, limited.root_cause.subject) == (whole.id, whole.root_cause.subject)
    assert whole.root_cause.subject.kind == "Deployment"
