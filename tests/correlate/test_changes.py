"""What changed before an incident began."""

from datetime import UTC, datetime

import pytest

from kubedx.correlate import with_changes
from kubedx.findings import Confidence, Evidence, EvidenceType, Incident, RootCause, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Deployment, Ref, template_changes
from kubedx.pipeline import Request, diagnose
from kubedx.source import MemorySource
from kubedx.testing import objects_from_yaml, reading_from_yaml

CART = Ref("apps/v1", "Deployment", "shop", "cart")
BEGAN = datetime(2026, 3, 1, 12, 0, 2, tzinfo=UTC)
OWNER = "[{apiVersion: apps/v1, kind: KIND, name: cart, uid: d1, controller: true}]"

WORKLOAD = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop, uid: d1, creationTimestamp: '2026-02-01T00:00:00Z'}
spec: {template: {spec: {containers: [{name: api, image: 'cart:2', envFrom: [{configMapRef: {name: settings}}]}]}}}
"""


def revision(number: int, made: str, container: str) -> str:
    return f"""
---
apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: cart-{number}
  namespace: shop
  creationTimestamp: '{made}'
  annotations: {{deployment.kubernetes.io/revision: '{number}'}}
  ownerReferences: {OWNER.replace("KIND", "Deployment")}
spec: {{template: {{spec: {{containers: [{container}]}}}}}}
"""


def incident(subject: Ref = CART, since: datetime | None = BEGAN, cause: Ref | None = None) -> Incident:
    piece = Evidence(type=EvidenceType.FIELD, ref=subject, path="spec", value="x")
    root = RootCause(code="some-fault", subject=subject, cause=cause, message="m", evidence=(piece,), observed=subject)
    return Incident(id="1", rank=1, severity=Severity.ERROR, confidence=Confidence.CERTAIN, title="t", since=since, root_cause=root)


def changed(text: str, found: Incident | None = None) -> list[tuple[str, str, str, str]]:
    inventory = Inventory(reading_from_yaml(text))
    return [(str(one.ref), one.path, one.before, one.after) for one in with_changes(found or incident(), inventory).changed]


def test_the_newest_template_against_the_one_before() -> None:
    old = revision(1, "2026-02-01T00:00:00Z", "{name: api, image: 'cart:1', env: [{name: PASSWORD, value: one}]}")
    new = revision(
        2, "2026-03-01T12:00:00Z", "{name: api, image: 'cart:2', args: ['--db-password=hunter2'], env: [{name: PASSWORD, value: two}]}"
    )

    assert changed(WORKLOAD + old + new) == [
        ("Deployment shop/cart", "spec.template.spec.containers[api].args", "", '["--db-password=•••"]'),
        ("Deployment shop/cart", "spec.template.spec.containers[api].env", "PASSWORD", "PASSWORD"),
        ("Deployment shop/cart", "spec.template.spec.containers[api].image", "cart:1", "cart:2"),
    ]


def test_a_stateful_set_keeps_its_templates_in_revisions() -> None:
    def kept(number: int, made: str, image: str) -> str:
        return f"""
---
apiVersion: apps/v1
kind: ControllerRevision
metadata: {{name: cart-{number}, namespace: shop, creationTimestamp: '{made}', ownerReferences: {OWNER.replace("KIND", "StatefulSet")}}}
revision: {number}
data: {{spec: {{template: {{$patch: replace, spec: {{containers: [{{name: api, image: '{image}'}}]}}}}}}}}
"""

    found = incident(Ref("apps/v1", "StatefulSet", "shop", "cart"))
    text = WORKLOAD.replace("Deployment", "StatefulSet") + kept(1, "2026-02-01T00:00:00Z", "a:1") + kept(2, "2026-03-01T11:59:00Z", "a:2")

    assert changed(text, found) == [("StatefulSet shop/cart", "spec.template.spec.containers[api].image", "a:1", "a:2")]


def test_what_came_after_or_long_before_is_no_cause() -> None:
    old = revision(1, "2026-02-01T00:00:00Z", "{name: api, image: 'cart:1'}")

    assert changed(WORKLOAD + old + revision(2, "2026-03-01T12:05:00Z", "{name: api, image: 'cart:2'}")) == []
    assert changed(WORKLOAD + old + revision(2, "2026-02-20T12:00:00Z", "{name: api, image: 'cart:2'}")) == []
    assert changed(WORKLOAD + old + revision(2, "2026-03-01T12:00:00Z", "{name: api, image: 'cart:2'}"), incident(since=None)) == []


def test_a_first_revision_changes_nothing() -> None:
    assert changed(WORKLOAD + revision(1, "2026-03-01T12:00:00Z", "{name: api, image: 'cart:1'}")) == []


def test_a_config_map_that_is_younger_than_its_reader() -> None:
    settings = """
---
kind: ConfigMap
metadata:
  name: settings
  namespace: shop
  creationTimestamp: '2026-02-01T00:00:00Z'
  managedFields:
  - {manager: kubectl-edit, operation: Update, time: '2026-03-01T11:58:00Z'}
"""
    assert changed(WORKLOAD + settings) == [("ConfigMap shop/settings", "data", "", "written anew")]
    assert changed(WORKLOAD + settings.replace("2026-03-01T11:58:00Z", "2026-02-01T00:00:00Z")) == []


def test_who_wrote_is_told_by_the_managers_of_fields() -> None:
    managed = "managedFields: [{manager: argocd-controller, operation: Apply, time: '2026-03-01T11:59:00Z'}, STATUS]"
    status = "{manager: kube-controller-manager, operation: Update, subresource: status, time: '2026-03-01T11:59:30Z'}"
    text = WORKLOAD.replace("uid: d1,", f"uid: d1, {managed.replace('STATUS', status)},")
    inventory = Inventory(reading_from_yaml(text))

    (change,) = with_changes(incident(), inventory).changed

    assert (change.by, change.after) == ("Argo CD", "written")


def test_a_policy_that_came_later_than_the_workload() -> None:
    policy = """
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: few, namespace: shop, creationTimestamp: '2026-03-01T11:50:00Z'}
spec: {hard: {pods: '1'}}
"""
    quota = Ref("v1", "ResourceQuota", "shop", "few")

    assert changed(WORKLOAD + policy, incident(cause=quota)) == [("ResourceQuota shop/few", "metadata.creationTimestamp", "", "created")]
    assert changed(WORKLOAD + policy.replace("2026-03-01T11:50:00Z", "2026-02-01T00:00:05Z"), incident(cause=quota)) == []


def scaled(message: str) -> str:
    return f"""
---
kind: Event
metadata: {{name: cart.1, namespace: shop}}
involvedObject: {{apiVersion: apps/v1, kind: Deployment, name: cart, namespace: shop, uid: d1}}
reason: ScalingReplicaSet
message: {message}
lastTimestamp: '2026-03-01T12:00:00Z'
"""


def test_a_workload_that_was_scaled() -> None:
    assert changed(WORKLOAD + scaled("Scaled down replica set cart-1 from 3 to 0")) == [("Deployment shop/cart", "spec.replicas", "3", "0")]
    assert changed(WORKLOAD + scaled("Scaled up replica set cart-1 from 0 to 3")) == []


def test_a_variable_is_told_with_the_key_that_it_takes() -> None:
    old, new = (
        objects_from_yaml(
            "{kind: Deployment, metadata: {name: cart}, spec: {template: {spec: {containers: [{name: api, env: [{name: MODE, "
            f"valueFrom: {{configMapKeyRef: {{name: conf, key: {key}}}}}}}]}}]}}}}}}}}"
        )[0]
        for key in ("mode", "mdoe")
    )
    assert isinstance(old, Deployment)
    assert isinstance(new, Deployment)
    (change,) = template_changes(old.spec.template, new.spec.template)

    assert (change.before, change.after) == ("MODE (conf/mode)", "MODE (conf/mdoe)")


SERVICE = Ref("v1", "Service", "shop", "cart")


def test_a_selector_that_was_edited_later_is_told_with_who_did_it() -> None:
    """The fault begins when the Service was written, not when it was made; what else is written of an object is no change of it."""
    text = """
kind: Namespace
metadata: {name: shop}
---
kind: Service
metadata:
  name: cart
  namespace: shop
  creationTimestamp: '2026-02-01T00:00:00Z'
  managedFields:
  - {manager: helm, operation: Update, time: '2026-02-01T00:00:00Z', fieldsV1: {'f:spec': {}}}
  - {manager: kubectl-edit, operation: Update, time: '2026-03-01T11:40:00Z', fieldsV1: {'f:spec': {}}}
  - {manager: exporter, operation: Update, time: '2026-03-01T11:41:00Z', fieldsV1: {'f:metadata': {}}}
spec: {selector: {app: carts}, ports: [{port: 80}]}
---
kind: Pod
metadata: {name: cart-0, namespace: shop, labels: {app: cart}, creationTimestamp: '2026-02-01T00:00:00Z'}
status: {phase: Running, conditions: [{type: Ready, status: 'True'}]}
"""
    source = MemorySource(objects_from_yaml(text), now=BEGAN)
    (found,) = (one for one in diagnose(source, Request()).incidents if one.root_cause.code == "service-selects-nothing")

    assert found.since == datetime(2026, 3, 1, 11, 40, tzinfo=UTC)
    assert [(one.ref, one.after, one.by) for one in found.changed] == [(SERVICE, "written", "kubectl-edit")]


@pytest.mark.parametrize(
    ("manager", "name"),
    [
        ("helm", "Helm"),
        ("argocd-application-controller", "Argo CD"),
        ("argocd-controller", "Argo CD"),
        ("helm-controller", "Flux"),
        ("kustomize-controller", "Flux"),
        ("kubectl-client-side-apply", "kubectl"),
        ("kubectl-edit", "kubectl-edit"),
        ("Terraform", "Terraform"),
        ("my-operator", "my-operator"),
    ],
)
def test_managers_by_the_names_that_people_know(manager: str, name: str) -> None:
    autoscaler = Ref("autoscaling/v2", "HorizontalPodAutoscaler", "shop", "cart")
    text = f"""
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: cart
  namespace: shop
  creationTimestamp: '2026-02-01T00:00:00Z'
  managedFields:
  - {{manager: {manager}, operation: Update, time: '2026-03-01T11:59:00Z', fieldsV1: {{'f:spec': {{}}}}}}
  - {{manager: kube-controller-manager, operation: Update, subresource: status, time: '2026-03-01T11:59:30Z', fieldsV1: {{'f:status': {{}}}}}}
spec: {{scaleTargetRef: {{kind: Deployment, name: carts}}}}
"""
    (change,) = with_changes(incident(autoscaler), Inventory(reading_from_yaml(text))).changed

    assert (change.by, change.when) == (name, datetime(2026, 3, 1, 11, 59, tzinfo=UTC))


def test_what_an_autoscaler_did() -> None:
    text = """
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web, namespace: shop, uid: h1}
spec: {maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: cart}}
---
kind: Event
metadata: {name: web.1, namespace: shop}
involvedObject: {apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, name: web, namespace: shop, uid: h1}
reason: SuccessfulRescale
message: 'New size: 1; reason: All metrics below target'
lastTimestamp: '2026-03-01T11:55:00Z'
"""
    assert changed(WORKLOAD + text) == [("Deployment shop/cart", "spec.replicas", "", "1")]


def test_what_happened_to_the_node_of_a_pod() -> None:
    pod = Ref("v1", "Pod", "shop", "cart-0")
    text = """
kind: Pod
metadata: {name: cart-0, namespace: shop}
spec: {nodeName: n1}
---
kind: Node
metadata: {name: n1, uid: n1}
---
kind: Event
metadata: {name: n1.1, namespace: default}
involvedObject: {kind: Node, name: n1, uid: n1}
reason: Rebooted
message: Node n1 has been rebooted
firstTimestamp: '2026-03-01T11:58:00Z'
lastTimestamp: '2026-03-01T11:58:00Z'
"""
    assert changed(text, incident(pod)) == [("Node n1", "", "", "Rebooted")]


def test_a_secret_that_is_younger_than_its_reader() -> None:
    text = WORKLOAD.replace("{configMapRef: {name: settings}}", "{secretRef: {name: login}}")
    secret = """
---
kind: Secret
metadata: {name: login, namespace: shop, creationTimestamp: '2026-03-01T11:50:00Z'}
"""
    assert changed(text + secret) == [("Secret shop/login", "metadata.creationTimestamp", "", "created")]
