"""A judgement that is kept up to date is the judgement that a fresh look at the cluster comes to."""

import random
from pathlib import Path

import pytest

from kubedx.analyzers import Calls, Change, Judgement, catalogue, judge, judge_again
from kubedx.inventory import Changes, Found, Inventory, NotingInventory, noting
from kubedx.kube import KubeObject, Pod, Ref
from kubedx.source import Scope
from kubedx.testing import MemorySource, build, objects_from_yaml, reading_of

FIXTURES = sorted((Path(__file__).parent.parent / "rules").glob("*/fires*.yaml"))
RULES = tuple(catalogue().values())
STEPS = 6


def objects_of(path: Path) -> list[KubeObject]:
    """The objects of a fixture, whose first document is its header."""
    _, _, rest = path.read_text().partition("\n---")
    return list(objects_from_yaml(rest))


class Standing:
    """A judgement that follows changes."""

    def __init__(self, objects: list[KubeObject]) -> None:
        self.calls = Calls(RULES)
        self.inventory = noting(Inventory(reading_of(objects)))
        self.calls.write_to(self.inventory.notebook)
        self.judgement = judge(self.calls.rules.values(), self.inventory)

    def change(self, ref: Ref, after: KubeObject | None) -> None:
        found = self.inventory.find(ref)
        change = Change(ref, found.object if isinstance(found, Found) else None, after)
        changes = Changes(objects=(after,)) if after else Changes(absent=(ref,))
        later: NotingInventory = self.inventory.replace(changes)
        touched = self.calls.touched([change], self.inventory, later, time_too=False)
        kept = {pair: judged for pair, judged in self.judgement.judged.items() if pair not in touched.gone}
        self.judgement = judge_again(Judgement(kept), self.calls.rules, later, touched.again)
        self.inventory = later


@pytest.mark.parametrize("seed", range(16))
def test_what_follows_changes_is_what_a_fresh_look_finds(seed: int) -> None:
    chance = random.Random(seed)
    every: list[KubeObject] = []
    for path in chance.sample(FIXTURES, 3):
        every += objects_of(path)
    held = {obj.ref: obj for obj in every}
    present = {ref: obj for ref, obj in held.items() if chance.random() < 0.7}
    standing = Standing(list(present.values()))
    for _ in range(STEPS):
        ref = chance.choice(list(held))
        after = None if ref in present else held[ref]
        present = {key: obj for key, obj in {**present, ref: after}.items() if obj is not None}
        standing.change(ref, after)
        fresh = judge(RULES, standing.inventory.plain())
        assert dict(standing.judgement.judged) == dict(fresh.judged)


def shop(workloads: int) -> list[KubeObject]:
    objects: list[KubeObject] = []
    for number in range(workloads):
        text = f"""
kind: Service
metadata: {{name: cart-{number}, namespace: shop}}
spec: {{selector: {{app: cart-{number}}}, ports: [{{port: 80}}]}}
---
kind: Deployment
metadata: {{name: cart-{number}, namespace: shop, uid: d{number}}}
spec:
  replicas: 3
  selector: {{matchLabels: {{app: cart-{number}}}}}
  template: {{metadata: {{labels: {{app: cart-{number}}}}}, spec: {{containers: [{{name: app, image: example.com/cart:1}}]}}}}
---
kind: ReplicaSet
metadata:
  {{name: cart-{number}-a, namespace: shop, uid: r{number}, ownerReferences:
    [{{apiVersion: apps/v1, kind: Deployment, name: cart-{number}, uid: d{number}, controller: true}}]}}
spec: {{replicas: 3, selector: {{matchLabels: {{app: cart-{number}}}}}}}
"""
        objects += objects_from_yaml(text)
        objects += [pod(number, each) for each in range(3)]
    return objects


def pod(workload: int, number: int, *, ready: bool = True, message: str = "") -> Pod:
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": f"cart-{workload}-a", "uid": f"r{workload}", "controller": True}
    state = {"running": {"startedAt": "2026-03-01T10:00:00Z"}} if ready else {"waiting": {"reason": "CrashLoopBackOff"}}
    status = {"name": "app", "ready": ready, "started": ready, "state": state, "restartCount": 0 if ready else 9}
    return build(
        Pod,
        f"shop/cart-{workload}-a-{number}",
        uid=f"p{workload}-{number}",
        labels={"app": f"cart-{workload}"},
        ownerReferences=[owner],
        spec={"nodeName": "node-1", "containers": [{"name": "app", "image": "example.com/cart:1"}]},
        status={
            "phase": "Running",
            "message": message,
            "conditions": [{"type": "Ready", "status": str(ready)}],
            "containerStatuses": [status],
        },
    )


@pytest.mark.parametrize("after", [pod(7, 1, message="checked"), pod(7, 1, ready=False), None], ids=["touched", "crashes", "is deleted"])
def test_one_pod_costs_tens_of_calls_however_large_the_cluster_is(after: Pod | None) -> None:
    calls = []
    for workloads in (10, 100):
        standing = Standing(shop(workloads))
        before = standing.calls.count
        standing.change(pod(7, 1).ref, after)
        calls.append(standing.calls.count - before)
    assert calls[0] == calls[1]
    assert 0 < calls[0] < 100


def test_a_change_that_is_none_calls_nothing() -> None:
    standing = Standing(shop(3))
    before = standing.calls.count
    later = standing.inventory.replace(Changes())
    assert standing.calls.touched([], standing.inventory, later, time_too=False).again == ()
    assert standing.calls.count == before


def test_what_looks_at_the_clock_is_judged_again_when_time_has_gone_on() -> None:
    text = """
kind: Pod
metadata: {name: cart, namespace: shop, uid: p, creationTimestamp: "2026-03-01T10:00:00Z"}
spec: {containers: [{name: app, image: example.com/cart:1}]}
status: {phase: Pending, conditions: [{type: PodScheduled, status: "False", reason: Unschedulable, message: "0/1 nodes are available"}]}
"""
    standing = Standing(list(objects_from_yaml(text)))
    later = standing.inventory.replace(Changes())
    assert standing.calls.touched([], standing.inventory, later, time_too=False).again == ()
    assert standing.calls.touched([], standing.inventory, later, time_too=True).again


def test_a_plain_copy_answers_alike_and_notes_nothing() -> None:
    source = MemorySource(shop(2))
    inventory = noting(Inventory(source.read((Pod.KIND,), Scope())))
    plain = inventory.plain()
    with inventory.notebook.page("nobody"):
        assert [one.name for one in plain.list(Pod).items] == [one.name for one in shop(2) if isinstance(one, Pod)]
    assert inventory.notebook.read("nobody") == frozenset()
