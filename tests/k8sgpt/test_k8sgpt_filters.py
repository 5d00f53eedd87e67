"""Every filter that k8sgpt knows is accepted, in its spelling and in any other, and so is every one of our own."""

import pytest

from cli.conftest import Run
from kubedx.analyzers import filters
from kubedx.cli.filters import known_filters

# pkg/analyzer/analyzer.go and pkg/integration of k8sgpt: core, additional and integrations.
CORE = [
    "Pod",
    "Deployment",
    "ReplicaSet",
    "PersistentVolumeClaim",
    "Service",
    "Ingress",
    "StatefulSet",
    "Job",
    "CronJob",
    "Node",
    "ValidatingWebhookConfiguration",
    "MutatingWebhookConfiguration",
    "ConfigMap",
]
ADDITIONAL = [
    "HorizontalPodAutoscaler",
    "PodDisruptionBudget",
    "NetworkPolicy",
    "Log",
    "GatewayClass",
    "Gateway",
    "HTTPRoute",
    "Storage",
    "Security",
    "ClusterCatalog",
    "ClusterExtension",
    "ClusterServiceVersion",
    "Subscription",
    "InstallPlan",
    "CatalogSource",
    "OperatorGroup",
]
INTEGRATIONS = ["PrometheusConfigValidate", "PrometheusConfigRelabelReport", "EKS", "ScaledObject", "PolicyReport", "ClusterPolicyReport"]
OWN = [
    "ResourceQuota",
    "Namespace",
    "PersistentVolume",
    "Certificate",
    "RBAC",
    "APIService",
    "CustomResource",
    "Event",
    "ControlPlane",
    "DaemonSet",
    "DNS",
]


@pytest.mark.parametrize("name", [*CORE, *ADDITIONAL, *INTEGRATIONS, *OWN])
def test_a_filter_is_known(name: str) -> None:
    assert known_filters([name, name.lower()], filters()) == ((name,), ())


def test_all_of_them_at_once_run(run: Run) -> None:
    done = run("analyze", "--demo", f"--filter={','.join([*CORE, *ADDITIONAL, *INTEGRATIONS, *OWN])}", "-o", "json")

    assert done.returncode == 0
    assert '"errors": null' in done.stdout
    assert done.stderr == "kubedx: filter EKS asks AWS, which only a live cluster does; what ACK says of EKS in a dump is judged\n"
