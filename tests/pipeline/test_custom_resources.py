"""Custom resources: read where rules want them, and left out where the user says so."""

from datetime import UTC, datetime

from kubedx.kube import KubeObject, RawObject
from kubedx.pipeline import Request, diagnose
from kubedx.source import MemorySource
from kubedx.testing import object_from

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def source(*objects: KubeObject) -> MemorySource:
    """A cluster of these objects, two hours after they were made."""
    return MemorySource(objects, now=NOW)


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
    (incident,) = diagnose(source(BROKER), Request()).incidents
    assert incident.root_cause.code == "custom-resource-not-ready"
    without = diagnose(source(BROKER), Request(custom_resources=False))
    assert without.incidents == ()
    assert "Broker" not in {one.kind for one in without.coverage.read}


def test_every_rule_that_judges_is_told_to_the_clock() -> None:
    laps: list[str] = []
    diagnose(source(BROKER), Request(filters=("CustomResource",), lap=laps.append))
    assert {"", "custom-resource-not-ready", "custom-resource-not-reconciled"} <= set(laps)


STATUS = {"conditions": [{"type": "Ready", "status": "False", "reason": "SecretSyncedError", "lastTransitionTime": "2026-03-01T10:00:00Z"}]}
POD = object_from(
    {
        "kind": "Pod",
        "metadata": {"name": "cart-1", "namespace": "shop", "creationTimestamp": "2026-03-01T10:00:00Z", "uid": "p1"},
        "spec": {"containers": [{"name": "api", "image": "shop/cart:1", "envFrom": [{"secretRef": {"name": "db"}}]}], "nodeName": "node-a"},
        "status": {
            "phase": "Pending",
            "containerStatuses": [
                {
                    "name": "api",
                    "image": "shop/cart:1",
                    "restartCount": 0,
                    "ready": False,
                    "state": {"waiting": {"reason": "CreateContainerConfigError", "message": 'secret "db" not found'}},
                }
            ],
        },
    }
)


def test_a_pod_without_its_secret_follows_from_what_should_have_filled_it() -> None:
    external = object_from(
        {
            "apiVersion": "external-secrets.io/v1",
            "kind": "ExternalSecret",
            "metadata": {"name": "cart", "namespace": "shop", "creationTimestamp": "2026-03-01T10:00:00Z"},
            "spec": {"target": {"name": "db"}},
            "status": STATUS,
        }
    )
    node = object_from({"kind": "Node", "metadata": {"name": "node-a"}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}})
    (incident,) = diagnose(source(external, POD, node), Request()).incidents
    assert str(incident.root_cause.subject) == "ExternalSecret shop/cart"
    assert [symptom.code for symptom in incident.symptoms] == ["secret-absent"]
