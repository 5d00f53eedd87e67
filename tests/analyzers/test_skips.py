"""What a skip tells: which kind was missing, of what the rule would have told, and nothing where nothing was missing."""

from collections.abc import Iterator

from kubedx.analyzers import Outcome, Rule, judge, rule
from kubedx.findings import Severity, Skip
from kubedx.inventory import Inventory
from kubedx.kube import Deployment, Gap, GapReason, Job, Node, Pod, Service
from kubedx.source import Scope
from kubedx.testing import reading_from_yaml

CLUSTER = """
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
---
apiVersion: v1
kind: Node
metadata: {name: node-a}
---
apiVersion: batch/v1
kind: Job
metadata: {name: count, namespace: shop}
spec: {template: {spec: {containers: []}}}
"""


@rule(on=Service, reads=(Pod,), severity=Severity.ERROR, added="0.1")
def service_odd(service: Service, inventory: Inventory) -> Iterator[Outcome]:
    """A Service is odd,
    and nobody knows why.

    ## What it means
    """
    yield from ()


@rule(on=(Deployment, Job), severity=Severity.ERROR, added="0.1")
def workload_odd(workload: Deployment | Job, inventory: Inventory) -> Iterator[Outcome]:
    """A workload is odd."""
    yield from ()


@rule(on=Node, reads=(Pod,), filter="Machine", severity=Severity.ERROR, added="0.1")
def node_odd(node: Node, inventory: Inventory) -> Iterator[Outcome]:
    """A node is odd."""
    yield from ()


def forbidden(api_version: str, kind: str, namespace: str = "") -> Gap:
    return Gap(api_version, kind, namespace, "list", GapReason.FORBIDDEN, "no")


def skips(rule: Rule, *gaps: Gap, scope: Scope = Scope()) -> tuple[Skip, ...]:  # noqa: B008  # frozen
    return judge([rule], Inventory(reading_from_yaml(CLUSTER, gaps=gaps, scope=scope))).skips


def test_a_skip_tells_the_missing_kind_and_the_fault_in_words() -> None:
    (skip,) = skips(service_odd, forbidden("v1", "Pod"))
    assert (skip.code, skip.namespace, skip.lacks, skip.filters) == ("service-odd", "shop", "Pod", ("Service",))
    assert skip.fault == "A Service is odd, and nobody knows why."


def test_of_several_kinds_only_the_one_that_was_not_listed_is_unjudged() -> None:
    (skip,) = skips(workload_odd, forbidden("apps/v1", "Deployment"))
    assert (skip.namespace, skip.lacks, skip.filters) == ("", "Deployment", ("Deployment",))


def test_each_kind_that_was_not_listed_is_told() -> None:
    both = skips(workload_odd, forbidden("apps/v1", "Deployment"), forbidden("batch/v1", "Job"))
    assert {skip.lacks for skip in both} >= {"Deployment"}
    assert {skip.code for skip in both} == {"workload-odd"}


def test_a_rule_is_named_by_its_own_filter() -> None:
    (skip,) = skips(node_odd, forbidden("v1", "Pod"))
    assert (skip.namespace, skip.filters) == ("", ("Machine",))


def test_what_was_not_asked_for_is_not_skipped() -> None:
    assert skips(node_odd, scope=Scope(("shop",))) == ()
    assert skips(service_odd, scope=Scope(("shop",))) == ()


def test_a_gap_is_told_though_only_one_namespace_was_asked_for() -> None:
    assert [skip.lacks for skip in skips(service_odd, forbidden("v1", "Pod", "shop"), scope=Scope(("shop",)))] == ["Pod"]
    assert [skip.lacks for skip in skips(node_odd, forbidden("v1", "Pod", "shop"), scope=Scope(("shop",)))] == ["Pod"]
