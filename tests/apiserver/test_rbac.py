"""`kubedx rbac`: its manifest, applied to a real API server, lets a fresh user scan without a gap; each missing right is told."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from apiserver.cluster import Cluster
from apiserver.grants import Document, Grants, path_of, printed, roles_of, without
from cli.conftest import command
from kubedx.analyzers import LogPolicy, catalogue, relevant
from kubedx.findings import Diagnosis, is_accepted
from kubedx.pipeline import Request, diagnose
from kubedx.source import LiveSource, Scope, load_cluster


def scan(kubeconfig: str, chosen: tuple[str, ...] = (), namespaces: tuple[str, ...] = (), **flags: Any) -> Diagnosis:
    source = LiveSource(load_cluster(kubeconfig, None, None, {}))
    try:
        return diagnose(source, Request(scope=Scope(namespaces), filters=chosen, **flags))
    finally:
        source.close()


def codes(diagnosis: Diagnosis) -> set[str]:
    """The rules that found something in the market."""
    causes = {(incident.root_cause.code, incident.root_cause.subject) for incident in diagnosis.incidents}
    symptoms = {(symptom.code, symptom.subject) for incident in diagnosis.incidents for symptom in incident.symptoms}
    return {code for code, subject in causes | symptoms if subject.namespace == "market"}


SCANS = {
    "everything": ((), ()),
    "services": (("Service",), ()),
    "pods": (("Pod",), ()),
    "one namespace": ((), ("market",)),
    "one filter in two namespaces": (("Ingress",), ("market", "default")),
    "everything in two namespaces": ((), ("market", "kube-system")),
    "two filters": (("Job", "Node"), ()),
}


@pytest.mark.parametrize("secrets", [False, True], ids=["without Secrets", "with Secrets"])
@pytest.mark.parametrize(("chosen", "namespaces"), SCANS.values(), ids=SCANS)
def test_a_scan_with_exactly_the_printed_rights_has_no_gap(
    cluster: Cluster,
    market: str,
    grants: Grants,
    tmp_path: Path,
    chosen: tuple[str, ...],
    namespaces: tuple[str, ...],
    secrets: bool,
) -> None:
    flags = [f"--filter={name}" for name in chosen] + [f"-n={name}" for name in namespaces] + ["--secrets"] * secrets
    text = printed(*flags, "--logs", "--kubeconfig", cluster.kubeconfig(tmp_path / "admin"))
    diagnosis = scan(grants.kubeconfig(grants.user(*roles_of(text))), chosen, namespaces)
    coverage = diagnosis.coverage
    assert [gap for gap in coverage.gaps if not is_accepted(gap)] == []
    assert [skip for skip in coverage.skipped if skip.lacks != "Secret"] == []
    assert coverage.complete
    wanted = "Ingress" in chosen or not chosen
    if wanted:
        assert ({gap.kind for gap in coverage.gaps}, "Secrets are left out" in text) == (set() if secrets else {"Secret"}, not secrets)
    assert ("tls-secret-absent" in codes(diagnosis)) is (wanted and secrets)


def test_certificates_are_read_with_the_rights_that_are_printed_for_them(
    cluster: Cluster, market: str, grants: Grants, tmp_path: Path
) -> None:
    flags = "--filter=Certificate,Ingress", "-n=market", "-n=default", "--read-certificates", "--logs"
    kubeconfig = grants.kubeconfig(grants.user(*roles_of(printed(*flags, "--kubeconfig", cluster.kubeconfig(tmp_path / "admin")))))
    coverage = scan(kubeconfig, ("Certificate", "Ingress"), ("market", "default"), read_certificates=True).coverage
    assert (coverage.gaps, coverage.skipped, coverage.complete) == ((), (), True)


def test_without_logs_no_log_is_missed_where_none_is_wanted(cluster: Cluster, market: str, grants: Grants, tmp_path: Path) -> None:
    kubeconfig = grants.kubeconfig(
        grants.user(*roles_of(printed("--secrets", "-n=market", "--kubeconfig", cluster.kubeconfig(tmp_path / "admin"))))
    )
    coverage = scan(kubeconfig, namespaces=("market",), logs=LogPolicy.NONE).coverage
    assert (coverage.gaps, coverage.skipped, coverage.complete) == ((), (), True)


def reported(kubeconfig: str, home: Path, *words: str) -> str:
    """What `kubedx analyze` prints for whom the kubeconfig names."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "KUBECONFIG": kubeconfig}
    done = subprocess.run([*command(), "analyze", *words], env=environment, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout


def offered(report: str) -> list[str]:
    """The flags of the command that a report offers where rights are missing."""
    found = re.search(r"^  kubedx rbac (.*?)\|", report, re.MULTILINE)
    assert found, report
    return found[1].split()


@pytest.mark.parametrize("knows_namespaces", [True, False], ids=["others are known", "others are not known"])
def test_what_is_offered_after_a_fallback_to_a_namespace_closes_the_gap(
    cluster: Cluster, market: str, grants: Grants, tmp_path: Path, knows_namespaces: bool
) -> None:
    """Rights everywhere where the other namespaces are known and refused, else in the namespace of the context."""
    admin = "--kubeconfig", cluster.kubeconfig(tmp_path / "admin")
    roles = without(roles_of(printed(f"-n={market}", *admin)), "services")
    user = grants.user(*(roles if knows_namespaces else without(roles, "namespaces")))
    report = reported(grants.kubeconfig(user, namespace=market), tmp_path, "--logs=none")
    flags = offered(report)
    assert "Could not list (forbidden): Services" in report
    assert flags == ([] if knows_namespaces else [f"--namespace={market}"]) + ["--secrets"]

    grants.take_back()
    granted = grants.kubeconfig(grants.user(*roles_of(printed(*flags, *admin))), namespace=market)
    closed = reported(granted, tmp_path, "--logs=none", *(flag for flag in flags if flag != "--secrets"))
    assert "Could not list" not in closed
    assert "kubedx rbac" not in closed


@pytest.mark.parametrize(
    ("resource", "kind", "blinded"),
    [
        ("pods", "Pod", "service-selects-nothing"),
        ("ingressclasses", "IngressClass", "ingress-class-absent"),
        ("services", "Service", "service-selects-nothing"),
        ("ingresses", "Ingress", "ingress-class-absent"),
        ("secrets", "Secret", "tls-secret-absent"),
    ],
)
def test_a_missing_right_is_a_gap_and_a_skip_and_no_finding(
    cluster: Cluster, market: str, grants: Grants, tmp_path: Path, resource: str, kind: str, blinded: str
) -> None:
    admin = cluster.kubeconfig(tmp_path / "admin")
    roles = roles_of(printed("--filter=Ingress,Service", "--secrets", "--logs", "--kubeconfig", admin))
    every = codes(scan(admin, ("Ingress", "Service")))
    diagnosis = scan(grants.kubeconfig(grants.user(*without(roles, resource))), ("Ingress", "Service"))
    coverage = diagnosis.coverage
    assert [(gap.kind, gap.namespace, gap.verb, gap.reason) for gap in coverage.gaps] == [(kind, "", "list", "forbidden")]
    assert {(skip.code, skip.lacks) for skip in coverage.skipped} >= {(blinded, kind)}
    assert {skip.lacks for skip in coverage.skipped} == {kind}
    assert blinded in every
    assert codes(diagnosis) <= every - {skip.code for skip in coverage.skipped}
    assert not [result for result in diagnosis.results if result.kind == kind]
    assert coverage.complete is (resource == "secrets")


def test_every_right_to_list_is_needed(cluster: Cluster, market: str, grants: Grants, tmp_path: Path) -> None:
    """Each kind that is granted is one that a scan without rights would miss."""
    roles = roles_of(printed("--filter=Ingress", "--secrets", "--kubeconfig", cluster.kubeconfig(tmp_path / "admin")))
    served = {"", *(group["name"] for group in cluster.request("GET", "/apis")[1]["groups"])}
    rules = [rule for role in roles for rule in role["rules"] if "list" in rule["verbs"] and served.issuperset(rule["apiGroups"])]
    granted = {name for rule in rules for name in rule["resources"]}
    bare: Document = roles[0] | {"rules": [{"apiGroups": [""], "resources": ["namespaces"], "verbs": ["list"]}]}
    # By the rules' codes all that they may come to need is read, and not only what a filter turns out to need.
    codes_of_filter = tuple(rule.code for rule in relevant(catalogue(), ("Ingress",)))
    gaps = scan(grants.kubeconfig(grants.user(bare)), codes=codes_of_filter).coverage.gaps
    assert {plural(gap.kind) for gap in gaps} == granted - {"namespaces"}


def plural(kind: str) -> str:
    word = kind.lower()
    return f"{word}es" if word.endswith("ss") else f"{word[:-1]}ies" if word.endswith("cy") else f"{word}s"


def test_the_binding_of_the_comment_is_one(cluster: Cluster, market: str) -> None:
    text = printed("-n=market", "--offline")
    _, _, example = text.partition("in the namespace kubedx:\n#\n")
    bindings = roles_of("".join(line.removeprefix("# ") for line in example.splitlines(keepends=True)))
    assert [binding["kind"] for binding in bindings] == ["RoleBinding", "ClusterRoleBinding"]
    for binding in bindings:
        path = path_of(binding)
        cluster.create(path, binding)
        cluster.request("DELETE", f"{path}/{binding['metadata']['name']}")


@pytest.mark.parametrize("name", ["123", "null", "on", "0x1f", "1e3", "a-b"])
def test_a_namespace_may_have_any_name(cluster: Cluster, name: str) -> None:
    cluster.namespace(name)
    role, *_ = roles_of(printed(f"-n={name}", "--filter=Service", "--offline"))
    assert role["metadata"]["namespace"] == name
    cluster.create(path_of(role), role)


def test_custom_resources_are_named_where_a_cluster_says_which_it_has(
    cluster: Cluster, market: str, grants: Grants, tmp_path: Path
) -> None:
    names = {"plural": "parcels", "singular": "parcel", "kind": "Parcel", "listKind": "ParcelList"}
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    version = {"name": "v1", "served": True, "storage": True, "schema": schema}
    spec = {"group": "post.example.com", "scope": "Namespaced", "names": names, "versions": [version]}
    definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    cluster.create(definitions, {"metadata": {"name": "parcels.post.example.com"}, "spec": spec})
    cluster.until("/apis/post.example.com/v1", lambda answer: "parcels" in str(answer))
    cluster.until("/apis", lambda answer: "post.example.com" in str(answer))
    flags = "--filter=CustomResource", "-n=market"
    named = roles_of(printed(*flags, "--kubeconfig", cluster.kubeconfig(tmp_path / "admin")))
    unnamed = printed(*flags, "--offline")
    role = next(rule for rule in named[0]["rules"] if rule["apiGroups"] == ["post.example.com"])
    assert role == {"apiGroups": ["post.example.com"], "resources": ["parcels"], "verbs": ["list"]}
    assert "Custom resources are left out, as --offline asks" in unnamed
    assert "parcels" not in unnamed
    user = grants.kubeconfig(grants.user(*named))
    assert "Parcel" not in {gap.kind for gap in scan(user, ("CustomResource",), ("market",)).coverage.gaps}
    cluster.request("DELETE", f"{definitions}/parcels.post.example.com")
