"""A shop of two dozen services, busy as a real one: what its rollouts, autoscalers and leaving nodes do is no fault, and one fault is one incident."""

from collections.abc import Mapping
from typing import Any

import pytest

from correlate.shop import Objects, chain, event, incidents_of, node, objects, owner, service_of, workload

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
