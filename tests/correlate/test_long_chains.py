"""Chains of three to six hops: one incident, whose root is the first link."""

from typing import Any

import pytest

from correlate.shop import CRASHES, PULL_FAILS, Objects, event, incidents_of, ingress_to, node, objects, workload

N1 = [node("n1")]
REFUSED = "ERROR cannot connect to {0}:80: dial tcp {0}:80: connect: connection refused"
UNREADY = {"running": {"startedAt": "2026-03-01T10:00:00Z"}}
CONFIG = objects("{apiVersion: v1, kind: ConfigMap, metadata: {name: app, namespace: shop}, data: {app.json: '{', MODE: fast}}")


def calls(*names: str, through: str = "") -> tuple[Objects, dict[str, str]]:
    """Workloads of which each calls the one before, and says in its log that it cannot."""
    made, logs = Objects(), {}
    before = through
    for name in names:
        made += workload(name, env={"NEXT": f"http://{before}:80"}, state=CRASHES)
        logs[f"shop/{name}-0/{name}"] = REFUSED.format(before)
        before = name
    return made, logs


def lacks(kind: str, name: str) -> dict[str, Any]:
    return {"waiting": {"reason": "CreateContainerConfigError", "message": f'{kind} "{name}" not found'}}


def claim(name: str, storage_class: str) -> Objects:
    return objects(f"""
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {{name: {name}, namespace: shop, creationTimestamp: 2026-03-01T11:00:00Z}}
spec: {{storageClassName: {storage_class}, accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}}}
status: {{phase: Pending}}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {{name: standard}}
provisioner: csi.example.com
""")


def on_claim(name: str, of_claim: str) -> Objects:
    volumes = [{"name": "data", "persistentVolumeClaim": {"claimName": of_claim}}]
    return workload(name, pending="0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.", volumes=volumes)


def refused(name: str, words: str) -> Objects:
    made = workload(name, made=False)
    failure = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "lastTransitionTime": "2026-03-01T11:00:00Z"}
    made[1]["status"]["conditions"] = [{**failure, "message": words}]
    return [*made, event(made[1], "FailedCreate", f"Error creating: {words}")]


QUOTA = objects("""
apiVersion: v1
kind: ResourceQuota
metadata: {name: compute, namespace: shop}
spec: {hard: {pods: "3"}}
status: {hard: {pods: "3"}, used: {pods: "3"}}
""")
OVER_QUOTA = 'pods "db-1-x" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=3, limited: pods=3'
NO_ACCOUNT = 'pods "db-1-x" is forbidden: error looking up service account shop/dbs: serviceaccount "dbs" not found'
WEBHOOK = objects("""
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: policy}
webhooks:
- name: policy.example.com
  failurePolicy: Fail
  clientConfig: {service: {name: policy, namespace: guard}}
  rules: [{operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods]}]
""")
UNANSWERED = (
    'Internal error occurred: failed calling webhook "policy.example.com": failed to call webhook: '
    'Post "https://policy.guard.svc:443/validate?timeout=10s": no endpoints available for service "policy"'
)
SCALER = objects("""
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: cart, namespace: shop, creationTimestamp: 2026-03-01T10:00:00Z}
spec: {minReplicas: 1, maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: cart}, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]}
status:
  currentReplicas: 1
  desiredReplicas: 1
  conditions: [{type: ScalingActive, status: "False", reason: FailedGetResourceMetric, message: "did not receive metrics for targeted pods (pods might be unready)", lastTransitionTime: 2026-03-01T11:00:00Z}]
""")


def selecting_nothing(name: str) -> Objects:
    made = workload(name)
    made[-1]["spec"]["selector"] = {"app": f"{name}s"}
    return made


def with_account(name: str) -> Objects:
    made = refused(name, NO_ACCOUNT)
    for one in made[:2]:
        one["spec"]["template"]["spec"]["serviceAccountName"] = "dbs"
    return made


CASES: list[tuple[str, Objects, tuple[str, ...], str, str]] = [
    ("an image", workload("db", state=PULL_FAILS), ("stock", "cart", "web"), "db", "image-pull-failed Deployment shop/db"),
    ("a setting", workload("db", state=CRASHES), ("stock", "cart"), "db", "container-misconfigured Deployment shop/db"),
    (
        "a class",
        [*claim("data", "fast"), *on_claim("db", "data")],
        ("stock", "cart"),
        "db",
        "storage-class-absent PersistentVolumeClaim shop/data",
    ),
    ("a claim", on_claim("db", "nowhere"), ("stock", "cart"), "db", "claim-absent Deployment shop/db"),
    ("a quota", [*QUOTA, *refused("db", OVER_QUOTA)], ("stock", "cart"), "db", "quota-exceeded Deployment shop/db"),
    ("an account", with_account("db"), ("stock", "cart"), "db", "service-account-absent Deployment shop/db"),
    ("a selector", selecting_nothing("db"), ("stock", "cart", "web"), "db", "service-selects-nothing Service shop/db"),
    (
        "a Secret",
        workload("db", state=lacks("secret", "login"), container={"envFrom": [{"secretRef": {"name": "login"}}]}),
        ("stock", "cart"),
        "db",
        "secret-absent Deployment shop/db",
    ),
    (
        "a ConfigMap",
        workload("db", state=lacks("configmap", "conf"), container={"envFrom": [{"configMapRef": {"name": "conf"}}]}),
        ("stock", "cart", "web", "mobile"),
        "db",
        "config-map-absent Deployment shop/db",
    ),
    ("a node", [node("n2", ready="Unknown"), *workload("db", state=UNREADY, node="n2")], ("stock", "cart"), "db", "node-not-ready Node n2"),
    (
        "a label of nodes",
        workload(
            "db", pending="0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.", nodeSelector={"disk": "ssd"}
        ),
        ("stock", "cart"),
        "db",
        "pod-node-selector-unmatched Deployment shop/db",
    ),
    (
        "a webhook whose image is wrong",
        [*WEBHOOK, *workload("policy", namespace="guard", state=PULL_FAILS), *refused("db", UNANSWERED)],
        ("stock", "cart"),
        "db",
        "image-pull-failed Deployment guard/policy",
    ),
    (
        "an image, up to the autoscaler",
        [*workload("db", state=PULL_FAILS), *SCALER],
        ("cart",),
        "db",
        "image-pull-failed Deployment shop/db",
    ),
    (
        "a shut policy",
        [
            *workload("db"),
            *objects("""
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: closed, namespace: shop, creationTimestamp: 2026-03-01T10:00:00Z}
spec: {podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress], ingress: []}
"""),
        ],
        ("stock", "cart"),
        "db",
        "policy-blocks-caller NetworkPolicy shop/closed",
    ),
    ("a Service that is not there", [], ("stock", "cart"), "db", "called-service-absent Deployment shop/stock"),
]


@pytest.mark.parametrize(("cluster", "callers", "first", "root"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_first_link_is_the_root(cluster: Objects, callers: tuple[str, ...], first: str, root: str) -> None:
    made, logs = calls(*callers, through=first)
    logs["shop/db-0/db"] = "FATAL required setting API_KEY is not set"
    found = incidents_of([*N1, *cluster, *made, *ingress_to(callers[-1])], logs)

    assert [f"{one.root_cause.code} {one.root_cause.subject}" for one in found] == [root]
    assert f"Service shop/{callers[-1]}" in {str(one.subject) for one in found[0].symptoms}
    assert [str(one) for one in found[0].entry_points] == ["Ingress shop/front"]
