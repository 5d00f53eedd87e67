"""What a cluster would say of objects that are applied to it."""

from collections.abc import Callable

import pytest

from kubedx.analyzers import catalogue, judge
from kubedx.findings import Severity
from kubedx.inventory import Changes, Inventory
from kubedx.kube import Gap, GapReason, Pod, ReplicaSet
from kubedx.remedy import forecast, hindrances
from kubedx.testing import objects_from_yaml, reading_from_yaml

Shop = Callable[..., Inventory]


def workload(spec: str, *, replicas: int = 1, kind: str = "Deployment") -> str:
    return f"""
apiVersion: apps/v1
kind: {kind}
metadata: {{name: cart, namespace: shop}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: cart}}}}
  template:
    metadata: {{labels: {{app: cart}}}}
    spec: {spec}
"""


def caused(inventory: Inventory, applied: str) -> set[tuple[str, str]]:
    after = forecast(inventory, objects_from_yaml(applied)).inventory
    judgement = judge(catalogue().values(), after)
    assert judgement.crashes == ()
    return {(one.code, after.top_owner_of(one.subject).kind) for one in judgement.findings if one.severity.at_least(Severity.WARNING)}


API = "{name: api, image: 'shop/cart:1'"


@pytest.mark.parametrize(
    ("spec", "code"),
    [
        (f"{{containers: [{API}, envFrom: [{{configMapRef: {{name: nowhere}}}}]}}]}}", "config-map-absent"),
        (f"{{containers: [{API}, env: [{{name: A, valueFrom: {{secretKeyRef: {{name: db, key: dsn}}}}}}]}}]}}", "secret-absent"),
        (f"{{volumes: [{{name: v, configMap: {{name: nowhere}}}}], containers: [{API}}}]}}", "config-map-absent"),
        (f"{{volumes: [{{name: v, persistentVolumeClaim: {{claimName: nowhere}}}}], containers: [{API}}}]}}", "claim-absent"),
        (f"{{nodeSelector: {{disk: nvme}}, containers: [{API}}}]}}", "pod-node-selector-unmatched"),
        (f"{{containers: [{API}, resources: {{requests: {{memory: 64Gi}}}}}}]}}", "pod-resources-insufficient"),
        (f"{{schedulingGates: [{{name: g}}], containers: [{API}}}]}}", "pod-scheduling-gated"),
        (f"{{serviceAccountName: nobody, containers: [{API}}}]}}", "service-account-absent"),
        (f"{{priorityClassName: nowhere, containers: [{API}}}]}}", "priority-class-absent"),
        (f"{{runtimeClassName: nowhere, containers: [{API}}}]}}", "runtime-class-absent"),
        ("{containers: [{name: api, image: 'shop/Cart:1'}]}", "image-name-invalid"),
        (f"{{containers: [{API}, readinessProbe: {{httpGet: {{port: web}}}}}}]}}", "probe-port-name-absent"),
        (f"{{containers: [{API}, resources: {{requests: {{cpu: '2'}}, limits: {{cpu: '1'}}}}}}]}}", "default-limit-below-request"),
    ],
)
@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
def test_what_a_template_lacks_is_foreseen(shop: Shop, spec: str, code: str, kind: str) -> None:
    assert (code, kind) in caused(shop(), workload(spec, kind=kind))


def test_what_lacks_nothing_causes_nothing(shop: Shop) -> None:
    inventory = shop("kind: ConfigMap\nmetadata: {name: settings, namespace: shop}\ndata: {a: b}")
    spec = f"{{containers: [{API}, envFrom: [{{configMapRef: {{name: settings}}}}], resources: {{requests: {{cpu: 500m}}}}}}]}}"

    assert caused(inventory, workload(spec, replicas=3)) == set()
    assert caused(inventory, workload(spec, kind="StatefulSet")) == set()


def test_what_is_not_known_is_taken_to_be_there() -> None:
    gap = Gap("v1", "Secret", "", "list", GapReason.FORBIDDEN, "no")
    inventory = Inventory(reading_from_yaml("kind: Namespace\nmetadata: {name: shop}", gaps=[gap]))
    spec = f"{{containers: [{API}, envFrom: [{{secretRef: {{name: db}}}}]}}]}}"

    assert caused(inventory, workload(spec)) == set()


def test_pods_take_their_room_from_each_other(shop: Shop) -> None:
    spec = f"{{containers: [{API}, resources: {{requests: {{cpu: 1500m}}}}}}]}}"
    after = forecast(shop(), objects_from_yaml(workload(spec, replicas=3))).inventory

    assert sorted(pod.spec.node_name for pod in after.list(Pod)) == ["", "node-a", "node-b"]


def test_replicas_that_keep_away_from_each_other_need_a_node_each(shop: Shop) -> None:
    term = "{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: cart}}}"
    spec = f"{{affinity: {{podAntiAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: [{term}]}}}}, containers: [{API}}}]}}"
    nodes = objects_from_yaml(
        "\n---\n".join(
            f"kind: Node\nmetadata: {{name: {name}, labels: {{kubernetes.io/hostname: {name}}}}}\n"
            "status: {allocatable: {cpu: '2', memory: 4Gi, pods: '10'}, conditions: [{type: Ready, status: 'True'}]}"
            for name in ("node-a", "node-b")
        )
    )

    assert ("pod-anti-affinity-unmet", "Deployment") in caused(shop().replace(Changes(objects=nodes)), workload(spec, replicas=3))


def test_a_quota_counts_what_is_to_come(shop: Shop) -> None:
    inventory = shop("kind: ResourceQuota\nmetadata: {name: few, namespace: shop}\nspec: {hard: {pods: '2'}}\nstatus: {hard: {pods: '2'}}")
    spec = f"{{containers: [{API}}}]}}"

    assert ("quota-exceeded", "Deployment") in caused(inventory, workload(spec, replicas=3))
    assert not caused(inventory, workload(spec, replicas=2))


def test_a_namespace_that_is_restricted_refuses_a_template_without_rights_given_up(shop: Shop) -> None:
    label = "{name: shop, labels: {pod-security.kubernetes.io/enforce: restricted}}"
    inventory = shop().replace(Changes(objects=objects_from_yaml(f"kind: Namespace\nmetadata: {label}\nstatus: {{phase: Active}}")))
    context = "{allowPrivilegeEscalation: false, runAsNonRoot: true, capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}}"

    assert ("pod-security-violated", "Deployment") in caused(inventory, workload(f"{{containers: [{API}}}]}}"))
    assert not caused(inventory, workload(f"{{containers: [{API}, securityContext: {context}}}]}}"))


def test_a_rollout_that_fails_leaves_the_old_pods_serving(shop: Shop) -> None:
    running = forecast(shop(), objects_from_yaml(workload(f"{{containers: [{API}}}]}}", replicas=2))).inventory
    broken = workload(f"{{containers: [{API}, envFrom: [{{configMapRef: {{name: nowhere}}}}]}}]}}", replicas=2)
    service = "kind: Service\nmetadata: {name: cart, namespace: shop}\nspec: {selector: {app: cart}, ports: [{port: 80}]}"

    codes = {code for code, _ in caused(running, f"{broken}---\n{service}")}

    assert "config-map-absent" in codes
    assert "service-without-ready-pods" not in codes


def test_a_new_service_over_pods_that_run_gets_its_endpoints(shop: Shop) -> None:
    running = """
kind: Pod
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec: {containers: [{name: api, image: 'shop/cart:1'}]}
status:
  phase: Running
  podIP: 10.1.0.9
  conditions: [{type: Ready, status: 'True', lastTransitionTime: '2026-11-25T10:00:00Z'}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: old-x1, namespace: shop, creationTimestamp: '2026-11-25T12:00:00Z', labels: {kubernetes.io/service-name: old}}
addressType: IPv4
"""
    service = "kind: Service\nmetadata: {name: cart, namespace: shop}\nspec: {selector: {app: cart}, ports: [{port: 80}]}"

    assert "endpoints-not-updated" not in {code for code, _ in caused(shop(running), service)}


def test_who_reads_a_changed_config_map_is_judged_as_after_a_restart(shop: Shop) -> None:
    spec = f"{{containers: [{API}, env: [{{name: A, valueFrom: {{configMapKeyRef: {{name: settings, key: dsn}}}}}}]}}]}}"
    settings = "kind: ConfigMap\nmetadata: {name: settings, namespace: shop}\ndata: {KEY: x}"
    running = forecast(shop(settings.replace("KEY", "dsn")), objects_from_yaml(workload(spec))).inventory

    assert ("config-map-key-absent", "Deployment") in caused(running, settings.replace("KEY", "url"))


def test_nothing_of_the_first_inventory_changes(shop: Shop) -> None:
    inventory = shop()
    forecast(inventory, objects_from_yaml(workload(f"{{containers: [{API}}}]}}")))

    assert not inventory.list(Pod).items
    assert not inventory.list(ReplicaSet).items


def test_a_namespace_that_does_not_exist_keeps_everything_out(shop: Shop) -> None:
    lost = objects_from_yaml("kind: ConfigMap\nmetadata: {name: a, namespace: nowhere}")

    assert hindrances(lost, shop()) == ('namespace "nowhere" does not exist and is not among the manifests: nothing can be applied in it',)
    assert hindrances((*lost, *objects_from_yaml("kind: Namespace\nmetadata: {name: nowhere}")), shop()) == ()


def test_a_kind_that_nobody_serves_keeps_its_objects_out(shop: Shop) -> None:
    widget = objects_from_yaml("apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w, namespace: shop}")
    definition = objects_from_yaml(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: widgets.example.com}\n"
        "spec: {group: example.com, names: {kind: Widget, plural: widgets}}"
    )

    assert hindrances(widget, shop()) == ("the cluster does not serve Widget of example.com/v1: Widget shop/w cannot be applied",)
    assert hindrances((*widget, *definition), shop()) == ()


GUARD = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: guard}
webhooks:
- name: guard.example.com
  failurePolicy: Fail
  clientConfig: {service: {name: guard, namespace: shop}}
  rules: [{operations: [CREATE], apiGroups: [GROUP], apiVersions: [v1], resources: [RESOURCE]}]
"""


def test_a_webhook_that_nobody_answers_keeps_pods_out(shop: Shop) -> None:
    inventory = shop(GUARD.replace("GROUP", "''").replace("RESOURCE", "pods"))
    service = "---\nkind: Service\nmetadata: {name: guard, namespace: shop}\nspec: {selector: {app: guard}, ports: [{port: 443}]}"
    ready = "{phase: Running, conditions: [{type: Ready, status: 'True'}]}"
    pod = f"kind: Pod\nmetadata: {{name: guard, namespace: shop, labels: {{app: guard}}}}\nstatus: {ready}"
    answered = shop(f"{GUARD.replace('GROUP', chr(39) * 2).replace('RESOURCE', 'pods')}{service}\n---\n{pod}")

    assert ("webhook-call-fails", "Deployment") in caused(inventory, workload(f"{{containers: [{API}}}]}}"))
    assert not caused(answered, workload(f"{{containers: [{API}}}]}}"))


def test_a_webhook_that_nobody_answers_keeps_manifests_out(shop: Shop) -> None:
    inventory = shop(GUARD.replace("GROUP", "apps").replace("RESOURCE", "deployments"))
    (sentence,) = hindrances(objects_from_yaml(workload(f"{{containers: [{API}}}]}}")), inventory)

    assert sentence.startswith("Deployment shop/cart would be refused: Internal error occurred: failed calling webhook")
    assert 'service "guard" not found' in sentence


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ("{type: Pod, max: {memory: 1Gi}}", "limit-range-violated"),
        ("{type: Pod, min: {memory: 3Gi}}", "limit-range-violated"),
        ("{type: Pod, max: {memory: 2Gi}}", ""),
        ("{type: Container, max: {memory: 512Mi}}", "limit-range-violated"),
    ],
)
def test_limits_of_pods_and_containers(shop: Shop, limits: str, code: str) -> None:
    inventory = shop(f"kind: LimitRange\nmetadata: {{name: bounds, namespace: shop}}\nspec: {{limits: [{limits}]}}")
    spec = "{containers: [" + ", ".join(f"{{name: {name}, image: 'a:1', resources: {{limits: {{memory: 1Gi}}}}}}" for name in "ab") + "]}"

    assert (("limit-range-violated", "Deployment") in caused(inventory, workload(spec))) is bool(code)


@pytest.mark.parametrize(
    ("scope", "exceeded"),
    [
        ("scopes: [BestEffort]", True),
        ("scopes: [NotBestEffort]", False),
        ("scopes: [Terminating]", False),
        ("scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values: [high]}]}", False),
        ("scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: DoesNotExist}]}", True),
        ("scopes: [SomethingNew]", False),
    ],
)
def test_a_quota_counts_the_pods_of_its_scope(shop: Shop, scope: str, *, exceeded: bool) -> None:
    inventory = shop(f"kind: ResourceQuota\nmetadata: {{name: few, namespace: shop}}\nspec: {{hard: {{pods: '1'}}, {scope}}}")

    assert (("quota-exceeded", "Deployment") in caused(inventory, workload(f"{{containers: [{API}}}]}}", replicas=2))) is exceeded


@pytest.mark.parametrize(
    ("rule", "manifest", "refused"),
    [
        ("kind: ResourceQuota\nspec: {hard: {services: '0'}}", "kind: Service\nspec: {ports: [{port: 80}]}", True),
        ("kind: ResourceQuota\nspec: {hard: {services.loadbalancers: '0'}}", "kind: Service\nspec: {type: ClusterIP}", False),
        ("kind: ResourceQuota\nspec: {hard: {services.loadbalancers: '0'}}", "kind: Service\nspec: {type: LoadBalancer}", True),
        ("kind: ResourceQuota\nspec: {hard: {count/configmaps: '0'}}", "kind: ConfigMap", True),
        (
            "kind: ResourceQuota\nspec: {hard: {requests.storage: 1Gi}}",
            "kind: PersistentVolumeClaim\nspec: {resources: {requests: {storage: 2Gi}}}",
            True,
        ),
        (
            "kind: LimitRange\nspec: {limits: [{type: PersistentVolumeClaim, max: {storage: 1Gi}}]}",
            "kind: PersistentVolumeClaim\nspec: {resources: {requests: {storage: 2Gi}}}",
            True,
        ),
    ],
)
def test_what_a_namespace_does_not_take(shop: Shop, rule: str, manifest: str, *, refused: bool) -> None:
    inventory = shop(f"metadata: {{name: few, namespace: shop}}\n{rule}")
    said = hindrances(objects_from_yaml(f"metadata: {{name: cart, namespace: shop}}\n{manifest}"), inventory)

    assert [" would be refused: " in sentence for sentence in said] == [True] * refused


BUDGET = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: cart, namespace: shop}\nspec: {SPEC, selector: {matchLabels: {app: cart}}}"


@pytest.mark.parametrize(
    ("spec", "replicas", "blocks"),
    [
        ("maxUnavailable: 0", 3, True),
        ("maxUnavailable: 0%", 3, True),
        ("maxUnavailable: 10%", 3, False),  # rounded up
        ("maxUnavailable: 1", 3, False),
        ("minAvailable: 3", 3, True),
        ("minAvailable: 4", 3, True),
        ("minAvailable: 2", 3, False),
        ("minAvailable: 100%", 3, True),
        ("minAvailable: 90%", 3, True),
        ("minAvailable: 50%", 3, False),
        ("minAvailable: 50%", 1, True),
        ("minAvailable: half", 3, False),
        ("minAvailable: 40", 50, False),
        ("minAvailable: 50", 50, True),
    ],
)
@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
def test_a_budget_that_lets_nothing_be_evicted(shop: Shop, spec: str, replicas: int, blocks: bool, kind: str) -> None:
    roomy = shop().replace(Changes(objects=objects_from_yaml(ROOMY)))
    manifests = f"{workload(f'{{containers: [{API}}}]}}', replicas=replicas, kind=kind)}---\n{BUDGET.replace('SPEC', spec)}"

    assert (("budget-blocks-all", "PodDisruptionBudget") in caused(roomy, manifests)) is blocks


ROOMY = """
kind: Node
metadata: {name: node-c}
status: {allocatable: {cpu: '64', memory: 64Gi, pods: '110'}, conditions: [{type: Ready, status: 'True'}]}
"""


def test_a_budget_that_is_there_is_worked_out_anew_for_fewer_replicas(shop: Shop) -> None:
    spec = f"{{containers: [{API}}}]}}"
    running = forecast(shop(), objects_from_yaml(f"{workload(spec, replicas=3)}---\n{BUDGET.replace('SPEC', 'minAvailable: 2')}")).inventory

    assert not caused(running, workload(spec, replicas=3))
    assert ("budget-blocks-all", "PodDisruptionBudget") in caused(running, workload(spec, replicas=2))


def test_an_autoscaler_may_ask_for_more_replicas_than_the_manifest(shop: Shop) -> None:
    scaler = (
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: cart, namespace: shop}\n"
        "spec: {minReplicas: 3, maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: cart}}"
    )
    manifests = f"{workload(f'{{containers: [{API}}}]}}')}---\n{BUDGET.replace('SPEC', 'minAvailable: 1')}"

    assert ("budget-blocks-all", "PodDisruptionBudget") in caused(shop(), manifests)
    assert ("budget-blocks-all", "PodDisruptionBudget") not in caused(shop(scaler), manifests)


def test_a_budget_of_pods_that_are_not_well_is_explained_by_them(shop: Shop) -> None:
    broken = workload("{nodeSelector: {disk: nvme}, containers: [{name: api, image: 'a:1'}]}", replicas=2)

    assert ("budget-blocks-all", "PodDisruptionBudget") not in caused(shop(), f"{broken}---\n{BUDGET.replace('SPEC', 'minAvailable: 1')}")
