"""Findings into incidents: one per root cause, nothing lost, the same input in any order gives the same bytes."""

import random
from datetime import UTC, datetime

import msgspec
import pytest

from kubedx.correlate import correlate
from kubedx.findings import Confidence, Effect, Evidence, EvidenceType, Finding, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Ref
from kubedx.testing import reading_from_yaml

CLUSTER = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop, uid: d1}
spec:
  replicas: 2
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec:
      containers: [{name: api, image: cart:1, envFrom: [{secretRef: {name: db}}]}]
---
apiVersion: apps/v1
kind: ReplicaSet
metadata:
  {name: cart-1, namespace: shop, uid: r1, labels: {app: cart}, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: cart, uid: d1, controller: true}]}
spec: {replicas: 2, selector: {matchLabels: {app: cart}}, template: {metadata: {labels: {app: cart}}, spec: {containers: [{name: api}]}}}
---
apiVersion: v1
kind: Pod
metadata:
  {name: cart-1-a, namespace: shop, uid: p1, labels: {app: cart}, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: cart-1, uid: r1, controller: true}]}
spec: {nodeName: n1, containers: [{name: api, image: cart:1, envFrom: [{secretRef: {name: db}}]}]}
---
apiVersion: v1
kind: Pod
metadata:
  {name: cart-1-b, namespace: shop, uid: p2, labels: {app: cart}, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: cart-1, uid: r1, controller: true}]}
spec: {nodeName: n1, containers: [{name: api, image: cart:1, envFrom: [{secretRef: {name: db}}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: lonely, namespace: shop, uid: p3}
spec: {nodeName: n1, containers: [{name: api, image: lonely:1, envFrom: [{secretRef: {name: db}}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop, uid: s1}
spec: {selector: {app: cart}, ports: [{port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop, uid: i1}
spec: {rules: [{host: shop.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: cart, port: {number: 80}}}}]}}]}
"""

POD_A = Ref("v1", "Pod", "shop", "cart-1-a")
POD_B = Ref("v1", "Pod", "shop", "cart-1-b")
LONELY = Ref("v1", "Pod", "shop", "lonely")
CART = Ref("apps/v1", "Deployment", "shop", "cart")
SERVICE = Ref("v1", "Service", "shop", "cart")
INGRESS = Ref("networking.k8s.io/v1", "Ingress", "shop", "shop")
SECRET = Ref("v1", "Secret", "shop", "db")
AT_ONE = datetime(2026, 1, 1, 1, tzinfo=UTC)
AT_TWO = datetime(2026, 1, 1, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    return Inventory(reading_from_yaml(CLUSTER))


def finding(code: str, subject: Ref, **given: object) -> Finding:
    evidence = (Evidence(type=EvidenceType.FIELD, ref=subject, path="status", value=code),)
    known: dict[str, object] = {
        "code": code,
        "filter": subject.kind,
        "subject": subject,
        "severity": Severity.ERROR,
        "confidence": Confidence.CERTAIN,
        "message": f"{code} is so",
        "evidence": evidence,
    }
    return Finding(**(known | given))  # type: ignore[arg-type]  # fields handed on by name


def cannot_start(pod: Ref, **given: object) -> Finding:
    known: dict[str, object] = {
        "part": "container api",
        "suffers": Effect.CANNOT_START,
        "produces": (Effect.NOT_READY, Effect.UNAVAILABLE, Effect.NO_ENDPOINTS),
    }
    return finding("image-pull-failed", pod, **(known | given))


NO_ENDPOINTS = finding("service-has-no-endpoints", SERVICE, suffers=Effect.NO_ENDPOINTS, produces=(Effect.CANNOT_CONNECT,))
UNAVAILABLE = finding("deployment-unavailable", CART, suffers=Effect.UNAVAILABLE, produces=(Effect.NO_ENDPOINTS,))


def test_pods_of_one_workload_are_one_incident_of_the_workload(inventory: Inventory) -> None:
    incidents = correlate([cannot_start(POD_B, since=AT_ONE), cannot_start(POD_A, since=AT_TWO)], inventory)

    assert [incident.root_cause.subject for incident in incidents] == [CART]
    assert incidents[0].since == AT_ONE
    assert {piece.ref for piece in incidents[0].root_cause.evidence} == {POD_A, POD_B}


def test_effects_travel_from_the_pod_to_the_service_and_the_ingress(inventory: Inventory) -> None:
    incidents = correlate([NO_ENDPOINTS, UNAVAILABLE, cannot_start(POD_A)], inventory)

    assert len(incidents) == 1
    incident = incidents[0]
    assert incident.root_cause.code == "image-pull-failed"
    assert {symptom.code for symptom in incident.symptoms} == {"deployment-unavailable", "service-has-no-endpoints"}
    assert {SERVICE, INGRESS} <= set(incident.affected)


def test_an_entry_point_with_nothing_behind_it_is_critical(inventory: Inventory) -> None:
    with_route = correlate([NO_ENDPOINTS, cannot_start(POD_A)], inventory)
    without = correlate([cannot_start(POD_A)], inventory)

    assert with_route[0].severity is Severity.CRITICAL
    assert without[0].severity is Severity.ERROR


def test_only_errors_become_critical(inventory: Inventory) -> None:
    incidents = correlate([msgspec.structs.replace(NO_ENDPOINTS, severity=Severity.WARNING)], inventory)

    assert incidents[0].severity is Severity.WARNING


def test_findings_with_the_same_cause_meet_there(inventory: Inventory) -> None:
    incidents = correlate([cannot_start(POD_A, cause=SECRET), cannot_start(LONELY, cause=SECRET)], inventory)

    assert len(incidents) == 1
    assert incidents[0].root_cause.cause == SECRET
    assert len(incidents[0].symptoms) == 1


def test_another_victim_of_the_same_cause_does_not_make_a_new_incident(inventory: Inventory) -> None:
    one = correlate([cannot_start(LONELY, cause=SECRET)], inventory)
    both = correlate([cannot_start(POD_A, cause=SECRET), cannot_start(LONELY, cause=SECRET)], inventory)

    assert one[0].id == both[0].id


def test_new_wording_and_new_pods_keep_the_id(inventory: Inventory) -> None:
    one = correlate([cannot_start(POD_A)], inventory)
    other = correlate([cannot_start(POD_B, message="said otherwise", since=AT_TWO)], inventory)

    assert one[0].id == other[0].id


def test_what_is_said_of_a_cause_without_such_an_effect_does_not_take_the_lead(inventory: Inventory) -> None:
    refused = finding("quota-exceeded", CART, cause=SECRET, suffers=Effect.CANNOT_BE_CREATED)
    nearly_full = finding("quota-nearly-used", SECRET, severity=Severity.WARNING)
    incidents = correlate([refused, nearly_full], inventory)

    assert [incident.root_cause.code for incident in incidents] == ["quota-exceeded"]
    assert [each.code for each in incidents[0].symptoms] == ["quota-nearly-used"]


def test_a_finding_that_names_a_faulty_object_is_its_symptom(inventory: Inventory) -> None:
    symptom = finding("pod-calls-in-vain", LONELY, cause=SERVICE, suffers=Effect.CANNOT_CONNECT)
    incidents = correlate([symptom, NO_ENDPOINTS], inventory)

    assert [incident.root_cause.code for incident in incidents] == ["service-has-no-endpoints"]
    assert [each.code for each in incidents[0].symptoms] == ["pod-calls-in-vain"]


def test_unrelated_faults_stay_apart(inventory: Inventory) -> None:
    incidents = correlate([cannot_start(LONELY), NO_ENDPOINTS], inventory)

    assert {incident.root_cause.subject for incident in incidents} == {LONELY, SERVICE}


def test_two_containers_of_a_pod_do_not_explain_each_other(inventory: Inventory) -> None:
    crash = finding("container-crashes", POD_A, part="container log", suffers=Effect.CRASHES, produces=(Effect.CANNOT_START,))
    incidents = correlate([crash, cannot_start(POD_A)], inventory)

    assert len(incidents) == 2


def test_faults_that_explain_each_other_start_with_the_earlier_one(inventory: Inventory) -> None:
    one = finding("readiness", POD_A, suffers=Effect.NOT_READY, produces=(Effect.CRASHES,))
    other = finding("crash", POD_A, suffers=Effect.CRASHES, produces=(Effect.NOT_READY,))
    incidents = correlate([one, other], inventory)

    assert [incident.root_cause.code for incident in incidents] == ["crash"]
    assert [symptom.because for symptom in incidents[0].symptoms] == [("root",)]


def test_a_workload_that_lacks_pods_does_not_explain_its_pods(inventory: Inventory) -> None:
    unavailable = msgspec.structs.replace(UNAVAILABLE, produces=(Effect.CANNOT_CONNECT,))
    calls = finding("dependency-unreachable", POD_A, suffers=Effect.CANNOT_CONNECT, produces=(Effect.UNAVAILABLE,))
    incidents = correlate([unavailable, calls], inventory)

    assert [incident.root_cause.code for incident in incidents] == ["dependency-unreachable"]
    assert [symptom.code for symptom in incidents[0].symptoms] == ["deployment-unavailable"]


def test_symptoms_name_what_they_follow_from(inventory: Inventory) -> None:
    unavailable = msgspec.structs.replace(UNAVAILABLE, produces=(Effect.NO_ENDPOINTS,))
    start = cannot_start(POD_A, produces=(Effect.UNAVAILABLE,))
    incident = correlate([NO_ENDPOINTS, unavailable, start], inventory)[0]

    by_code = {symptom.code: symptom for symptom in incident.symptoms}
    assert by_code["deployment-unavailable"].because == ("root",)
    assert by_code["service-has-no-endpoints"].because == (by_code["deployment-unavailable"].id,)


def test_evidence_ids_are_unique_in_an_incident(inventory: Inventory) -> None:
    incident = correlate([NO_ENDPOINTS, UNAVAILABLE, cannot_start(POD_A), cannot_start(POD_B)], inventory)[0]

    ids = [piece.id for piece in incident.evidence]
    assert len(ids) == len(set(ids)) == 4
    assert ids[0] == "e1"


def test_what_nobody_asked_for_opens_no_incident_but_still_explains(inventory: Inventory) -> None:
    asked = correlate([NO_ENDPOINTS, cannot_start(POD_A)], inventory, opens=lambda one: one.filter == "Service")
    not_asked = correlate([cannot_start(POD_A)], inventory, opens=lambda one: one.filter == "Service")

    assert [incident.root_cause.code for incident in asked] == ["image-pull-failed"]
    assert not_asked == ()


def test_one_asked_pod_of_many_alike_opens_their_incident(inventory: Inventory) -> None:
    incidents = correlate([cannot_start(POD_A), cannot_start(POD_B)], inventory, opens=lambda one: one.subject == POD_B)

    assert [incident.root_cause.subject for incident in incidents] == [CART]


def test_ranks_are_by_severity_then_breadth(inventory: Inventory) -> None:
    small = cannot_start(LONELY)
    hygiene = finding("ingress-untidy", INGRESS, severity=Severity.INFO)
    incidents = correlate([hygiene, small, cannot_start(POD_A), UNAVAILABLE], inventory)

    assert [incident.root_cause.subject for incident in incidents] == [CART, LONELY, INGRESS]
    assert [incident.rank for incident in incidents] == [1, 2, 3]


def test_the_order_of_findings_does_not_matter(inventory: Inventory) -> None:
    findings = [
        NO_ENDPOINTS,
        UNAVAILABLE,
        cannot_start(POD_A, cause=SECRET),
        cannot_start(POD_B, cause=SECRET),
        cannot_start(LONELY, cause=SECRET),
        finding("crash", LONELY, suffers=Effect.CRASHES, produces=(Effect.NOT_READY,)),
        finding("readiness", LONELY, suffers=Effect.NOT_READY, produces=(Effect.CRASHES,)),
    ]
    expected = msgspec.json.encode(correlate(findings, inventory))
    for seed in range(20):
        shuffled = random.Random(seed).sample(findings, len(findings))

        assert msgspec.json.encode(correlate(shuffled, inventory)) == expected


def test_claims_of_a_template_belong_to_their_stateful_set() -> None:
    database = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec: {serviceName: db, volumeClaimTemplates: [{metadata: {name: data}}]}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data-db-0, namespace: shop}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data-db-1, namespace: shop}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data-other-0, namespace: shop}
"""
    claims = [Ref("v1", "PersistentVolumeClaim", "shop", name) for name in ("data-db-0", "data-db-1", "data-other-0")]
    incidents = correlate(
        [finding("class-absent", claim, suffers=Effect.CANNOT_BIND) for claim in claims], Inventory(reading_from_yaml(database))
    )

    assert [incident.root_cause.subject for incident in incidents] == [Ref("apps/v1", "StatefulSet", "shop", "db"), claims[2]]


def test_no_finding_is_lost(inventory: Inventory) -> None:
    findings = [NO_ENDPOINTS, UNAVAILABLE, cannot_start(POD_A), cannot_start(LONELY), finding("x", Ref("v1", "Gone", "", "nowhere"))]
    incidents = correlate(findings, inventory)

    said = {incident.root_cause.code for incident in incidents} | {one.code for incident in incidents for one in incident.symptoms}
    assert said == {one.code for one in findings}
