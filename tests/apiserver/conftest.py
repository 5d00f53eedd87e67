import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from apiserver.cluster import Cluster, find_assets
from apiserver.grants import Grants
from apiserver.interposer import Interposer

PODS = 1200
SECRET_VALUE = "value-that-nobody-may-see"
MAP_VALUE = "value-that-comes-on-demand"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.apiserver)
            # One worker of pytest-xdist, and so one API server, with --dist loadgroup.
            item.add_marker(pytest.mark.xdist_group("apiserver"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    assets = find_assets()
    if isinstance(assets, str) and any("apiserver" in report.keywords for report in terminalreporter.stats.get("skipped", ())):
        terminalreporter.write_line(f"tests/apiserver skipped: {assets}")


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    assets = find_assets()
    if isinstance(assets, str):
        if os.environ.get("CI") == "true":
            pytest.fail(assets)
        pytest.skip(assets)
    running = Cluster(assets, tmp_path_factory.mktemp("cluster"))
    yield running
    running.stop()


@pytest.fixture(scope="session")
def many_pods(cluster: Cluster) -> str:
    """A namespace with 1,200 pods."""
    namespace = cluster.namespace("many")
    path = f"/api/v1/namespaces/{namespace}/pods"

    def make(number: int) -> None:
        cluster.create(path, {"metadata": {"name": f"pod-{number:04}"}, "spec": {"containers": [{"name": "app", "image": "httpd"}]}})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(make, range(PODS)))
    return namespace


@pytest.fixture
def interposer(cluster: Cluster) -> Iterator[Interposer]:
    """A server of our own in front of the API server."""
    between = Interposer(cluster.server, cluster.authority.pem)
    yield between
    between.close()


@pytest.fixture
def grants(cluster: Cluster, tmp_path: Path) -> Iterator[Grants]:
    """Rights that a test hands out, which are taken back after it."""
    made = Grants(cluster, tmp_path)
    yield made
    made.take_back()


@pytest.fixture(scope="session")
def market(cluster: Cluster) -> str:
    """A namespace with a Service that selects nothing, and an Ingress to it whose IngressClass and TLS Secret do not exist."""
    namespace = cluster.namespace("market")
    service = {"metadata": {"name": "till"}, "spec": {"selector": {"app": "till"}, "ports": [{"port": 80}]}}
    cluster.create(f"/api/v1/namespaces/{namespace}/services", service)
    backend = {"service": {"name": "till", "port": {"number": 80}}}
    rules = [{"http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}]
    spec = {"ingressClassName": "plain", "tls": [{"hosts": ["till.example.com"], "secretName": "till-tls"}], "rules": rules}
    cluster.create(f"/apis/networking.k8s.io/v1/namespaces/{namespace}/ingresses", {"metadata": {"name": "till"}, "spec": spec})
    return namespace


@pytest.fixture(scope="session")
def shop(cluster: Cluster) -> str:
    """A namespace with a pod, a secret and a config map, and users with few rights."""
    namespace = cluster.namespace("shop")
    base = f"/api/v1/namespaces/{namespace}"
    cluster.create(f"{base}/pods", {"metadata": {"name": "cart"}, "spec": {"containers": [{"name": "app", "image": "httpd"}]}})
    cluster.create(f"{base}/secrets", {"metadata": {"name": "db"}, "stringData": {"dsn": SECRET_VALUE}})
    cluster.create(f"{base}/configmaps", {"metadata": {"name": "settings"}, "data": {"mode": MAP_VALUE}})
    everything = {"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list"]}
    pods = {"apiGroups": [""], "resources": ["pods", "pods/log", "events"], "verbs": ["get", "list"]}
    own_namespace = {"apiGroups": [""], "resources": ["namespaces"], "resourceNames": [namespace], "verbs": ["get"]}
    cluster.allow("shop-reader", [pods, own_namespace], namespace)
    cluster.allow("shop-lister", [pods], namespace)
    cluster.allow("shop-lister", [{"apiGroups": [""], "resources": ["namespaces"], "verbs": ["list"]}])
    cluster.allow("no-nodes", [everything | {"apiGroups": ["apps", "batch"]}, pods | {"resources": ["pods", "namespaces", "services"]}])
    return namespace
