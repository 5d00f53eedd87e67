"""Custom resources: read where rules want them, and left out where the user says so."""

from kubedx.kube import RawObject
from kubedx.pipeline import Request, diagnose
from kubedx.source import MemorySource
from kubedx.testing import object_from

BROKER = object_from(
    {
        "apiVersion": "mq.example.com/v1",
        "kind": "Broker",
        "metadata": {"name": "events", "namespace": "shop", "creationTimestamp": "2026-03-01T10:00:00Z"},
        "status": {"conditions": [{"type": "Ready", "status": "False", "reason": "Down", "lastTransitionTime": "2026-03-01T10:00:00Z"}]},
    }
)


def test_custom_resources_are_read_unless_they_are_left_out() -> None:
    assert isinstance(BROKER, RawObject)
    (incident,) = diagnose(MemorySource([BROKER]), Request()).incidents
    assert incident.root_cause.code == "custom-resource-not-ready"
    without = diagnose(MemorySource([BROKER]), Request(custom_resources=False))
    assert without.incidents == ()
    assert "Broker" not in {one.kind for one in without.coverage.read}


def test_every_rule_that_judges_is_told_to_the_clock() -> None:
    laps: list[str] = []
    diagnose(MemorySource([BROKER]), Request(filters=("CustomResource",), lap=laps.append))
    assert {"", "custom-resource-not-ready", "custom-resource-not-reconciled"} <= set(laps)
