"""One object in focus: what is reported, what it is related to, and when there is none."""

from datetime import UTC, datetime

import pytest

from kubedx.correlate import Target, find_target
from kubedx.errors import NothingReadable, ObjectAbsent, UsageError
from kubedx.findings import Diagnosis
from kubedx.inventory import Inventory
from kubedx.kube import Deployment, Gap, GapReason
from kubedx.pipeline import Request, diagnose
from kubedx.source import Scope
from kubedx.testing import reading_from_yaml, source_from_yaml

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

SHOP = """
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Node
metadata: {name: node-a}
status: {conditions: [{type: Ready, status: "True"}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop, uid: d1}
spec:
  replicas: 1
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec:
      containers: [{name: api, image: "registry.example.com/cart:1", envFrom: [{configMapRef: {name: cart-config}}]}]
status: {replicas: 1, unavailableReplicas: 1}
---
apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: cart-5d4f8c7b9
  namespace: shop
  uid: r1
  ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: cart, uid: d1, controller: true}]
spec: {replicas: 1, selector: {matchLabels: {app: cart}}}
---
apiVersion: v1
kind: Pod
metadata:
  name: cart-5d4f8c7b9-abcde
  namespace: shop
  uid: p1
  creationTimestamp: "2026-03-01T11:00:00Z"
  labels: {app: cart}
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: cart-5d4f8c7b9, uid: r1, controller: true}]
spec:
  nodeName: node-a
  containers: [{name: api, image: "registry.example.com/cart:1", envFrom: [{configMapRef: {name: cart-config}}]}]
status:
  phase: Pending
  conditions:
  - {type: PodScheduled, status: "True"}
  - {type: Ready, status: "False", lastTransitionTime: "2026-03-01T11:00:00Z"}
  containerStatuses:
  - name: api
    ready: false
    state: {waiting: {reason: CreateContainerConfigError, message: 'configmap "cart-config" not found'}}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {selector: {app: cart}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: billing, namespace: shop}
spec: {selector: {app: biling}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: lab}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: lab}
spec: {ports: [{port: 80}]}
"""


def focus_on(word: str, name: str, *namespaces: str) -> Diagnosis:
    return diagnose(source_from_yaml(SHOP, now=NOW), Request(scope=Scope(namespaces), target=Target(word, name)))


def test_only_what_concerns_the_object_is_reported_with_its_relations() -> None:
    diagnosis = focus_on("deploy", "cart")
    assert [incident.root_cause.code for incident in diagnosis.incidents] == ["config-map-absent"]
    assert diagnosis.incidents[0].rank == 1
    focus = diagnosis.focus
    assert focus is not None
    assert focus.owned == 1
    needed = {str(one.ref): (one.edge, one.exists, one.incidents) for one in focus.depends_on}
    assert needed["ConfigMap shop/cart-config"] == ("reads-env", False, (1,))
    assert needed["Node node-a"] == ("runs-on", True, ())
    assert [(str(one.ref), one.hops) for one in focus.dependents] == [("Service shop/cart", 1)]


@pytest.mark.parametrize(("word", "name"), [("svc", "cart"), ("po", "cart-5d4f8c7b9-abcde"), ("cm", "cart-config")])
def test_an_object_anywhere_in_an_incident_has_it(word: str, name: str) -> None:
    if word == "cm":  # the cause, which does not exist
        with pytest.raises(ObjectAbsent):
            focus_on(word, name, "shop")
        return
    assert [incident.root_cause.code for incident in focus_on(word, name, "shop").incidents] == ["config-map-absent"]


def test_an_object_without_an_incident_has_none() -> None:
    diagnosis = focus_on("node", "node-a")
    assert diagnosis.incidents == ()
    assert diagnosis.results == ()
    assert diagnosis.focus is not None


def test_what_does_not_exist_is_said_with_what_was_meant() -> None:
    with pytest.raises(ObjectAbsent, match=r'there is no deploy/crat in namespace shop; did you mean "cart"\?'):
        focus_on("deploy", "crat", "shop")
    with pytest.raises(ObjectAbsent, match="there is no svc/billing in namespace lab"):
        focus_on("svc", "billing", "lab")


def test_a_name_in_several_namespaces_needs_one() -> None:
    with pytest.raises(UsageError, match="2 namespaces have a svc/cart"):
        focus_on("svc", "cart")


def test_a_kind_that_nobody_serves_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match='"depoly" is no kind of object'):
        focus_on("depoly", "cart")


def test_what_could_not_be_read_is_not_absent() -> None:
    gap = Gap("apps/v1", "Deployment", "", "list", GapReason.FORBIDDEN, "deployments is forbidden")
    inventory = Inventory(reading_from_yaml(SHOP, now=NOW, gaps=(gap,)))
    target = Target("deploy", "cart2")
    with pytest.raises(
        NothingReadable, match="whether deploy/cart2 exists in namespace shop is not known: Deployments could not be listed"
    ):
        find_target(target, Deployment.KIND, ("shop",), inventory, lambda _ref: None)
    with pytest.raises(ObjectAbsent):
        find_target(target, Deployment.KIND, ("shop",), inventory, lambda _ref: False)
    assert find_target(target, Deployment.KIND, ("shop",), inventory, lambda _ref: True).name == "cart2"
