"""What a scan does, counted: a timer would say nothing on a busy machine. Twice the cluster is twice the work, and no object costs much."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kubedx.analyzers import Outcome, Rule, catalogue, judge, kinds_of
from kubedx.correlate import correlate, impact
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.inventory.edge_index import EdgeIndex
from kubedx.inventory.label_index import LabelIndex
from kubedx.inventory.snapshot import Snapshot
from kubedx.kube import KubeObject, Pod
from kubedx.source import DumpSource, Scope, dump_objects

PODS_EACH = 5
SMALL, LARGE = 40, 80
"""Workloads."""

MOST_CALLS = 20
"""Calls of rules for one object, on average."""
MOST_LOOKUPS = 1.5
"""Look-ups in an index for one object, on average."""
UNEVEN = 1.1
"""What is of the cluster as a whole is the same in both, so that twice the cluster is rather less than twice the work."""

COUNTED = (
    (Snapshot, "lookup", "look-ups by name"),
    (LabelIndex, "candidates", "selections by label"),
    (EdgeIndex, "_found", "look-ups of edges"),
)


def workload(number: int) -> Iterator[dict[str, Any]]:
    """A Deployment with all that belongs to it; every twentieth crashes."""
    name, labels, place = f"cart-{number}", {"app": f"cart-{number}"}, {"namespace": f"shop-{number % 8}"}
    faulty = number % 20 == 0
    variables = [{"configMapRef": {"name": name}}]
    spec = {"containers": [{"name": "app", "image": "example.com/cart:1", "envFrom": variables, "ports": [{"containerPort": 80}]}]}
    template = {"metadata": {"labels": labels}, "spec": spec}
    common = {"selector": {"matchLabels": labels}, "template": template, "replicas": PODS_EACH}
    yield {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, **place}, "data": {"mode": "on"}}
    service = {"selector": labels, "ports": [{"port": 80}]}
    yield {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, **place}, "spec": service}
    yield {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "uid": f"d{number}", **place}, "spec": common}
    owner = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name, "uid": f"d{number}", "controller": True}
    metadata = {"name": f"{name}-a", "uid": f"r{number}", "labels": labels, "ownerReferences": [owner], **place}
    yield {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": metadata, "spec": common}
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": f"{name}-a", "uid": f"r{number}", "controller": True}
    for pod in range(PODS_EACH):
        metadata = {"name": f"{name}-a-{pod}", "uid": f"p{number}-{pod}", "labels": labels, "ownerReferences": [owner], **place}
        yield {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": metadata,
            "spec": spec | {"nodeName": f"node-{pod}"},
            "status": crashing() if faulty else running(),
        }


def running() -> dict[str, Any]:
    state = {"running": {"startedAt": "2026-03-01T10:00:00Z"}}
    status = {"name": "app", "ready": True, "started": True, "state": state}
    return {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}], "containerStatuses": [status]}


def crashing() -> dict[str, Any]:
    ended = {"terminated": {"exitCode": 1, "reason": "Error", "finishedAt": "2026-03-01T11:59:00Z"}}
    state = {"waiting": {"reason": "CrashLoopBackOff"}}
    status = {"name": "app", "ready": False, "restartCount": 9, "state": state, "lastState": ended}
    return {"phase": "Running", "conditions": [{"type": "Ready", "status": "False"}], "containerStatuses": [status]}


def dump(folder: Path, workloads: int) -> Path:
    folder.mkdir()
    objects = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": f"shop-{number}"}} for number in range(8)]
    objects += [{"apiVersion": "v1", "kind": "Node", "metadata": {"name": f"node-{number}"}} for number in range(PODS_EACH)]
    objects += [document for number in range(workloads) for document in workload(number)]
    (folder / "all.json").write_bytes(msgspec.json.encode({"apiVersion": "v1", "kind": "List", "items": objects}))
    return folder


class Counts(Counter[str]):
    """How often something was done."""

    def counted(self, rule: Rule) -> Rule:
        def judged(subject: KubeObject, inventory: Inventory) -> Iterator[Outcome]:
            self["calls of rules"] += 1
            return rule.judge(subject, inventory)

        return msgspec.structs.replace(rule, judge=judged)


def scan(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Counts:
    """What reading, judging and correlating a dump takes."""
    counts = Counts()
    with monkeypatch.context() as patch:
        for owner, name, what in COUNTED:
            patch.setattr(owner, name, counting(counts, getattr(owner, name), what))
        decode = dump_objects._decode

        def decoded(kind: Any, form: Any, items: Any) -> Any:
            counts["objects decoded"] += len(items)
            return decode(kind, form, items)

        patch.setattr(dump_objects, "_decode", decoded)
        patch.setattr(impact, "_dependents", counting(counts, impact._dependents, "steps from cause to symptom"))
        source, rules = DumpSource([str(folder)]), tuple(map(counts.counted, catalogue().values()))
        inventory = Inventory(source.read(kinds_of(rules), Scope()))
        judgement = judge(rules, inventory)
        assert not judgement.crashes
        incidents = correlate(judgement.findings, inventory, least=Severity.WARNING)
        counts["objects"] = sum(inventory.counts().values())
        counts["serious incidents"] = sum(one.severity.at_least(Severity.ERROR) for one in incidents)
    return counts


def counting(counts: Counts, function: Any, what: str) -> Any:
    def counted(*args: Any, **kwargs: Any) -> Any:
        counts[what] += 1
        return function(*args, **kwargs)

    return counted


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Counts, Counts]:
    """A cluster, and one of twice its size."""
    folder = tmp_path_factory.mktemp("cost")
    monkeypatch = pytest.MonkeyPatch()
    return scan(dump(folder / "small", SMALL), monkeypatch), scan(dump(folder / "large", LARGE), monkeypatch)


def test_twice_the_cluster_is_twice_the_work(both: tuple[Counts, Counts]) -> None:
    small, large = both
    assert large["serious incidents"] == 2 * small["serious incidents"] > 0
    assert {what: (small[what], count) for what, count in large.items() if count > 2 * small[what] * UNEVEN} == {}


def test_every_object_is_decoded_once(both: tuple[Counts, Counts]) -> None:
    for counts in both:
        assert counts["objects decoded"] == counts["objects"]


def test_an_object_costs_a_bounded_number_of_calls_and_lookups(both: tuple[Counts, Counts]) -> None:
    _small, large = both
    assert large["calls of rules"] <= MOST_CALLS * large["objects"]
    assert sum(large[what] for _owner, _name, what in COUNTED) <= MOST_LOOKUPS * large["objects"]


def test_a_rule_that_names_what_it_need_not_judge_is_not_called_for_it(tmp_path: Path) -> None:
    called: list[str] = []

    def noted(pod: Pod, _inventory: Inventory) -> Iterator[Outcome]:
        called.append(pod.name)
        return iter(())

    rule = catalogue()["image-name-invalid"]
    assert rule.unless is not None
    judge(
        [msgspec.structs.replace(rule, judge=noted)],
        Inventory(DumpSource([str(dump(tmp_path / "one", 2))]).read(kinds_of([rule]), Scope())),
    )
    assert called == [f"cart-0-a-{number}" for number in range(PODS_EACH)]
