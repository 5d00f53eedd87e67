"""What k8sgpt gets wrong beyond its single analyzers, one test a weakness. `docs/coming-from-k8sgpt.md` names them."""

import json
import random
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Run
from k8sgpt.cases import with_nodes
from kubedx.findings import Diagnosis
from kubedx.pipeline import Request, diagnose
from kubedx.report import Style, render
from kubedx.source import MemorySource, Scope
from kubedx.testing import objects_from_yaml

NOW = datetime.fromisoformat("2026-03-01T12:00:00Z")

CART = """
kind: Deployment
metadata: {name: cart, namespace: shop, uid: d1, generation: 1, creationTimestamp: '2026-03-01T10:00:00Z'}
spec: {replicas: 2, selector: {matchLabels: {app: cart}}, template: {metadata: {labels: {app: cart}}, spec: {containers: [{name: api, image: 'shop/crat:1'}]}}}
status:
  observedGeneration: 1
  replicas: 2
  unavailableReplicas: 2
  conditions:
  - {type: Available, status: 'False', reason: MinimumReplicasUnavailable}
  - {type: Progressing, status: 'False', reason: ProgressDeadlineExceeded}
---
kind: ReplicaSet
metadata: {name: cart-5d, namespace: shop, uid: r1, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: cart, uid: d1, controller: true}]}
spec: {replicas: 2, selector: {matchLabels: {app: cart}}}
status: {replicas: 2}
---
kind: Pod
metadata: {name: cart-5d-1, namespace: shop, labels: {app: cart}, creationTimestamp: '2026-03-01T10:00:00Z', ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: cart-5d, uid: r1, controller: true}]}
spec: {nodeName: node-a, containers: [{name: api, image: 'shop/crat:1'}]}
status: {phase: Pending, containerStatuses: [{name: api, image: 'shop/crat:1', ready: false, restartCount: 0, state: {waiting: {reason: ImagePullBackOff, message: manifest unknown}}}]}
---
kind: Pod
metadata: {name: cart-5d-2, namespace: shop, labels: {app: cart}, creationTimestamp: '2026-03-01T10:00:00Z', ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: cart-5d, uid: r1, controller: true}]}
spec: {nodeName: node-b, containers: [{name: api, image: 'shop/crat:1'}]}
status: {phase: Pending, containerStatuses: [{name: api, image: 'shop/crat:1', ready: false, restartCount: 0, state: {waiting: {reason: ImagePullBackOff, message: manifest unknown}}}]}
---
kind: Service
metadata: {name: basket, namespace: shop, creationTimestamp: '2026-03-01T10:00:00Z'}
spec: {selector: {app: cart}, ports: [{port: 80}]}
"""


def found(text: str, *filters: str, namespace: str = "", logs: dict[Any, Any] | None = None, seed: int | None = None) -> Diagnosis:
    """What the whole pipeline makes of a cluster, its objects in another order for each seed."""
    objects = with_nodes(objects_from_yaml(text))
    if seed is not None:
        random.Random(seed).shuffle(objects)
    scope = Scope(namespaces=(namespace,)) if namespace else Scope()
    return diagnose(MemorySource(objects, logs=logs, now=NOW), Request(filters=filters, scope=scope))


def named(diagnosis: Diagnosis) -> set[tuple[str, str]]:
    return {(result.kind, result.name) for result in diagnosis.results}


def test_a_deployment_its_pods_and_its_service_are_one_incident() -> None:
    diagnosis = found(CART)
    assert named(diagnosis) == {
        ("Deployment", "shop/cart"),
        ("Pod", "shop/cart-5d-1"),
        ("Pod", "shop/cart-5d-2"),
        ("Service", "shop/basket"),
    }
    (incident,) = diagnosis.incidents
    assert incident.root_cause.code == "image-pull-failed"
    assert str(incident.root_cause.subject) == "Deployment shop/cart"
    assert {result.parent_object for result in diagnosis.results if result.kind == "Pod"} == {"Deployment/cart"}


def test_the_order_of_objects_changes_nothing() -> None:
    texts = {render(found(CART, seed=seed), "k8sgpt-json", Style("0")) for seed in range(8)}
    assert len(texts) == 1
    assert len(json.loads(texts.pop())["results"]) >= 4


def test_gateway_objects_of_other_namespaces_are_left_out_with_n() -> None:
    gateway = """
kind: Gateway
metadata: {{name: edge, namespace: {namespace}, creationTimestamp: '2026-03-01T10:00:00Z'}}
spec: {{gatewayClassName: gone, listeners: [{{name: http, port: 80, protocol: HTTP}}]}}
---
kind: HTTPRoute
metadata: {{name: web, namespace: {namespace}, creationTimestamp: '2026-03-01T10:00:00Z'}}
spec: {{parentRefs: [{{name: gone}}], rules: [{{backendRefs: [{{name: gone, port: 80}}]}}]}}
"""
    text = gateway.format(namespace="shop") + "---" + gateway.format(namespace="mail")
    assert named(found(text, namespace="shop")) == {("Gateway", "shop/edge"), ("HTTPRoute", "shop/web")}
    assert named(found(text)) >= {("Gateway", "mail/edge"), ("HTTPRoute", "mail/web")}


def test_references_of_routes_to_other_namespaces_and_kinds_are_followed_there() -> None:
    text = """
kind: GatewayClass
metadata: {name: nginx}
spec: {controllerName: example.com/nginx}
status: {conditions: [{type: Accepted, status: 'True'}]}
---
kind: Gateway
metadata: {name: edge, namespace: infra, creationTimestamp: '2026-03-01T10:00:00Z'}
spec:
  gatewayClassName: nginx
  listeners:
  - {name: internal, port: 8080, protocol: HTTP, allowedRoutes: {namespaces: {from: Same}}}
  - {name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {web: 'yes'}}}}}
status: {addresses: [{value: 192.0.2.1}], conditions: [{type: Accepted, status: 'True'}, {type: Programmed, status: 'True'}]}
---
kind: Namespace
metadata: {name: shop, labels: {web: 'yes'}}
---
kind: Service
metadata: {name: cart, namespace: mail, creationTimestamp: '2026-03-01T10:00:00Z'}
spec: {ports: [{port: 80}]}
---
kind: HTTPRoute
metadata: {name: web, namespace: shop, creationTimestamp: '2026-03-01T10:00:00Z'}
spec:
  parentRefs: [{name: edge, namespace: infra, sectionName: http}, {name: cart, kind: Service, group: ''}]
  rules: [{backendRefs: [{name: cart, namespace: mail, port: 80}, {name: bucket, kind: StorageBucket, group: example.com}]}]
status:
  parents:
  - parentRef: {name: edge, namespace: infra}
    controllerName: example.com/nginx
    conditions: [{type: Accepted, status: 'True'}, {type: ResolvedRefs, status: 'True'}]
"""
    assert named(found(text)) == set()


def test_optional_analyzers_are_not_the_wrong_way_round() -> None:
    """A policy that denies by default, an autoscaler without limits or of a custom target, a budget by expressions that has room."""
    text = """
kind: NetworkPolicy
metadata: {name: deny, namespace: shop, creationTimestamp: '2026-03-01T10:00:00Z'}
spec: {podSelector: {}, policyTypes: [Ingress]}
---
kind: HorizontalPodAutoscaler
metadata: {name: cart, namespace: shop, creationTimestamp: '2026-03-01T10:00:00Z'}
spec: {scaleTargetRef: {apiVersion: example.com/v1, kind: Rollout, name: cart}, minReplicas: 1, maxReplicas: 3, metrics: [{type: External, external: {metric: {name: queue}, target: {type: Value, value: '9'}}}]}
status: {currentReplicas: 1, desiredReplicas: 1, conditions: [{type: ScalingActive, status: 'True'}, {type: ScalingLimited, status: 'True', reason: TooFewReplicas}]}
---
kind: PodDisruptionBudget
metadata: {name: cart, namespace: shop, generation: 1, creationTimestamp: '2026-03-01T10:00:00Z'}
spec: {minAvailable: 1, selector: {matchExpressions: [{key: app, operator: In, values: [cart]}]}}
status: {observedGeneration: 1, disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1, expectedPods: 2, conditions: [{type: Other, status: 'False'}, {type: DisruptionAllowed, status: 'True'}]}
---
kind: Pod
metadata: {name: cart-1, namespace: shop, labels: {app: cart}, creationTimestamp: '2026-03-01T10:00:00Z'}
spec: {nodeName: node-a, containers: [{name: api, image: 'shop/cart:1'}]}
status: {phase: Running, conditions: [{type: Ready, status: 'True'}]}
"""
    assert named(found(text)) == set()


def test_a_budget_by_expressions_that_allows_nothing_is_found() -> None:
    text = """
kind: PodDisruptionBudget
metadata: {name: cart, namespace: shop, generation: 1, creationTimestamp: '2026-03-01T10:00:00Z'}
spec: {maxUnavailable: 0, selector: {matchExpressions: [{key: app, operator: In, values: [cart]}]}}
status: {observedGeneration: 1, disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1, conditions: [{type: Other, status: 'True'}, {type: DisruptionAllowed, status: 'False', reason: InsufficientPods}]}
---
kind: Pod
metadata: {name: cart-1, namespace: shop, labels: {app: cart}, creationTimestamp: '2026-03-01T10:00:00Z'}
spec: {nodeName: node-a, containers: [{name: api, image: 'shop/cart:1'}]}
status: {phase: Running, conditions: [{type: Ready, status: 'True'}]}
"""
    assert named(found(text)) == {("PodDisruptionBudget", "shop/cart")}


def test_words_such_as_error_in_the_log_of_a_pod_that_is_well_are_no_finding() -> None:
    text = """
kind: Pod
metadata: {name: cart, namespace: shop, creationTimestamp: '2026-03-01T10:00:00Z'}
spec: {nodeName: node-a, containers: [{name: api, image: 'shop/cart:1'}]}
status: {phase: Running, conditions: [{type: Ready, status: 'True'}], containerStatuses: [{name: api, image: 'shop/cart:1', ready: true, restartCount: 0, state: {running: {startedAt: '2026-03-01T10:00:00Z'}}}]}
"""
    log = '0 errors, 0 failures\nfailover to replica done\n{"exception": null, "errorCount": 0}\n'
    assert named(found(text, logs={"shop/cart/api": log})) == set()


def test_the_whole_stack_trace_is_read_for_its_last_cause() -> None:
    text = """
kind: Pod
metadata: {name: cart, namespace: shop, creationTimestamp: '2026-03-01T10:00:00Z'}
spec: {nodeName: node-a, containers: [{name: api, image: 'shop/cart:1'}]}
status: {phase: Running, containerStatuses: [{name: api, image: 'shop/cart:1', ready: false, restartCount: 9, state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 1, reason: Error, finishedAt: '2026-03-01T11:59:00Z'}}}]}
"""
    log = (
        "INFO starting, 0 errors so far\n"
        'Exception in thread "main" java.lang.IllegalStateException: could not start\n'
        "\tat shop.Cart.main(Cart.java:12)\n"
        "Caused by: java.lang.ArithmeticException: / by zero\n"
        "\tat shop.Price.of(Price.java:7)\n"
    )
    (result,) = found(text, logs={"shop/cart/api": log, "shop/cart/api.previous": log}).results
    assert "/ by zero" in result.error[0].text
    assert "0 errors so far" not in result.error[0].text


def test_owners_in_a_circle_end_somewhere() -> None:
    circle = """
kind: ReplicaSet
metadata: {{name: {name}, namespace: shop, uid: {name}, ownerReferences: [{{apiVersion: apps/v1, kind: ReplicaSet, name: {owner}, uid: {owner}, controller: true}}]}}
spec: {{replicas: 1}}
status: {{replicas: 0, conditions: [{{type: ReplicaFailure, status: 'True', reason: FailedCreate, message: 'pods "x" is forbidden: no'}}]}}
"""
    text = circle.format(name="one", owner="two") + "---" + circle.format(name="two", owner="one") + "---"
    diagnosis = found(text + circle.format(name="self", owner="self"))
    assert named(diagnosis) == {("ReplicaSet", "shop/one"), ("ReplicaSet", "shop/two"), ("ReplicaSet", "shop/self")}
    assert diagnosis.coverage.crashed == ()


@pytest.mark.parametrize("evil", ["\x1b[2J\x1b[1;1H", "\u202egnp.exe", "a\nWarnings : \n- all is well", "<script>alert(1)</script>"])
def test_words_of_strangers_do_not_steer_what_is_printed(evil: str) -> None:
    text = """
kind: Pod
metadata: {name: cart, namespace: shop, creationTimestamp: '2026-03-01T10:00:00Z'}
spec: {nodeName: node-a, containers: [{name: api, image: 'shop/cart:1'}]}
status: {phase: Pending, containerStatuses: [{name: api, image: 'shop/cart:1', ready: false, restartCount: 0, state: {waiting: {reason: CreateContainerError, message: MESSAGE}}}]}
"""
    diagnosis = found(text.replace("MESSAGE", json.dumps(f"no such device: {evil}")))
    printed = render(diagnosis, "k8sgpt-text", Style("0"))
    assert not {"\x1b", "\u202e"} & set(printed)
    assert "\nWarnings : " not in printed
    document = json.loads(as_json := render(diagnosis, "k8sgpt-json", Style("0")))
    assert not {"\x1b", "\u202e", "<"} & set(as_json)
    assert document["problems"] == 1


def test_no_word_that_was_masked_stands_in_the_output(run: Run) -> None:
    document = json.loads(run("analyze", "--demo", "--explain", "--anonymize", "-o", "json", name="k8sgpt").stdout)
    assert {error["Sensitive"] for result in document["results"] for error in result["error"]} == {None}
    assert "Unmasked" not in json.dumps(document)


def test_stdout_is_json_alone_though_everything_goes_wrong(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "k8sgpt"
    folder.mkdir()
    provider = "{name: localai, model: tiny, baseurl: 'http://127.0.0.1:9/v1'}"
    (folder / "k8sgpt.yaml").write_text(f"ai: {{defaultprovider: localai, providers: [{provider}]}}\n")
    flags = ("--explain", "--verbose", "--with-stat", "--with-doc", "--interactive", "--custom-analysis", "--filter=Pod,Podd")
    done = run("analyze", "--demo", "-o", "json", *flags, name="k8sgpt")
    document = json.loads(done.stdout)
    assert done.returncode == 0
    assert document["status"] == "ProblemDetected"
    assert any("127.0.0.1:9" in error for error in document["errors"])
    assert any("Podd" in error for error in document["errors"])
    assert "- reading the cluster took " in done.stderr
