"""The same cluster gives the same bytes, in whatever order its objects come; and looking for causes costs what depends on the faults."""

import random

import msgspec
import pytest

from correlate.shop import CRASHES, PULL_FAILS, Objects, incidents_of, ingress_to, node, workload
from kubedx.analyzers import catalogue, judge
from kubedx.correlate import correlate
from kubedx.inventory import Edge, EdgeKind, Inventory
from kubedx.kube import TYPES, Ref
from kubedx.pipeline import Request, diagnose
from kubedx.source import MemorySource, Scope, demo_source
from kubedx.testing import object_from


def outage(callers: int) -> Objects:
    """A database that is down, and as many callers that crash."""
    env = {"DB_URL": "postgres://db:80/shop"}
    broken = (workload(f"web{number}", env=env, state=CRASHES) for number in range(callers))
    return [node("n1"), *workload("db", state=PULL_FAILS), *ingress_to("web0"), *(obj for one in broken for obj in one)]


def test_shuffled_objects_give_the_same_incidents() -> None:
    objects = outage(3)
    expected = msgspec.json.encode(incidents_of(objects))
    for seed in range(5):
        shuffled = random.Random(seed).sample(objects, len(objects))

        assert msgspec.json.encode(incidents_of(shuffled)) == expected


def test_the_demo_shuffled_gives_the_same_incidents() -> None:
    demo = demo_source()
    reading = demo.read((*(kind.KIND for kind in TYPES), *demo.custom_kinds()), Scope())
    held = [obj for objects in reading.objects.values() for obj in objects]

    def incidents(objects: list) -> bytes:  # type: ignore[type-arg]  # of any kind
        return msgspec.json.encode(diagnose(MemorySource(objects, now=reading.now), Request()).incidents)

    expected = incidents(held)
    for seed in range(2):
        assert incidents(random.Random(seed).sample(held, len(held))) == expected


class CountedInventory(Inventory):
    """Counts the edges that are looked at."""

    def __init__(self, cluster: Objects) -> None:
        source = MemorySource([object_from(obj) for obj in cluster])
        super().__init__(source.read(tuple(kind.KIND for kind in TYPES), Scope()))
        self.edges = 0

    def edges_to(self, ref: Ref, *kinds: EdgeKind) -> tuple[Edge, ...]:
        found = super().edges_to(ref, *kinds)
        self.edges += len(found) + 1
        return found


def cost(callers: int) -> int:
    inventory = CountedInventory(outage(callers))
    findings = judge(catalogue().values(), inventory).findings
    inventory.edges = 0
    correlate(findings, inventory)
    return inventory.edges


def test_the_cost_grows_with_the_faults_and_not_with_their_square() -> None:
    assert cost(40) < 5 * cost(10)


@pytest.mark.parametrize("callers", [30])
def test_a_wide_outage_is_one_incident(callers: int) -> None:
    incidents = incidents_of(outage(callers))

    assert [incident.root_cause.code for incident in incidents] == ["image-pull-failed"]
    crashes = {symptom.subject.name for symptom in incidents[0].symptoms if symptom.code == "container-crashes"}
    assert crashes == {f"web{number}-0" for number in range(callers)}
