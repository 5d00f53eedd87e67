"""Two faults side by side: in one namespace, caller and callee, on one node, readers of one ConfigMap. Two incidents, each with its own."""

from typing import Any

import pytest

from correlate.shop import CRASHES, PULL_FAILS, Objects, incidents_of, ingress_to, node, objects, workload

N1 = [node("n1")]
REFUSED = "ERROR cannot connect to {0}:80: dial tcp {0}:80: connect: connection refused"
CONFIG = objects("{apiVersion: v1, kind: ConfigMap, metadata: {name: app, namespace: shop}, data: {app.json: '{', MODE: fast}}")
MOUNTED: dict[str, Any] = {
    "volumes": [{"name": "config", "configMap": {"name": "app"}}],
    "container": {"volumeMounts": [{"name": "config", "mountPath": "/config"}]},
}
UNREADY = {"running": {"startedAt": "2026-03-01T10:00:00Z"}}


def lacks(kind: str, name: str) -> dict[str, Any]:
    return {"waiting": {"reason": "CreateContainerConfigError", "message": f'{kind} "{name}" not found'}}


def no_key(key: str) -> dict[str, Any]:
    return {"waiting": {"reason": "CreateContainerConfigError", "message": f"couldn't find key {key} in ConfigMap shop/app"}}


def env_key(key: str) -> dict[str, Any]:
    return {"env": [{"name": "MODE", "valueFrom": {"configMapKeyRef": {"name": "app", "key": key}}}]}


def unfit(label: str) -> str:
    return f"0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector ({label})."


QUOTA = objects("""
apiVersion: v1
kind: ResourceQuota
metadata: {name: compute, namespace: shop}
spec: {hard: {pods: "3"}}
status: {hard: {pods: "3"}, used: {pods: "3"}}
""")


def over_quota(name: str) -> Objects:
    made = workload(name, made=False)
    message = f'pods "{name}-1-x" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=3, limited: pods=3'
    failure = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "lastTransitionTime": "2026-03-01T11:00:00Z"}
    made[1]["status"]["conditions"] = [{**failure, "message": message}]
    return made


def wrong_selector(name: str) -> Objects:
    made = workload(name)
    made[-1]["spec"]["selector"] = {"app": f"{name}s"}
    return made


def policy_of(name: str) -> Objects:
    return objects(f"""
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: {name}-closed, namespace: shop, creationTimestamp: 2026-03-01T10:00:00Z}}
spec: {{podSelector: {{matchLabels: {{app: {name}}}}}, policyTypes: [Ingress], ingress: []}}
""")


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
FAILED_JOB = objects("""
apiVersion: batch/v1
kind: Job
metadata: {name: import, namespace: shop, uid: j1, creationTimestamp: 2026-03-01T11:40:00Z}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: run, image: "import:1"}]}}}
status:
  failed: 2
  startTime: 2026-03-01T11:40:00Z
  conditions: [{type: Failed, status: "True", reason: FailedIndexes, message: Job has failed indexes, lastTransitionTime: 2026-03-01T11:55:00Z}]
""")


CASES: list[tuple[str, Objects, dict[str, str], set[str]]] = [
    (
        "two images of one namespace",
        [*workload("cart", state=PULL_FAILS), *workload("quote", state=PULL_FAILS)],
        {},
        {"image-pull-failed Deployment shop/cart", "image-pull-failed Deployment shop/quote"},
    ),
    (
        "a callee that is down, and a caller whose image is wrong",
        [*workload("quote", state=PULL_FAILS), *workload("cart", env={"QUOTE": "http://quote:80"}, state=PULL_FAILS)],
        {},
        {"image-pull-failed Deployment shop/quote", "image-pull-failed Deployment shop/cart"},
    ),
    (
        "a callee that is down, and a caller that lacks a setting",
        [*workload("quote", state=PULL_FAILS), *workload("cart", env={"QUOTE": "http://quote:80"}, state=CRASHES)],
        {"shop/cart-0/cart": "FATAL required setting API_KEY is not set"},
        {"image-pull-failed Deployment shop/quote", "container-misconfigured Deployment shop/cart"},
    ),
    (
        "a callee that is down, and a caller that panics",
        [*workload("quote", state=PULL_FAILS), *workload("cart", env={"QUOTE": "http://quote:80"}, state=CRASHES)],
        {"shop/cart-0/cart": "panic: runtime error: index out of range [3] with length 3\n\ngoroutine 1 [running]:\nmain.total()"},
        {"image-pull-failed Deployment shop/quote", "container-crashes Deployment shop/cart"},
    ),
    (
        "a callee that is down, and a caller that cannot reach another",
        [
            *workload("quote", state=PULL_FAILS),
            *workload("rates", state=PULL_FAILS),
            *workload("cart", env={"QUOTE": "http://quote:80"}, state=CRASHES),
        ],
        {"shop/cart-0/cart": REFUSED.format("rates")},
        {"image-pull-failed Deployment shop/quote", "image-pull-failed Deployment shop/rates"},
    ),
    (
        "two pods of one sound node",
        [*workload("cart", state=PULL_FAILS), *workload("quote", state=CRASHES)],
        {"shop/quote-0/quote": "FATAL required setting API_KEY is not set"},
        {"image-pull-failed Deployment shop/cart", "container-misconfigured Deployment shop/quote"},
    ),
    (
        "a node that is down, and a typo on another",
        [node("n2", ready="Unknown"), *workload("cart", state=UNREADY, node="n2"), *workload("quote", state=PULL_FAILS)],
        {},
        {"node-not-ready Node n2", "image-pull-failed Deployment shop/quote"},
    ),
    (
        "a file of a ConfigMap, and a key that it lacks",
        [*CONFIG, *workload("cart", state=CRASHES, **MOUNTED), *workload("quote", state=no_key("MDOE"), container=env_key("MDOE"))],
        {"shop/cart-0/cart": "FATAL cannot parse /config/app.json: unexpected end of JSON input"},
        {"container-misconfigured Deployment shop/cart", "config-map-key-absent Deployment shop/quote"},
    ),
    (
        "readers of one ConfigMap, of which one has a wrong image",
        [*CONFIG, *workload("cart", state=CRASHES, **MOUNTED), *workload("quote", state=PULL_FAILS, **MOUNTED)],
        {"shop/cart-0/cart": "FATAL cannot parse /config/app.json: unexpected end of JSON input"},
        {"container-misconfigured Deployment shop/cart", "image-pull-failed Deployment shop/quote"},
    ),
    (
        "two ConfigMaps that are not there",
        [
            *workload("cart", state=lacks("configmap", "one"), container={"envFrom": [{"configMapRef": {"name": "one"}}]}),
            *workload("quote", state=lacks("configmap", "other"), container={"envFrom": [{"configMapRef": {"name": "other"}}]}),
        ],
        {},
        {"config-map-absent Deployment shop/cart", "config-map-absent Deployment shop/quote"},
    ),
    (
        "a quota, and a typo in a workload that it let in",
        [*QUOTA, *over_quota("cart"), *workload("quote", state=PULL_FAILS)],
        {},
        {"quota-exceeded Deployment shop/cart", "image-pull-failed Deployment shop/quote"},
    ),
    (
        "a selector, and the image of the workload behind the caller",
        [*wrong_selector("cart"), *workload("web", env={"CART": "http://cart:80"}, state=PULL_FAILS)],
        {},
        {"service-selects-nothing Service shop/cart", "image-pull-failed Deployment shop/web"},
    ),
    (
        "two Services of one Ingress",
        [*wrong_selector("cart"), *workload("quote", state=PULL_FAILS), *ingress_to("cart")],
        {},
        {"service-selects-nothing Service shop/cart", "image-pull-failed Deployment shop/quote"},
    ),
    (
        "a webhook that is down, and a Job whose pods were made and failed",
        [*WEBHOOK, *workload("policy", namespace="guard", state=PULL_FAILS), *FAILED_JOB],
        {},
        {"image-pull-failed Deployment guard/policy", "job-failed Job shop/import"},
    ),
    (
        "two labels that no node has",
        [
            *workload("cart", pending=unfit("disk"), nodeSelector={"disk": "ssd"}),
            *workload("quote", pending=unfit("zone"), nodeSelector={"zone": "b"}),
        ],
        {},
        {"pod-node-selector-unmatched Deployment shop/cart", "pod-node-selector-unmatched Deployment shop/quote"},
    ),
    (
        "a policy that shuts one callee, and another that is down",
        [
            *workload("quote"),
            *policy_of("quote"),
            *workload("rates", state=PULL_FAILS),
            *workload("cart", env={"QUOTE": "http://quote:80"}, state=CRASHES),
        ],
        {"shop/cart-0/cart": "ERROR dial tcp quote:80: i/o timeout"},
        {"policy-blocks-caller NetworkPolicy shop/quote-closed", "image-pull-failed Deployment shop/rates"},
    ),
]


@pytest.mark.parametrize(("cluster", "logs", "roots"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_each_fault_is_an_incident(cluster: Objects, logs: dict[str, str], roots: set[str]) -> None:
    found = [f"{one.root_cause.code} {one.root_cause.subject}" for one in incidents_of([*N1, *cluster], logs)]

    assert sorted(found) == sorted(roots)
