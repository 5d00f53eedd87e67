"""Whole chains on mini-clusters, with the real rules: one fault is one incident, and each symptom says what it follows from."""

from typing import Any

from correlate.shop import CRASHES, PULL_FAILS, chain, event, incidents_of, ingress_to, node, objects, workload
from kubedx.findings import Confidence

N1 = [node("n1")]
REFUSED = "ERROR cannot connect to {0}:80: dial tcp {0}:80: connect: connection refused"


def test_storage_class_absent_up_to_the_caller() -> None:
    claim = objects("""
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data-db-0, namespace: shop, creationTimestamp: 2026-03-01T11:00:00Z}
spec: {storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
status: {phase: Pending}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: standard}
provisioner: csi.example.com
""")
    volumes = [{"name": "data", "persistentVolumeClaim": {"claimName": "data-db-0"}}]
    database = workload(
        "db", kind="StatefulSet", pending="0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.", volumes=volumes
    )
    database[0]["spec"]["volumeClaimTemplates"] = [{"metadata": {"name": "data"}, "spec": claim[0]["spec"]}]
    cart = workload("cart", state=CRASHES)
    found = incidents_of([*N1, *claim, *database, *cart, *ingress_to("cart")], {"shop/cart-0/cart": REFUSED.format("db")})

    assert [chain(incident) for incident in found] == [
        [
            "storage-class-absent StatefulSet shop/db",
            "claim-template-class-absent StatefulSet shop/db < root",
            "pod-volume-unbound Pod shop/db-0 < root",
            "statefulset-unavailable StatefulSet shop/db < root",
            "service-without-ready-pods Service shop/db < pod-volume-unbound",
            "dependency-unreachable Pod shop/cart-0 < service-without-ready-pods",
            "deployment-unavailable Deployment shop/cart < dependency-unreachable",
            "service-without-ready-pods Service shop/cart < dependency-unreachable",
        ],
    ]


def test_quota_up_to_the_autoscaler() -> None:
    quota = objects("""
apiVersion: v1
kind: ResourceQuota
metadata: {name: compute, namespace: shop}
spec: {hard: {pods: "3"}}
status: {hard: {pods: "3"}, used: {pods: "3"}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: cart, namespace: shop, creationTimestamp: 2026-03-01T10:00:00Z}
spec: {minReplicas: 1, maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: cart}, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]}
status:
  currentReplicas: 0
  desiredReplicas: 1
  conditions: [{type: ScalingActive, status: "False", reason: FailedGetResourceMetric, message: "did not receive metrics for targeted pods (pods might be unready)", lastTransitionTime: 2026-03-01T11:00:00Z}]
""")
    cart = workload("cart", made=False, container={"resources": {"requests": {"cpu": "100m"}}})
    cart[1]["status"]["conditions"] = [
        {
            "type": "ReplicaFailure",
            "status": "True",
            "reason": "FailedCreate",
            "lastTransitionTime": "2026-03-01T11:00:00Z",
            "message": 'pods "cart-1-x" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=3, limited: pods=3',
        }
    ]
    rejected = event(
        cart[1],
        "FailedCreate",
        'Error creating: pods "cart-1-x" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=3, limited: pods=3',
    )
    found = incidents_of([*N1, *quota, *cart, rejected])

    assert [chain(incident) for incident in found] == [
        [
            "quota-exceeded Deployment shop/cart",
            "deployment-unavailable Deployment shop/cart < root",
            "service-without-ready-pods Service shop/cart < root",
            "hpa-metrics-unreadable HorizontalPodAutoscaler shop/cart < root",
            "quota-nearly-used-up ResourceQuota shop/compute < root",
        ],
    ]


def test_webhook_down_blocks_rollouts_of_all_namespaces() -> None:
    webhook = objects("""
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: policy}
webhooks:
- name: policy.example.com
  failurePolicy: Fail
  clientConfig: {service: {name: policy, namespace: guard}}
  rules: [{operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods]}]
""")
    guard = workload("policy", namespace="guard", state=PULL_FAILS)
    words = 'Error creating: Internal error occurred: failed calling webhook "policy.example.com": failed to call webhook: Post "https://policy.guard.svc:443/validate?timeout=10s": no endpoints available for service "policy"'
    blocked = []
    for name, namespace in (("cart", "shop"), ("quote", "price")):
        one = workload(name, namespace=namespace, made=False)
        blocked += [*one, event(one[1], "FailedCreate", words)]
    found = incidents_of([*N1, *webhook, *guard, *blocked])

    assert [chain(incident) for incident in found] == [
        [
            "image-pull-failed Deployment guard/policy",
            "deployment-unavailable Deployment guard/policy < root",
            "service-without-ready-pods Service guard/policy < root",
            "webhook-without-endpoints ValidatingWebhookConfiguration policy < service-without-ready-pods",
            "deployment-unavailable Deployment price/quote < webhook-without-endpoints",
            "deployment-unavailable Deployment shop/cart < webhook-without-endpoints",
            "service-without-ready-pods Service price/quote < deployment-unavailable",
            "service-without-ready-pods Service shop/cart < deployment-unavailable",
        ],
    ]


def test_node_down_takes_all_that_ran_there() -> None:
    gone = {"running": {"startedAt": "2026-03-01T10:00:00Z"}}
    lost = [*workload("cart", state=gone, node="n2"), *workload("quote", state=gone, node="n2")]
    found = incidents_of([*N1, node("n2", ready="Unknown"), *lost, *workload("stock"), *ingress_to("cart")])

    assert [chain(incident) for incident in found] == [
        [
            "node-not-ready Node n2",
            "deployment-unavailable Deployment shop/cart < root",
            "deployment-unavailable Deployment shop/quote < root",
            "service-without-ready-pods Service shop/cart < deployment-unavailable",
            "service-without-ready-pods Service shop/quote < deployment-unavailable",
        ],
    ]


def test_dns_down_is_every_no_such_host() -> None:
    dns = workload("kube-dns", namespace="kube-system", state=PULL_FAILS)
    callers = [*workload("cart", state=CRASHES), *workload("quote", state=CRASHES, namespace="price"), *workload("stock")]
    logs = {
        "shop/cart-0/cart": "ERROR dial tcp: lookup stock on 10.96.0.10:53: no such host",
        "price/quote-0/quote": "ERROR dial tcp: lookup rates.example.com on 10.96.0.10:53: no such host",
    }
    found = incidents_of([*N1, *dns, *callers], logs)

    assert [chain(incident) for incident in found] == [
        [
            "image-pull-failed Deployment kube-system/kube-dns",
            "deployment-unavailable Deployment kube-system/kube-dns < root",
            "service-without-ready-pods Service kube-system/kube-dns < root",
            "dependency-unreachable Pod price/quote-0 < service-without-ready-pods",
            "dependency-unreachable Pod shop/cart-0 < service-without-ready-pods",
            "deployment-unavailable Deployment price/quote < dependency-unreachable",
            "deployment-unavailable Deployment shop/cart < dependency-unreachable",
            "service-without-ready-pods Service price/quote < dependency-unreachable",
            "service-without-ready-pods Service shop/cart < dependency-unreachable",
        ],
    ]


def test_a_bad_config_map_is_all_its_readers() -> None:
    config = objects("""
apiVersion: v1
kind: ConfigMap
metadata: {name: app, namespace: shop}
data: {app.json: "{"}
""")
    more: dict[str, Any] = {
        "volumes": [{"name": "config", "configMap": {"name": "app"}}],
        "container": {"volumeMounts": [{"name": "config", "mountPath": "/config"}]},
    }
    readers = [*workload("cart", state=CRASHES, **more), *workload("quote", state=CRASHES, **more)]
    log = "FATAL cannot parse /config/app.json: unexpected end of JSON input"
    found = incidents_of([*N1, *config, *readers], {"shop/cart-0/cart": log, "shop/quote-0/quote": log})

    assert [chain(incident) for incident in found] == [
        [
            "container-misconfigured Deployment shop/cart",
            "container-misconfigured Pod shop/quote-0 < root",
            "deployment-unavailable Deployment shop/cart < root",
            "service-without-ready-pods Service shop/cart < root",
            "deployment-unavailable Deployment shop/quote < container-misconfigured",
            "service-without-ready-pods Service shop/quote < container-misconfigured",
        ],
    ]


def test_an_operator_that_is_down_leaves_its_resources() -> None:
    custom = objects("""
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec: {group: example.com, scope: Namespaced, names: {kind: Widget, plural: widgets}, versions: [{name: v1, served: true, storage: true}]}
---
apiVersion: example.com/v1
kind: Widget
metadata: {name: big, namespace: shop, generation: 3, creationTimestamp: 2026-03-01T09:00:00Z}
spec: {size: 3}
status: {observedGeneration: 2}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: widgets}
rules: [{apiGroups: [example.com], resources: [widgets, widgets/status], verbs: [get, list, watch, update, patch]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: widgets}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: widgets}
subjects: [{kind: ServiceAccount, name: widgets, namespace: ops}]
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: widgets, namespace: ops}
""")
    operator = workload("widget-operator", namespace="ops", state=PULL_FAILS, service=False, serviceAccountName="widgets")
    found = incidents_of([*N1, *custom, *operator])

    assert [chain(incident) for incident in found] == [
        [
            "image-pull-failed Deployment ops/widget-operator",
            "deployment-unavailable Deployment ops/widget-operator < root",
            "custom-resource-not-reconciled Widget shop/big < root",
        ],
    ]


def test_an_expired_certificate_of_a_webhook_blocks_rollouts() -> None:
    webhook = objects("""
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: inject}
webhooks:
- name: inject.example.com
  failurePolicy: Fail
  clientConfig: {service: {name: inject, namespace: guard}}
  rules: [{operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods]}]
""")
    words = 'Error creating: Internal error occurred: failed calling webhook "inject.example.com": failed to call webhook: Post "https://inject.guard.svc:443/mutate?timeout=10s": tls: failed to verify certificate: x509: certificate has expired or is not yet valid'
    blocked = []
    for name, namespace in (("cart", "shop"), ("quote", "price")):
        one = workload(name, namespace=namespace, made=False)
        blocked += [*one, event(one[1], "FailedCreate", words)]
    found = incidents_of([*N1, *webhook, *workload("inject", namespace="guard"), *blocked])

    assert [chain(incident) for incident in found] == [
        [
            "webhook-does-not-answer MutatingWebhookConfiguration inject",
            "deployment-unavailable Deployment price/quote < root",
            "deployment-unavailable Deployment shop/cart < root",
            "service-without-ready-pods Service price/quote < deployment-unavailable",
            "service-without-ready-pods Service shop/cart < deployment-unavailable",
        ],
    ]


def test_callers_that_fail_for_their_own_reasons() -> None:
    callers = [
        *workload("cart", env={"QUOTE_URL": "http://quote:80"}, state=CRASHES),
        *workload("web", env={"QUOTE_URL": "http://quote:80"}, state=PULL_FAILS),
    ]
    found = incidents_of(
        [*N1, *workload("quote", state=PULL_FAILS), *callers], {"shop/cart-0/cart": "FATAL required setting API_KEY is not set"}
    )

    assert [chain(incident) for incident in found] == [
        [
            "container-misconfigured Deployment shop/cart",
            "deployment-unavailable Deployment shop/cart < root",
            "service-without-ready-pods Service shop/cart < root",
        ],
        [
            "image-pull-failed Deployment shop/quote",
            "deployment-unavailable Deployment shop/quote < root",
            "service-without-ready-pods Service shop/quote < root",
        ],
        [
            "image-pull-failed Deployment shop/web",
            "deployment-unavailable Deployment shop/web < root",
            "service-without-ready-pods Service shop/web < root",
        ],
    ]


def test_two_bad_containers() -> None:
    cart = workload("cart", state=PULL_FAILS)
    pod = cart[2]
    pod["spec"]["containers"].append({"name": "log", "image": "log:1"})
    pod["status"]["containerStatuses"].append(
        {
            **pod["status"]["containerStatuses"][0],
            "name": "log",
            "state": CRASHES | {},
            "restartCount": 4,
            "lastState": {"terminated": {"exitCode": 1, "reason": "Error"}},
        }
    )
    found = incidents_of([*N1, *cart])

    assert [chain(incident) for incident in found] == [
        [
            "image-pull-failed Deployment shop/cart",
            "deployment-unavailable Deployment shop/cart < root",
            "service-without-ready-pods Service shop/cart < root",
        ],
        [
            "container-crashes Deployment shop/cart",
        ],
    ]


def test_pressure_and_a_typo() -> None:
    found = incidents_of([node("n1", MemoryPressure="True"), *workload("cart", state=PULL_FAILS), *workload("stock")])

    assert [chain(incident) for incident in found] == [
        [
            "image-pull-failed Deployment shop/cart",
            "deployment-unavailable Deployment shop/cart < root",
            "service-without-ready-pods Service shop/cart < root",
        ],
        [
            "node-under-pressure Node n1",
        ],
    ]


def test_a_healthy_caller_between() -> None:
    logs = {"shop/web-0/web": "ERROR something else"}
    found = incidents_of(
        [
            *N1,
            *workload("db", state=PULL_FAILS),
            *workload("cart", env={"DB": "http://db:80"}),
            *workload("web", env={"CART": "http://cart:80"}, state=CRASHES),
        ],
        logs,
    )

    assert [chain(incident) for incident in found] == [
        [
            "image-pull-failed Deployment shop/db",
            "deployment-unavailable Deployment shop/db < root",
            "service-without-ready-pods Service shop/db < root",
        ],
        [
            "container-crashes Deployment shop/web",
            "deployment-unavailable Deployment shop/web < root",
            "service-without-ready-pods Service shop/web < root",
        ],
    ]


def test_one_of_two_pods() -> None:
    quote = workload("quote", state=PULL_FAILS)
    well = workload("quote")[2]
    well["metadata"] |= {"name": "quote-1", "uid": "other"}
    found = incidents_of(
        [*N1, *quote, well, *workload("web", env={"QUOTE": "http://quote:80"}, state=CRASHES)], {"shop/web-0/web": "panic: boom"}
    )

    assert [chain(incident) for incident in found] == [
        [
            "container-crashes Deployment shop/web",
            "deployment-unavailable Deployment shop/web < root",
            "service-without-ready-pods Service shop/web < root",
        ],
        [
            "image-pull-failed Deployment shop/quote",
            "deployment-unavailable Deployment shop/quote < root",
        ],
    ]


def test_two_causes_of_one_symptom_are_rivals() -> None:
    env = {"DB": "http://db:80", "QUEUE": "http://queue:80"}
    found = incidents_of(
        [*N1, *workload("db", state=PULL_FAILS), *workload("queue", state=PULL_FAILS), *workload("cart", env=env, state=CRASHES)]
    )

    assert [chain(incident) for incident in found] == [
        [
            "image-pull-failed Deployment shop/db",
            "deployment-unavailable Deployment shop/db < root",
            "service-without-ready-pods Service shop/db < root",
            "container-crashes Pod shop/cart-0 < service-without-ready-pods",
            "deployment-unavailable Deployment shop/cart < container-crashes",
            "service-without-ready-pods Service shop/cart < container-crashes",
        ],
        [
            "image-pull-failed Deployment shop/queue",
            "deployment-unavailable Deployment shop/queue < root",
            "service-without-ready-pods Service shop/queue < root",
        ],
    ]
    rival, own = found[0].rivals
    assert (own.root_cause.code, own.confidence) == ("container-crashes", Confidence.POSSIBLE)
    assert (rival.root_cause.subject.name, rival.confidence) == ("queue", Confidence.LIKELY)
    assert [symptom.code for symptom in found[0].symptoms if symptom.id in rival.explains] == [
        "container-crashes",
        "deployment-unavailable",
    ]
    assert rival.decide == "kubectl -n shop logs cart-0 --container=cart --tail=50 --previous"
    assert found[1].rivals == ()


def test_an_external_secret_that_fails_is_the_cause_of_the_secret_that_is_not_there() -> None:
    external = objects("""
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: db, namespace: shop, creationTimestamp: 2026-03-01T10:00:00Z}
spec: {target: {name: db-login}}
status: {conditions: [{type: Ready, status: "False", reason: SecretSyncedError, message: "could not get secret data from provider", lastTransitionTime: 2026-03-01T11:00:00Z}]}
""")
    lacks = {"waiting": {"reason": "CreateContainerConfigError", "message": 'secret "db-login" not found'}}
    cart = workload("cart", state=lacks, container={"envFrom": [{"secretRef": {"name": "db-login"}}]})
    found = incidents_of([*N1, *external, *cart])

    assert [chain(incident) for incident in found] == [
        [
            "custom-resource-not-ready ExternalSecret shop/db",
            "secret-absent Pod shop/cart-0 < root",
            "deployment-unavailable Deployment shop/cart < secret-absent",
            "service-without-ready-pods Service shop/cart < secret-absent",
        ]
    ]


def test_pods_of_two_broken_nodes_follow_from_both() -> None:
    """And a pod that fails alike on a healthy node shows that there is a reason of its own."""
    unready = {"running": {"startedAt": "2026-03-01T10:00:00Z"}}
    cart = workload("cart", state=unready, node="n2")
    other = workload("cart", state=unready, node="n3")[2]
    other["metadata"] |= {"name": "cart-1", "uid": "other"}
    refused = "Readiness probe failed: connection refused"
    for pod in (cart[2], other):
        pod["spec"]["containers"][0]["readinessProbe"] = {"tcpSocket": {"port": 80}}
    told = [event(pod, "Unhealthy", refused) for pod in (cart[2], other)]
    both = incidents_of([*N1, node("n2", ready="Unknown"), node("n3", ready="Unknown"), *cart, other, *told])
    one = incidents_of([*N1, node("n2", ready="Unknown"), node("n3"), *cart, other, *told])

    assert {incident.root_cause.subject.kind for incident in both} == {"Node"}
    assert {incident.root_cause.code for incident in one} == {"node-not-ready", "readiness-probe-fails"}


def test_hygiene_of_one_webhook_is_no_symptom_of_its_calls_that_fail() -> None:
    guard = objects("""
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: guard, creationTimestamp: 2026-02-01T10:00:00Z}
webhooks:
- name: pods.guard.example.com
  failurePolicy: Fail
  clientConfig: {service: {namespace: shop, name: guard, port: 80}}
  rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
""")
    cart = workload("cart", made=False)
    told = (
        'failed calling webhook "pods.guard.example.com": failed to call webhook: Post "https://guard.policy.svc:443/?timeout=10s": '
        "tls: failed to verify certificate: x509: certificate signed by unknown authority"
    )
    condition = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": f"Internal error occurred: {told}"}
    cart[1]["status"]["conditions"] = [{**condition, "lastTransitionTime": "2026-03-01T11:00:00Z"}]
    found = incidents_of([*N1, *guard, *workload("guard"), *cart])
    codes = {code for incident in found for code in chain(incident)}

    assert any(code.startswith("webhook-call-fails") for code in codes)
    assert not any(code.startswith("webhook-judges-own-pods") for code in codes)
