"""Fixes are proved, and written as commands that test what they replace."""

import json
from collections.abc import Callable

import pytest

from kubedx.analyzers import catalogue, judge
from kubedx.correlate import correlate
from kubedx.findings import Fix
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
