"""The fourteen analyzers that k8sgpt runs by default: what each reports rightly is reported, what wrongly is not, what it misses is."""

from collections.abc import Iterator

import pytest
from _pytest.mark.structures import ParameterSet

from k8sgpt.cases import Case, cases

RULES = {
    "Pod": ("1", "2", "3", "4a", "4b", "4c", "4d", "4e"),
    "Deployment": ("1", "2"),
    "ReplicaSet": ("1",),
    "DaemonSet": ("1", "2"),
    "StatefulSet": ("1", "2", "3", "4"),
    "PersistentVolumeClaim": ("1",),
    "Service": ("1", "2", "3"),
    "Ingress": ("1", "2", "3", "4"),
    "Job": ("1", "2"),
    "CronJob": ("1", "2", "3"),
    "Node": ("1", "2", "3"),
    "ValidatingWebhookConfiguration": ("1", "2", "3"),
    "MutatingWebhookConfiguration": ("1", "2", "3"),
    "ConfigMap": ("1", "2"),
    "HorizontalPodAutoscaler": ("1", "2", "4", "5"),
    "PodDisruptionBudget": ("1",),
    "NetworkPolicy": ("2",),
    "GatewayClass": ("1",),
    "Gateway": ("1", "2"),
    "HTTPRoute": ("1", "2", "3", "4", "5"),
    "Storage": ("2", "3", "4", "6", "7"),
    "Security": ("1", "2", "3", "4"),
    "ClusterCatalog": ("4", "5"),
    "ClusterExtension": ("3", "4"),
    "ClusterServiceVersion": ("1",),
    "Subscription": ("1",),
    "InstallPlan": ("1",),
    "CatalogSource": ("1",),
    "OperatorGroup": ("1",),
    "PrometheusConfigValidate": ("1", "3"),
    "PrometheusConfigRelabelReport": ("1",),
    "ScaledObject": ("2", "4"),
    "PolicyReport": ("1",),
    "ClusterPolicyReport": ("1",),
}
"""The rules of each analyzer, numbered in the order of the checks in k8sgpt's pkg/analyzer.

ConfigMap has a third, a value of more than 1 MiB, which the API server does not let through. Nor does it let through what the first
rules of ClusterCatalog and ClusterExtension look for, or KEDA a ScaledObject by CPU whose target has no requests.
Left out too are rules that are never right: HorizontalPodAutoscaler 3 (a target of a kind that it does not know), NetworkPolicy 1 (an
empty selector), Storage 1 (no-provisioner), 5 and 8 (less than 1Gi). What Storage says of claims stands under PersistentVolumeClaim here;
with `--filter Storage` it stands under Storage (tests/pipeline/test_filters.py).
"""

CASES = tuple(cases())


def test_every_rule_of_every_analyzer_has_a_case_where_it_is_right() -> None:
    shown = {(case.analyzer, case.words) for case in CASES if case.shows == "reports"}
    assert shown == {(analyzer, number) for analyzer, numbers in RULES.items() for number in numbers}


def test_every_analyzer_has_false_alarms_and_misses() -> None:
    for analyzer in RULES:
        assert {case.shows for case in CASES if case.analyzer == analyzer} >= {"false-alarm", "miss"}, analyzer


def params() -> Iterator[ParameterSet]:
    for case in CASES:
        pending = case.header.get("pending")
        marks = [pytest.mark.xfail(reason=pending, strict=True)] if pending else []
        yield pytest.param(case, id=f"{case.analyzer}: {case.shows} {case.words}{f' ({pending})' if pending else ''}", marks=marks)


@pytest.mark.parametrize("case", list(params()))
def test_case(case: Case) -> None:
    kinds = {wanted.get("kind", case.analyzer).partition("/")[0] for wanted in case.results} or {case.analyzer}
    for filters in ((), tuple(sorted(kinds))):
        diagnosis = case.diagnosis(*filters)
        assert diagnosis.coverage.crashed == ()
        said = [(one.kind, one.name, one.parent_object, [error.text for error in one.error]) for one in diagnosis.results]
        if case.quiet:
            assert said == []
            assert diagnosis.incidents == ()
            continue
        assert case.results
        for wanted in case.results:
            heading = wanted.get("kind", case.analyzer), wanted["name"], wanted.get("parent", "")
            texts = [text for one in said if one[:3] == heading for text in one[3]]
            assert any(wanted["text"] in text for text in texts), (wanted, said)
        assert diagnosis.incidents, "what is reported is in an incident too"
