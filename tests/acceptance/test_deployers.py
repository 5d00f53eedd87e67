"""What deploys from Git or a chart, and fails because a pod that it deployed does, is one incident with the pod's cause."""

from datetime import UTC, datetime

import pytest

from kubedx.findings import Diagnosis
from kubedx.pipeline import Request, diagnose
from kubedx.testing import source_from_yaml

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

PODS = """
kind: Node
metadata: {{name: node-a}}
status: {{conditions: [{{type: Ready, status: 'True'}}]}}
---
kind: Deployment
metadata: {{name: cart, namespace: shop, generation: 1, creationTimestamp: '2026-03-01T10:00:00Z', {marks}}}
spec:
  replicas: 1
  selector: {{matchLabels: {{app: cart}}}}
  template: {{metadata: {{labels: {{app: cart}}}}, spec: {{containers: [{{name: api, image: 'shop/crat:1'}}]}}}}
status:
  observedGeneration: 1
  replicas: 1
  unavailableReplicas: 1
  conditions: [{{type: Available, status: 'False', reason: MinimumReplicasUnavailable, lastTransitionTime: '2026-03-01T10:00:01Z'}}]
---
kind: ReplicaSet
metadata:
  name: cart-7
  namespace: shop
  ownerReferences: [{{apiVersion: apps/v1, kind: Deployment, name: cart, controller: true}}]
spec:
  replicas: 1
  selector: {{matchLabels: {{app: cart}}}}
  template: {{metadata: {{labels: {{app: cart}}}}, spec: {{containers: [{{name: api, image: 'shop/crat:1'}}]}}}}
status: {{replicas: 1}}
---
kind: Pod
metadata:
  name: cart-7-x2k4q
  namespace: shop
  labels: {{app: cart}}
  creationTimestamp: '2026-03-01T10:00:00Z'
  ownerReferences: [{{apiVersion: apps/v1, kind: ReplicaSet, name: cart-7, controller: true}}]
spec: {{nodeName: node-a, containers: [{{name: api, image: 'shop/crat:1'}}]}}
status:
  phase: Pending
  conditions: [{{type: Ready, status: 'False', lastTransitionTime: '2026-03-01T10:00:00Z'}}]
  containerStatuses:
  - name: api
    image: shop/crat:1
    ready: false
    restartCount: 0
    state: {{waiting: {{reason: ImagePullBackOff, message: 'Back-off pulling image "shop/crat:1": repository does not exist'}}}}
---
"""
APPLICATION = """
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: cart, namespace: argocd}
spec: {destination: {namespace: shop}}
status:
  health: {status: Healthy}
  sync: {status: OutOfSync}
  operationState: {phase: Failed, message: 'waiting for healthy state of apps/Deployment/cart: timed out', finishedAt: '2026-03-01T10:20:00Z'}
"""
CONDITIONS = """
  conditions: [{{type: Ready, status: 'False', reason: {reason}, message: '{why}', lastTransitionTime: '2026-03-01T10:20:10Z'}}]
"""
KUSTOMIZATION = """
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system, generation: 1}
status:
  observedGeneration: 1
"""
HELM_RELEASE = """
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: cart, namespace: shop, generation: 1}
status:
  observedGeneration: 1
"""
BY_ARGO = "annotations: {argocd.argoproj.io/tracking-id: 'cart:apps/Deployment:shop/cart'}"
BY_FLUX = "labels: {kustomize.toolkit.fluxcd.io/name: apps, kustomize.toolkit.fluxcd.io/namespace: flux-system}"
BY_HELM = "annotations: {meta.helm.sh/release-name: cart, meta.helm.sh/release-namespace: shop}"
NOT_HEALTHY = CONDITIONS.format(reason="HealthCheckFailed", why="timeout waiting for: [Deployment/shop/cart]").lstrip("\n")
TOO_LATE = CONDITIONS.format(reason="InstallFailed", why="Helm install failed: context deadline exceeded").lstrip("\n")
NOT_BUILT = CONDITIONS.format(reason="BuildFailed", why="kustomize build failed: no such file").lstrip("\n")


def diagnosed(marks: str, deployer: str) -> Diagnosis:
    return diagnose(source_from_yaml(PODS.format(marks=marks) + deployer, now=NOW), Request())


@pytest.mark.parametrize(
    ("marks", "deployer"),
    [(BY_ARGO, APPLICATION), (BY_FLUX, KUSTOMIZATION + NOT_HEALTHY), (BY_HELM, HELM_RELEASE + TOO_LATE)],
    ids=["argo-cd", "flux", "helm"],
)
def test_it_is_one_incident_with_the_cause_of_the_pod(marks: str, deployer: str) -> None:
    diagnosis = diagnosed(marks, deployer)

    assert [incident.root_cause.code for incident in diagnosis.incidents] == ["image-pull-failed"]
    assert {"Application", "Kustomization", "HelmRelease"} & {symptom.subject.kind for symptom in diagnosis.incidents[0].symptoms}


def test_what_fails_by_itself_is_not_laid_on_a_pod_that_it_deployed() -> None:
    diagnosis = diagnosed(BY_FLUX, KUSTOMIZATION + NOT_BUILT)

    assert {incident.root_cause.code for incident in diagnosis.incidents} == {"image-pull-failed", "custom-resource-not-ready"}


def test_what_others_deployed_explains_nothing() -> None:
    diagnosis = diagnosed("labels: {team: blue}", KUSTOMIZATION + NOT_HEALTHY)

    assert {incident.root_cause.code for incident in diagnosis.incidents} == {"image-pull-failed", "custom-resource-not-ready"}
