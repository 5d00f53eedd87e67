"""Fixes are proved, and written as commands that test what they replace."""

import json
from collections.abc import Callable

import pytest

from kubedx.analyzers import catalogue, judge
from kubedx.correlate import correlate
from kubedx.findings import Fix, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Deployment, Service
from kubedx.remedy import Proof, forecast
from kubedx.remedy.edit import Edit, edited, json_patch
from kubedx.testing import build, objects_from_yaml

Shop = Callable[..., Inventory]

CART = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop, uid: d1}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec:
      containers:
      - name: api
        image: shop/cart:1
        ports: [{name: http, containerPort: 8080}]
EXTRA
"""


def fixes(inventory: Inventory, applied: str = "") -> list[Fix]:
    """The fixes of all incidents of a cluster in which these objects have come about."""
    broken = forecast(inventory, objects_from_yaml(applied)).inventory if applied else inventory
    rules = tuple(catalogue().values())
    findings = judge(rules, broken).findings
    proof = Proof(broken, findings, rules)
    return [fix for incident in correlate(findings, broken) for fix in proof.fixes(incident)]


def cart(extra: str) -> str:
    return CART.replace("EXTRA", extra)


def test_a_misspelt_key_is_mended_and_checked(shop: Shop) -> None:
    settings = shop("kind: ConfigMap\nmetadata: {name: settings, namespace: shop}\ndata: {db_url: x}")
    (fix,) = fixes(settings, cart("        env: [{name: A, valueFrom: {configMapKeyRef: {name: settings, key: db-url}}}]"))

    assert fix.checked
    assert [(one.path, one.before, one.after) for one in fix.changes] == [
        ("spec.template.spec.containers[0].env[0].valueFrom.configMapKeyRef.key", "db-url", "db_url")
    ]
    assert fix.command.startswith('kubectl -n shop patch deployment cart --type=json -p \'[{"op":"test"')
    assert [one["op"] for one in json.loads(fix.patch)] == ["test", "replace"]


def test_every_mention_of_an_absent_object_is_mended(shop: Shop) -> None:
    settings = shop("kind: ConfigMap\nmetadata: {name: app-config, namespace: shop}\ndata: {a: b}")
    extra = "        envFrom: [{configMapRef: {name: appconfig}}]\n      volumes: [{name: v, configMap: {name: appconfig}}]"
    found = [fix for fix in fixes(settings, cart(extra)) if fix.checked]

    assert {change.path.rpartition("[")[0] for change in found[0].changes} == {
        "spec.template.spec.containers[0].envFrom",
        "spec.template.spec.volumes",
    }
    assert {change.after for change in found[0].changes} == {"app-config"}


def test_what_is_still_broken_afterwards_is_not_checked(shop: Shop) -> None:
    settings = shop("kind: ConfigMap\nmetadata: {name: app-config, namespace: shop}\ndata: {a: b}")
    extra = "        env: [{name: A, valueFrom: {configMapKeyRef: {name: appconfig, key: dsn}}}]"

    assert [fix.checked for fix in fixes(settings, cart(extra))] == [False]


def test_an_image_is_checked_only_where_a_node_has_pulled_it(shop: Shop) -> None:
    pod = """
kind: Pod
metadata: {name: httddd, namespace: shop, uid: p1, ownerReferences: [OWNER]}
spec: {nodeName: node-a, containers: [{name: web, image: httddd}]}
status:
  phase: Pending
  containerStatuses: [{name: web, state: {waiting: {reason: ImagePullBackOff, message: 'pull access denied, repository does not exist'}}}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web, namespace: shop, uid: s1}
spec: {template: {spec: {containers: [{name: web, image: httddd}]}}}
""".replace("OWNER", "{apiVersion: apps/v1, kind: StatefulSet, name: web, uid: s1, controller: true}")
    runs = """
kind: Pod
metadata: {name: other, namespace: shop}
spec: {nodeName: node-a, containers: [{name: web, image: httpd}]}
status: {phase: Running, containerStatuses: [{name: web, ready: true, imageID: 'sha256:1'}], conditions: [{type: Ready, status: 'True'}]}
"""
    (guess,) = fixes(shop(pod))
    assert (guess.checked, guess.command) == (False, "kubectl -n shop set image statefulset/web web=httpd")

    (known,) = fixes(shop(f"{pod}---\n{runs}"))
    assert known.checked


def test_a_selector_takes_the_label_that_the_pods_bear(shop: Shop) -> None:
    service = "kind: Service\nmetadata: {name: cart, namespace: shop}\nspec: {selector: {app: crat}, ports: [{port: 80}]}"
    (fix,) = fixes(shop(), f"{cart('')}---\n{service}")

    assert (fix.checked, fix.changes[0].after, str(fix.ref)) == (True, "cart", "Service shop/cart")


SERVED = """
kind: ReplicaSet
apiVersion: apps/v1
metadata: {name: cart-1, namespace: shop, uid: r1, ownerReferences: [{kind: Deployment, apiVersion: apps/v1, name: cart, uid: d1, controller: true}]}
---
kind: Pod
metadata:
  {name: cart-1-a, namespace: shop, labels: {app: cart}, ownerReferences: [{kind: ReplicaSet, apiVersion: apps/v1, name: cart-1, uid: r1, controller: true}]}
spec: {containers: [{name: api, image: 'shop/cart:1'}]}
status:
  phase: Running
  podIP: 10.1.0.9
  conditions: [{type: Ready, status: 'True', lastTransitionTime: '2026-11-25T10:00:00Z'}]
---
kind: EndpointSlice
apiVersion: discovery.k8s.io/v1
metadata: {name: cart-x1, namespace: shop, creationTimestamp: '2026-11-25T12:00:00Z', labels: {kubernetes.io/service-name: cart}}
"""


def test_a_selector_is_checked_though_its_endpoints_are_yet_to_be_written(shop: Shop) -> None:
    service = "kind: Service\nmetadata: {name: cart, namespace: shop}\nspec: {selector: {app: crat}, ports: [{port: 80}]}"
    (fix,) = fixes(shop(f"{cart('')}---\n{SERVED}---\n{service}"))

    assert (fix.checked, fix.changes[0].after, str(fix.ref)) == (True, "cart", "Service shop/cart")


def test_a_quota_is_raised_to_what_is_needed(shop: Shop) -> None:
    inventory = shop("kind: ResourceQuota\nmetadata: {name: few, namespace: shop}\nspec: {hard: {pods: '0'}}\nstatus: {hard: {pods: '0'}}")
    (fix,) = fixes(inventory, cart(""))

    assert (fix.checked, fix.changes[0].before, fix.changes[0].after) == (True, "0", "1")


def test_the_template_of_a_job_is_left_alone(shop: Shop) -> None:
    accounts = shop("kind: ServiceAccount\nmetadata: {name: importer, namespace: shop}")
    job = """
apiVersion: batch/v1
kind: Job
metadata: {name: load, namespace: shop}
spec: {template: {spec: {serviceAccountName: imprter, containers: [{name: a, image: 'a:1'}]}}}
"""
    assert fixes(accounts, job) == []


def test_who_would_undo_it_is_named(shop: Shop) -> None:
    settings = shop("kind: ConfigMap\nmetadata: {name: settings, namespace: shop}\ndata: {db_url: x}")
    manifest = cart("        env: [{name: A, valueFrom: {configMapKeyRef: {name: settings, key: db-url}}}]")
    (fix,) = fixes(settings, manifest.replace("uid: d1}", "uid: d1, annotations: {meta.helm.sh/release-name: cart}}"))

    assert fix.managed_by == "Helm"


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        ("spec.template.spec.containers[api].image", "/spec/template/spec/containers/0/image"),
        ("spec.template.spec.containers[api].ports[http].containerPort", "/spec/template/spec/containers/0/ports/0/containerPort"),
        ("spec.template.metadata.labels[app.example.com/name]", "/spec/template/metadata/labels/app.example.com~1name"),
    ],
)
def test_paths_of_evidence_become_pointers(path: str, pointer: str) -> None:
    (deployment,) = objects_from_yaml(cart("").replace("labels: {app: cart}", "labels: {app.example.com/name: cart}"))
    change = edited(deployment, [Edit(path, "x" if "Port" not in path else 9090)])

    assert change is not None
    assert json.loads(json_patch(change.fields))[1]["path"] == pointer


@pytest.mark.parametrize(
    "path", ["spec.template.spec.containers[web].image", "spec.nowhere.name", "spec.template.spec.containers", "", "[x]"]
)
def test_paths_that_lead_nowhere_change_nothing(path: str) -> None:
    (deployment,) = objects_from_yaml(cart(""))

    assert edited(deployment, [Edit(path, "x")]) is None


def test_an_edit_that_the_kind_refuses_is_none() -> None:
    assert edited(build(Deployment, "shop/cart", spec={"replicas": 2}), [Edit("spec.replicas", "many")]) is None
    assert edited(build(Service, "shop/cart", spec={"type": "LoadBalancer"}), [Edit("spec.type", "LoadBalancer")]) is None


STOCK = "kind: Service\nmetadata: {name: stock, namespace: shop}\nspec: {selector: {app: stock}, ports: [{port: 80}]}"
UNWELL = """
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: cart-1, namespace: shop, uid: r1, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: cart, uid: d1, controller: true}]}
spec: {replicas: 1, selector: {matchLabels: {app: cart}}}
status: {replicas: 1}
---
kind: Pod
metadata:
  {name: cart-1-x, namespace: shop, uid: p1, labels: {app: cart}, creationTimestamp: '2026-01-01T00:00:00Z',
   ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: cart-1, uid: r1, controller: true}]}
spec: {nodeName: node-a, containers: [{name: api, image: 'shop/cart:1', ports: [{name: http, containerPort: 8080}]}]}
status:
  phase: Running
  startTime: '2026-01-01T00:00:00Z'
  conditions: [{type: Ready, status: 'False', lastTransitionTime: '2026-01-01T01:00:00Z'}]
  containerStatuses: [{name: api, ready: false, restartCount: 0, imageID: 'sha256:1', state: {running: {startedAt: '2026-01-01T00:00:00Z'}}}]
"""


def told_by(inventory: Inventory, code: str) -> list[Fix]:
    """The fixes of what this rule finds, whatever its severity."""
    rules = tuple(catalogue().values())
    findings = judge(rules, inventory).findings
    proof = Proof(inventory, findings, rules)
    wanted = [one for one in findings if one.code == code]
    return [fix for incident in correlate(wanted, inventory, lambda _one: True, Severity.INFO) for fix in proof.fixes(incident)]


@pytest.mark.parametrize(
    ("extra", "after"),
    [
        ("env: [{name: STOCK_HOST, value: stok}]", "stock"),
        ("env: [{name: STOCK_URL, value: 'http://stok:80/v1/items'}]", "http://stock:80/v1/items"),
        ("env: [{name: STOCK_URL, value: 'http://stok.shop.svc.cluster.local'}]", "http://stock.shop.svc.cluster.local"),
        ("args: ['--stock-url=http://stok:80']", "--stock-url=http://stock:80"),
        ("command: [cart, 'http://stok:80']", "http://stock:80"),
    ],
)
def test_a_service_that_is_called_by_a_wrong_name(shop: Shop, extra: str, after: str) -> None:
    inventory = shop(f"{cart(f'        {extra}')}{UNWELL}---\n{STOCK}")
    (fix,) = told_by(inventory, "called-service-absent")

    assert (fix.checked, fix.changes[0].after, str(fix.ref)) == (True, after, "Deployment shop/cart")
    assert [one["op"] for one in json.loads(fix.patch)] == ["test", "replace"]


@pytest.mark.parametrize(
    "extra",
    [
        "env: [{name: STOCK_URL, value: 'http://user:hunter2@stok:80'}]",
        "env: [{name: STOCK_URL, value: 'http://stok:80/?token=hunter2'}]",
        "env: [{name: STOCK_DSN, value: 'host=stok password=hunter2'}]",
        "args: ['--token=stok:80']",
    ],
)
def test_a_value_that_may_hold_more_than_an_address_is_left_to_a_human(shop: Shop, extra: str) -> None:
    assert told_by(shop(f"{cart(f'        {extra}')}{UNWELL}---\n{STOCK}"), "called-service-absent") == []


@pytest.mark.parametrize(
    ("extra", "path", "after"),
    [
        ("env: [{name: STOCK_URL, value: 'http://stock:8080'}]", "env[0].value", "http://stock:80"),
        ("env: [{name: STOCK_HOST, value: stock}, {name: STOCK_PORT, value: '8080'}]", "env[1].value", "80"),
    ],
)
def test_a_port_that_the_service_has_not(shop: Shop, extra: str, path: str, after: str) -> None:
    (fix,) = told_by(shop(f"{cart(f'        {extra}')}{UNWELL}---\n{STOCK}"), "called-port-absent")

    assert (fix.checked, fix.changes[0].after) == (True, after)
    assert fix.changes[0].path.endswith(path)


def test_an_address_in_a_config_map_is_mended_there(shop: Shop) -> None:
    extra = "        envFrom: [{configMapRef: {name: settings}}]"
    settings = "kind: ConfigMap\nmetadata: {name: settings, namespace: shop}\ndata: {STOCK_URL: 'http://stok:80', OTHER: x}"
    (fix,) = told_by(shop(f"{cart(extra)}{UNWELL}---\n{STOCK}\n---\n{settings}"), "called-service-absent")

    assert (fix.checked, str(fix.ref)) == (True, "ConfigMap shop/settings")
    assert [(one.path, one.before, one.after) for one in fix.changes] == [("data.STOCK_URL", "http://stok:80", "http://stock:80")]


PROBED = (
    UNWELL.replace("containerPort: 8080}]", "containerPort: 8080}], PROBES")
    + """
---
kind: Event
metadata: {name: cart.1, namespace: shop}
involvedObject: {apiVersion: v1, kind: Pod, name: cart-1-x, namespace: shop, uid: p1, fieldPath: 'spec.containers{api}'}
reason: Unhealthy
type: Warning
message: 'Readiness probe failed: ANSWER'
count: 30
firstTimestamp: '2026-01-01T00:00:00Z'
lastTimestamp: '2026-01-01T01:00:00Z'
"""
)


@pytest.mark.parametrize(
    ("probes", "answer", "change"),
    [
        (
            "readinessProbe: {httpGet: {path: /ready, port: 8081}}",
            'Get "http://10.0.0.1:8081/ready": dial tcp 10.0.0.1:8081: connect: connection refused',
            ("spec.template.spec.containers[0].readinessProbe.httpGet.port", "8081", "8080"),
        ),
        (
            "readinessProbe: {httpGet: {path: /heatlh, port: 8080}}, livenessProbe: {httpGet: {path: /health, port: 8080}}",
            "HTTP probe failed with statuscode: 404",
            ("spec.template.spec.containers[0].readinessProbe.httpGet.path", "/heatlh", "/health"),
        ),
    ],
)
def test_a_probe_is_guessed_and_never_called_checked(shop: Shop, probes: str, answer: str, change: tuple[str, str, str]) -> None:
    inventory = shop(
        f"{cart(f'        {probes}'.replace('}, liv', '}' + chr(10) + '        liv'))}{PROBED.replace('PROBES', probes).replace('ANSWER', answer)}"
    )
    (fix,) = told_by(inventory, "readiness-probe-fails")

    assert [(one.path, one.before, one.after) for one in fix.changes] == [change]
    assert not fix.checked, "a forecast takes probes to succeed, with the change or without it"
    assert isinstance(json.loads(fix.patch)[1]["value"], int) is change[0].endswith("port")


@pytest.mark.parametrize(
    ("code", "objects", "after"),
    [
        (
            "hpa-target-absent",
            (
                "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a, namespace: shop}\n"
                "spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: crat}}"
            ),
            "cart",
        ),
        (
            "ingress-service-absent",
            (
                "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a, namespace: shop}\n"
                "spec: {rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: stok, port: {number: 80}}}}]}}]}"
            ),
            "stock",
        ),
        (
            "route-backend-absent",
            (
                "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: a, namespace: shop}\n"
                "spec: {rules: [{backendRefs: [{name: stok, port: 80}]}]}"
            ),
            "stock",
        ),
        (
            "route-gateway-absent",
            (
                "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: front, namespace: shop}\nspec: {gatewayClassName: c, listeners: [{name: http, port: 80, protocol: HTTP}]}\n---\n"
                "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: a, namespace: shop}\nspec: {parentRefs: [{name: fornt}]}"
            ),
            "front",
        ),
        (
            "bound-service-account-absent",
            (
                "kind: ServiceAccount\nmetadata: {name: importer, namespace: shop}\n---\n"
                "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: view}\n---\n"
                "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: a, namespace: shop}\n"
                "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}\n"
                "subjects: [{kind: ServiceAccount, name: imprter, namespace: shop}]"
            ),
            "importer",
        ),
    ],
)
def test_references_of_other_objects(shop: Shop, code: str, objects: str, after: str) -> None:
    (fix,) = told_by(shop(f"{cart('')}---\n{STOCK}\n---\n{objects}"), code)

    assert (fix.checked, fix.changes[0].after) == (True, after)


def test_a_role_that_is_bound_by_a_wrong_name_cannot_be_patched(shop: Shop) -> None:
    binding = (
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: reader, namespace: shop}\n---\n"
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: a, namespace: shop}\n"
        "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: raeder}"
    )
    assert told_by(shop(binding), "role-absent") == []


@pytest.mark.parametrize(
    ("spec", "after"), [("maxUnavailable: 0", "1"), ("minAvailable: 3", "2"), ("minAvailable: 100%", "2"), ("maxUnavailable: 0%", "1")]
)
def test_a_budget_is_given_room_for_one(shop: Shop, spec: str, after: str) -> None:
    budget = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: cart, namespace: shop}\nspec: {SPEC, selector: {matchLabels: {app: cart}}}"
    three = cart("").replace("spec:\n  selector", "spec:\n  replicas: 3\n  selector")
    applied = forecast(shop(), objects_from_yaml(f"{three}---\n{budget.replace('SPEC', spec)}")).inventory
    (fix,) = told_by(applied, "budget-blocks-all")

    assert (fix.checked, fix.changes[0].after) == (True, after)


@pytest.mark.parametrize(("declared", "after"), [("{name: http, containerPort: 8080}", "http"), ("{containerPort: 8080}", "8080")])
def test_a_target_port_becomes_the_only_one_that_there_is(shop: Shop, declared: str, after: str) -> None:
    manifests = (
        f"{cart('').replace('{name: http, containerPort: 8080}', declared)}---\nkind: Service\nmetadata: {{name: cart, namespace: shop}}\n"
    )
    service = "spec: {selector: {app: cart}, ports: [{port: 80, targetPort: htp}]}"
    (fix,) = told_by(forecast(shop(), objects_from_yaml(manifests + service)).inventory, "target-port-name-absent")

    assert (fix.checked, fix.changes[0].after) == (True, after)
    assert json.loads(fix.patch)[1]["value"] == (int(after) if after.isdigit() else after)


def test_a_request_that_is_too_large_leaves_sidecars_what_they_ask_for(shop: Shop) -> None:
    sidecar = "      initContainers: [{name: mesh, image: shop/mesh:1, restartPolicy: Always, resources: {requests: {cpu: '1'}}}]"
    (fix,) = fixes(shop(), cart(f"        resources: {{requests: {{cpu: 1500m}}}}\n{sidecar}"))

    assert fix.checked
    assert [(one.before, one.after) for one in fix.changes] == [("1500m", "1000m")]
