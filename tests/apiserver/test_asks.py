"""What rules ask for is answered by a real API server: confirmations of absences, logs, and the logs of whom these name."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from apiserver.cluster import Cluster
from apiserver.grants import Grants, printed, roles_of, without
from apiserver.interposer import Fault, Interposer
from apiserver.interposer import Request as Passed
from apiserver.kubelet import Kubelet
from kubedx.analyzers import AskLog, Hit, LogPolicy, Outcome, Rule, rule
from kubedx.analyzers.evidence import log_lines
from kubedx.findings import Confidence, Diagnosis, EvidenceType, RootCause, Severity
from kubedx.inventory import Found, Inventory, Unknown
from kubedx.kube import GapReason, LogKey, Pod, Ref
from kubedx.pipeline import Request, diagnose
from kubedx.source import Impersonation, LiveSource, Scope, load_cluster

MANY = 60


@pytest.fixture(scope="module")
def harbour(cluster: Cluster) -> str:
    """A namespace with an Ingress to a Service that is there, two to one that is not, and nothing else."""
    namespace = cluster.namespace("harbour")
    service = {"metadata": {"name": "dock"}, "spec": {"type": "ExternalName", "externalName": "dock.example.com"}}
    cluster.create(f"/api/v1/namespaces/{namespace}/services", service)
    for name, backend in (("to-dock", "dock"), ("to-pier", "pier"), ("also-to-pier", "pier")):
        ingress(cluster, namespace, name, backend)
    return namespace


@pytest.fixture(scope="module")
def archipelago(cluster: Cluster) -> str:
    """A namespace with sixty Ingresses, each to a Service of its own that does not exist."""
    namespace = cluster.namespace("archipelago")
    for number in range(MANY):
        ingress(cluster, namespace, f"isle-{number:02}", f"isle-{number:02}")
    return namespace


def ingress(cluster: Cluster, namespace: str, name: str, service: str) -> None:
    path = {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": service, "port": {"number": 80}}}}
    spec = {"rules": [{"host": f"{name}.example.com", "http": {"paths": [path]}}]}
    cluster.create(f"/apis/networking.k8s.io/v1/namespaces/{namespace}/ingresses", {"metadata": {"name": name}, "spec": spec})


def scan(cluster: Cluster, tmp_path: Path, via: Interposer, request: Request, user: str = "") -> Diagnosis:
    """Scan through the interposer, as root or as another user."""
    entry = {"server": via.url, "certificate-authority-data": None}
    kubeconfig = cluster.kubeconfig(tmp_path / "kubeconfig", "root", cluster=entry)
    source = LiveSource(load_cluster(kubeconfig, None, Impersonation(user=user) if user else None, {}))
    try:
        return diagnose(source, request)
    finally:
        source.close()


def found(diagnosis: Diagnosis, code: str) -> list[RootCause]:
    """What a rule found, as the cause of an incident."""
    return [incident.root_cause for incident in diagnosis.incidents if incident.root_cause.code == code]


def confidences(diagnosis: Diagnosis, code: str) -> list[Confidence]:
    return sorted(incident.confidence for incident in diagnosis.incidents if incident.root_cause.code == code)


def stale(cluster: Cluster, missing: str) -> Callable[[Passed, int], Fault | None]:
    """Lists of Services that do not tell of one of them, as a watch cache does that lags behind."""

    def fault(request: Passed, _number: int) -> Fault | None:
        if not re.fullmatch(r"/api/v1/(namespaces/[^/]+/)?services", request.path):
            return None
        _, answer = cluster.request("GET", request.path)
        answer["items"] = [item for item in answer["items"] if item["metadata"]["name"] != missing]
        return Fault(200, {"Content-Type": "application/json"}, json.dumps(answer).encode())

    return fault


def gets_of_services(via: Interposer) -> list[str]:
    matches = (re.fullmatch(r"/api/v1/namespaces/[^/]+/services/(.+)", request.path) for request in via.seen)
    return sorted(match[1] for match in matches if match)


INGRESSES = Request(filters=("Ingress",), scope=Scope(("harbour",)))


def test_what_a_stale_list_hides_is_not_absent(cluster: Cluster, harbour: str, tmp_path: Path, interposer: Interposer) -> None:
    interposer.fault = stale(cluster, "dock")
    diagnosis = scan(cluster, tmp_path, interposer, INGRESSES)
    # Two Ingresses lead to it: that is one incident.
    (cause,) = found(diagnosis, "ingress-service-absent")
    assert cause.cause == Ref("v1", "Service", harbour, "pier")
    assert {result.name for result in diagnosis.results if result.kind == "Ingress"} == {"harbour/to-pier", "harbour/also-to-pier"}
    # One GET for each object that is missing, however many ask.
    assert gets_of_services(interposer) == ["dock", "pier"]


def test_an_absence_that_is_confirmed_is_certain(cluster: Cluster, harbour: str, tmp_path: Path, interposer: Interposer) -> None:
    diagnosis = scan(cluster, tmp_path, interposer, INGRESSES)
    assert set(confidences(diagnosis, "ingress-service-absent")) == {Confidence.CERTAIN}
    assert gets_of_services(interposer) == ["pier"]


@pytest.mark.parametrize(("status", "reason"), [(403, GapReason.FORBIDDEN), (422, GapReason.SERVER_ERROR)])
def test_an_absence_that_cannot_be_confirmed_is_only_likely(
    cluster: Cluster, harbour: str, tmp_path: Path, interposer: Interposer, status: int, reason: GapReason
) -> None:
    interposer.fault = lambda request, _number: Fault(status) if request.path.endswith("/services/pier") else None
    diagnosis = scan(cluster, tmp_path, interposer, INGRESSES)
    assert set(confidences(diagnosis, "ingress-service-absent")) == {Confidence.LIKELY}
    unconfirmed = [gap for gap in diagnosis.coverage.gaps if gap.name]
    assert [(gap.kind, gap.namespace, gap.name, gap.verb, gap.reason) for gap in unconfirmed] == [
        ("Service", "harbour", "pier", "get", reason)
    ]
    assert len(interposer.asked("/services/pier")) == 1


def test_fifty_absences_are_confirmed_and_the_others_are_only_likely(
    cluster: Cluster, archipelago: str, tmp_path: Path, interposer: Interposer
) -> None:
    diagnosis = scan(cluster, tmp_path, interposer, Request(filters=("Ingress",), scope=Scope((archipelago,))))
    assert len(gets_of_services(interposer)) == len(set(gets_of_services(interposer))) == 50
    assert confidences(diagnosis, "ingress-service-absent") == [Confidence.CERTAIN] * 50 + [Confidence.LIKELY] * (MANY - 50)


def test_where_the_whole_may_not_be_listed_each_namespace_is(
    cluster: Cluster, harbour: str, archipelago: str, grants: Grants, tmp_path: Path, interposer: Interposer
) -> None:
    roles = roles_of(printed("--filter=Ingress", f"-n={harbour}", "--secrets", "--offline"))
    diagnosis = scan(cluster, tmp_path, interposer, Request(filters=("Ingress",)), grants.user(*roles))
    namespaces = {result.name.partition("/")[0] for result in diagnosis.results if result.kind == "Ingress"}
    assert namespaces == {harbour}
    assert set(confidences(diagnosis, "ingress-service-absent")) == {Confidence.CERTAIN}
    read = {count.kind: count.namespaces for count in diagnosis.coverage.read}
    assert (read["Ingress"], read["Service"], read["Node"]) == ((harbour,), (harbour,), ())
    unread = {gap.namespace for gap in diagnosis.coverage.gaps if gap.kind == "Ingress"}
    assert archipelago in unread
    assert not {harbour, ""} & unread
    assert not diagnosis.coverage.complete


@pytest.fixture(scope="module")
def kubelet(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kubelet]:
    made = Kubelet(cluster, tmp_path_factory.mktemp("kubelet-asks"), "node-asks", said)
    yield made
    made.close()


SAID = {
    "buyer": b"starting\nERROR getaddrinfo ENOTFOUND partner.example.invalid\n",
    "relay-0": b"cannot reach relay-1\n",
    "relay-1": b"cannot reach relay-2\n",
    "relay-2": b"cannot reach relay-3\n",
    "relay-3": b"disk full\n",
}


def said(pod: str, _container: str, query: Mapping[str, str]) -> tuple[int, bytes]:
    if "previous" in query:
        return 400, b'previous terminated container "app" not found'
    return 200, SAID[pod]


@pytest.fixture(scope="module")
def bazaar(cluster: Cluster, kubelet: Kubelet) -> str:
    """A namespace with a Service that is an alias for a name outside, and a pod that calls it."""
    namespace = cluster.namespace("bazaar")
    alias = {"metadata": {"name": "partner"}, "spec": {"type": "ExternalName", "externalName": "partner.example.invalid"}}
    cluster.create(f"/api/v1/namespaces/{namespace}/services", alias)
    calls = {"name": "app", "env": [{"name": "PARTNER", "value": "http://partner"}]}
    kubelet.run(namespace, "buyer", calls, {"state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}})
    return namespace


ALIASES = Request(filters=("Service",), scope=Scope(("bazaar",)))


def test_the_log_of_a_caller_tells_what_is_wrong(
    cluster: Cluster, bazaar: str, kubelet: Kubelet, tmp_path: Path, interposer: Interposer
) -> None:
    diagnosis = scan(cluster, tmp_path, interposer, ALIASES)
    (cause,) = found(diagnosis, "external-name-unresolvable")
    assert cause.subject == Ref("v1", "Service", bazaar, "partner")
    (line,) = [evidence for evidence in cause.evidence if evidence.type is EvidenceType.LOG]
    assert (line.ref.name, line.value) == ("buyer", "ERROR getaddrinfo ENOTFOUND partner.example.invalid")
    # Several rules may ask for a log; it is read once.
    assert len([request for request in interposer.asked("/pods/buyer/log") if "previous" not in request.query]) == 1


def test_no_log_is_read_where_none_is_wanted(cluster: Cluster, bazaar: str, tmp_path: Path, interposer: Interposer) -> None:
    quiet = scan(cluster, tmp_path, interposer, Request(filters=("Service",), scope=Scope((bazaar,)), logs=LogPolicy.NONE))
    assert not found(quiet, "external-name-unresolvable")
    assert quiet.coverage.gaps == ()
    assert not interposer.asked("/log")


def test_a_log_that_may_not_be_read_is_a_gap_and_nothing_more(
    cluster: Cluster, bazaar: str, grants: Grants, tmp_path: Path, interposer: Interposer
) -> None:
    flags = "--filter=Service", f"-n={bazaar}", "--secrets", "--logs", "--offline"
    granted = scan(cluster, tmp_path, interposer, ALIASES, grants.user(*roles_of(printed(*flags))))
    assert found(granted, "external-name-unresolvable")
    assert granted.coverage.complete
    grants.take_back()
    refused = scan(cluster, tmp_path, interposer, ALIASES, grants.user(*without(roles_of(printed(*flags)), "pods/log")))
    assert not found(refused, "external-name-unresolvable")
    assert {(gap.kind, gap.namespace, gap.name, gap.verb, gap.reason) for gap in refused.coverage.gaps} == {
        ("Pod", bazaar, "buyer", "get log", GapReason.FORBIDDEN)
    }


@rule(on=Pod, severity=Severity.ERROR, added="0.1")
def relay_broken(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A relay cannot reach the next one: follows the logs from one to whom it names, as far as they can be had."""
    if pod.name != "relay-0":
        return
    ref = pod.ref
    for _hop in SAID:
        match inventory.log(ref, "app"):
            case Unknown(reason=""):
                yield AskLog(LogKey(ref, "app", previous=False))
                return
            case Found(object=log) if log.lines:
                yield Hit(message=f"{ref.name} says: {log.lines[-1]}", evidence=(log_lines(ref, "app", log.lines[-1]),), part=ref.name)
                _, _, named = log.lines[-1].partition("cannot reach ")
                ref = Pod.KIND.ref(pod.namespace, named)
            case _:
                return


def test_a_log_that_names_another_has_that_read_for_three_rounds(
    cluster: Cluster, kubelet: Kubelet, tmp_path: Path, interposer: Interposer, monkeypatch: pytest.MonkeyPatch
) -> None:
    namespace = cluster.namespace("relays")
    for name in (name for name in SAID if name.startswith("relay")):
        kubelet.run(namespace, name, {"name": "app"}, {"state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}})
    only: dict[str, Rule] = {relay_broken.code: relay_broken}
    monkeypatch.setattr("kubedx.pipeline.scan.catalogue", lambda: only)
    diagnosis = scan(cluster, tmp_path, interposer, Request(scope=Scope((namespace,))))
    texts = [error.text for result in diagnosis.results for error in result.error]
    assert texts == [f"relay-{number} says: cannot reach relay-{number + 1}" for number in range(3)]
    assert [request.path.split("/")[-2] for request in interposer.asked("/log")] == ["relay-0", "relay-1", "relay-2"]
