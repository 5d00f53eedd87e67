"""A caller that does not reach a Service: the first broken hop on its way is the root cause, and the caller's crash its symptom."""

from pathlib import Path

import pytest

from kubedx.findings import Incident
from kubedx.pipeline import Request, diagnose
from rules.test_rules import Case

FIXTURES = Path(__file__).parent


def incidents(fixture: str) -> tuple[Incident, ...]:
    return diagnose(Case(FIXTURES / fixture).source, Request()).incidents


ROOTS = {
    "dependency-unreachable/fires-policy.yaml": ("policy-blocks-caller", "NetworkPolicy shop/cart"),
    "dependency-unreachable/fires-dns.yaml": ("service-without-ready-pods", "Service kube-system/kube-dns"),
    "dependency-unreachable/fires-corefile.yaml": ("corefile-lacks-cluster-zone", "ConfigMap kube-system/coredns"),
}


@pytest.mark.parametrize("fixture", ROOTS)
def test_the_broken_hop_is_the_root_and_the_crash_its_symptom(fixture: str) -> None:
    (incident,) = incidents(fixture)

    assert (incident.root_cause.code, str(incident.root_cause.subject)) == ROOTS[fixture]
    assert [one.code for one in incident.symptoms] == ["dependency-unreachable"]


def test_two_ingresses_to_an_absent_service_are_one_incident() -> None:
    (incident,) = incidents("ingress-service-absent/fires-two.yaml")

    assert str(incident.root_cause.cause) == "Service shop/cart"
    assert [str(one.subject) for one in incident.symptoms] == ["Ingress shop/b"]


def test_pods_without_a_sandbox_follow_from_the_agent_of_their_node() -> None:
    found = incidents("pod-sandbox-fails/fires-agent.yaml")

    agent = next(one for one in found if str(one.root_cause.subject) == "DaemonSet kube-system/aws-node")
    assert {one.code for one in agent.symptoms} >= {"daemonset-unavailable", "pod-sandbox-fails"}
