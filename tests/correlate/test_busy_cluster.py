"""A shop of two dozen services, busy as a real one: what its rollouts, autoscalers and leaving nodes do is no fault, and one fault is one incident."""

from collections.abc import Mapping
from typing import Any

import pytest

from correlate.shop import PULL_FAILS, Objects, chain, event, incidents_of, node, objects, owner, service_of, workload

NODES = [node("n1"), node("n2"), node("n3")]
CALLS: Mapping[str, tuple[str, ...]] = {
    "web": ("cart", "catalog", "users", "search"),
    "cart": ("stock", "pricing"),
    "checkout": ("payment", "cart", "shipping", "mail"),
    "payment": ("audit", "currency"),
    "catalog": ("images", "reviews"),
    "reviews": ("ratings",),
    "users": ("auth",),
}
SERVICES = sorted({*CALLS, *(one for called in CALLS.values() for one in called), "ads", "coupons", "export", "notify", "recommend"})
PROXY = {"name": "mesh-proxy", "image": "mesh/proxy:1", "ports": [{"containerPort": 15090}]}


def shop(*without: str) -> Objects:
    """Every service but these, each told whom to call."""
    made: Objects = [*NODES, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}]
    for name in SERVICES:
        if name not in without:
            made += workload(name, env=calls(name))
    return made


def calls(name: str) -> dict[str, str]:
    return {f"{one.upper()}_URL": f"http://{one}.shop" for one in CALLS.get(name, ())}


def again(line: str) -> str:
    """A line that is logged twice a minute, up to the end."""
    return "\n".join(f"2026-03-01T11:{minute}:{second:02}Z ERROR {line}" for minute in range(40, 60) for second in (5, 35))


def pod_of(made: Objects) -> dict[str, Any]:
    return next(one for one in made if one["kind"] == "Pod")


def test_a_busy_shop_is_quiet() -> None:
    surge = workload("surge")
    waiting = pod_of(workload("surge", pending="0/3 nodes are available: 3 Insufficient cpu."))
    waiting["metadata"] |= {"name": "surge-9", "uid": "shop-surge-9", "creationTimestamp": "2026-03-01T11:59:10Z"}
    scaled = {**event(waiting, "TriggeredScaleUp", "pod triggered scale-up: [{pool 3->4 (max: 10)}]"), "type": "Normal"}
    scaled |= {"firstTimestamp": "2026-03-01T11:59:20Z", "lastTimestamp": "2026-03-01T11:59:20Z"}
    surge[0]["spec"]["replicas"] = surge[0]["status"]["replicas"] = 2
    surge[0]["status"] |= {"unavailableReplicas": 1}
    leaving = node("n4")
    leaving["spec"] = {"unschedulable": True, "taints": [{"key": "aws-node-termination-handler/spot-itn", "effect": "NoSchedule"}]}
    gone = pod_of(workload("gone", node="n4"))
    gone["metadata"] |= {"deletionTimestamp": "2026-03-01T11:59:50Z", "deletionGracePeriodSeconds": 30, "ownerReferences": []}
    job = objects("""
apiVersion: batch/v1
kind: Job
metadata: {name: migrate, namespace: shop, uid: shop-migrate, creationTimestamp: 2026-03-01T11:50:00Z}
spec: {backoffLimit: 6, template: {spec: {restartPolicy: Never, containers: [{name: run, image: "migrate:1"}]}}}
status: {active: 1, failed: 2}
""")
    failed = pod_of(workload("migrate"))
    failed["metadata"] |= {"ownerReferences": [owner(job[0])], "labels": {"job-name": "migrate"}}
    failed["status"] = {
        "phase": "Failed",
        "containerStatuses": [
            {"name": "migrate", "state": {"terminated": {"exitCode": 1, "reason": "Error", "finishedAt": "2026-03-01T11:55:00Z"}}}
        ],
    }

    assert [chain(one) for one in incidents_of([*shop(), *surge, waiting, scaled, leaving, gone, *job, failed])] == []


@pytest.mark.parametrize("called", ["http://stock.shop/v1", "http://stock.shop.svc.cluster.local/v1"])
def test_a_fault_that_only_a_log_tells_of_leads_to_the_service(called: str) -> None:
    stock = service_of("stock")
    stock["spec"]["selector"] = {"app": "stocks"}
    made = [one for one in shop() if not (one["kind"] == "Service" and one["metadata"]["name"] == "stock")]
    told = again(f'Get "{called}": dial tcp 10.96.0.9:80: connect: connection refused')
    found = incidents_of([*made, stock], {"shop/cart-0/cart": told})

    assert [chain(one)[0] for one in found] == ["service-selects-nothing Service shop/stock"]
    assert "app=stocks" in found[0].root_cause.message
    assert any(one.code == "log-dependency-unreachable" for one in found[0].symptoms)


def test_a_program_behind_a_mesh_proxy_is_judged_by_itself() -> None:
    ratings = workload("ratings")
    pod = pod_of(ratings)
    pod["spec"]["containers"].append(PROXY)
    pod["status"]["containerStatuses"].append({"name": "mesh-proxy", "ready": True, "state": {"running": {}}})
    told = {"shop/ratings-0/ratings": again('password authentication failed for user "ratings"')}
    found = incidents_of([*shop("ratings"), *ratings], told)

    assert [chain(one)[0] for one in found] == ["log-credentials-refused Deployment shop/ratings"]
    assert 'user "ratings"' in found[0].root_cause.message


OPERATORS = """
apiVersion: db.example.com/v1
kind: Postgres
metadata: {name: orders, namespace: shop, generation: 2, creationTimestamp: 2026-02-01T12:00:00Z}
status: {observedGeneration: 2, conditions: [{type: Ready, status: "False", reason: Reconciling, message: rolling update 1/3, lastTransitionTime: 2026-03-01T11:59:10Z}]}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: shop, creationTimestamp: 2026-02-01T12:00:00Z}
spec: {suspend: true}
status: {conditions: [{type: Ready, status: "False", reason: Suspended, message: suspended, lastTransitionTime: 2026-02-20T12:00:00Z}]}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: web, namespace: shop, creationTimestamp: 2026-02-01T12:00:00Z}
status: {health: {status: Progressing}, sync: {status: OutOfSync}, operationState: {phase: Running, startedAt: 2026-03-01T11:59:00Z}}
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: web, namespace: shop, creationTimestamp: 2026-02-01T12:00:00Z}
status: {phase: Paused, conditions: [{type: Paused, status: "True", reason: CanaryPauseStep, lastTransitionTime: 2026-03-01T11:50:00Z}]}
---
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: {name: build-7, namespace: shop, creationTimestamp: 2026-02-25T12:00:00Z}
status: {completionTime: 2026-02-25T12:09:00Z, conditions: [{type: Succeeded, status: "False", reason: Failed, message: Tasks failed, lastTransitionTime: 2026-02-25T12:09:00Z}]}
---
apiVersion: karpenter.sh/v1
kind: NodeClaim
metadata: {name: spot-1, creationTimestamp: 2026-03-01T11:58:00Z}
status: {conditions: [{type: Registered, status: Unknown, reason: NodeNotRegistered, message: Node not registered with cluster, lastTransitionTime: 2026-03-01T11:58:10Z}]}
---
apiVersion: acme.example.com/v1
kind: Widget
metadata: {name: blue, namespace: shop, creationTimestamp: 2026-02-01T12:00:00Z}
status: {conditions: [{type: Shiny, status: "False", lastTransitionTime: 2026-02-20T12:00:00Z}, {type: Warm, status: Unknown, lastTransitionTime: 2026-02-20T12:00:00Z}]}
"""


def test_operators_at_work_are_quiet() -> None:
    assert [chain(one) for one in incidents_of([*shop(), *objects(OPERATORS)])] == []


def test_the_failing_workload_below_a_custom_resource_is_the_cause() -> None:
    claimed = objects("""
apiVersion: db.example.com/v1
kind: Postgres
metadata: {name: orders, namespace: shop, uid: shop-orders, creationTimestamp: 2026-02-01T12:00:00Z}
status: {conditions: [{type: Ready, status: "False", reason: PodsNotReady, message: 1 of 1 instances are not ready, lastTransitionTime: 2026-03-01T11:00:00Z}]}
""")
    database = workload("orders-db", state=PULL_FAILS)
    database[0]["metadata"]["ownerReferences"] = [owner(claimed[0])]
    found = incidents_of([*shop(), *claimed, *database])

    assert [chain(one)[0] for one in found] == ["image-pull-failed Postgres shop/orders"]
    assert "custom-resource-not-ready" in {one.code for one in found[0].symptoms}


def test_conditions_of_unknown_agents_are_quiet() -> None:
    odd = node("n5")
    odd["status"]["conditions"] += [
        {"type": "AcmeLinkState", "status": "True"},
        {"type": "AcmeCacheWarm", "status": "False"},
        {"type": "GpuTopology", "status": "Unknown"},
    ]
    assert incidents_of([*shop(), odd]) == ()
