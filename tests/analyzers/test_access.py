"""The rights that a scan needs follow from what its rules declare."""

from collections.abc import Iterator

from kubedx.analyzers import Outcome, Right, Rule, access, catalogue, kinds_of, reads_custom_resources, relevant, rule
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import ConfigMap, Event, Ingress, Kind, Namespace, Node, Pod, RawObject, Secret, Service

DECLARED = ("get", "list")
WIDGET = Kind("example.com/v1", "Widget", "widgets")
REGION = Kind("example.com/v1", "Region", "regions", namespaced=False)


@rule(on=Service, reads=(Node, Secret), consults=(ConfigMap,), severity=Severity.ERROR, added="0.1")
def odd_service(service: Service, inventory: Inventory) -> Iterator[Outcome]:
    """A Service is odd."""
    yield from ()


@rule(on=Ingress, reads=(Pod,), severity=Severity.ERROR, added="0.1")
def odd_ingress(ingress: Ingress, inventory: Inventory) -> Iterator[Outcome]:
    """An Ingress is odd."""
    yield from ()


def resources(rights: tuple[Right, ...], verb: str) -> set[str]:
    return {name for right in rights if verb in right.verbs for name in right.resources}


def test_what_rules_declare_is_listed_and_got_and_what_the_pipeline_wants_is_listed() -> None:
    granted = access([odd_service])
    assert granted.cluster_scoped == (Right("", DECLARED, ("namespaces", "nodes")),)
    assert granted.namespaced == (Right("", DECLARED, ("configmaps", "services")), Right("", ("list",), ("events",)))


def test_the_owners_of_pods_are_listed() -> None:
    granted = access([odd_ingress])
    assert resources(granted.namespaced, "list") - resources(granted.namespaced, "get") >= {"deployments", "replicasets", "jobs", "events"}


def test_secrets_are_granted_on_demand_alone_and_only_where_a_rule_reads_them() -> None:
    assert (access([odd_service]).secrets, access([odd_service]).wants_secrets) == ((), True)
    assert access([odd_service], secrets=True).secrets == (Right("", DECLARED, ("secrets",)),)
    assert (access([odd_ingress], secrets=True).secrets, access([odd_ingress]).wants_secrets) == ((), False)


def test_logs_are_granted_on_demand_alone_and_only_where_there_are_pods() -> None:
    assert "pods/log" not in resources(access([odd_ingress]).namespaced, "get")
    assert Right("", ("get",), ("pods/log",)) in access([odd_ingress], logs=True).namespaced
    assert "pods/log" not in resources(access([odd_service], logs=True).namespaced, "get")


def test_custom_kinds_are_listed() -> None:
    granted = access([odd_service], [WIDGET, REGION])
    assert Right("example.com", ("list",), ("widgets",)) in granted.namespaced
    assert Right("example.com", ("list",), ("regions",)) in granted.cluster_scoped


def test_every_kind_of_the_catalogue_is_granted_once_and_none_besides() -> None:
    rules = tuple(catalogue().values())
    granted = access(rules, secrets=True, logs=True)
    everything = granted.cluster_scoped + granted.namespaced + granted.secrets
    pairs = sorted((right.group, name) for right in everything for name in right.resources if "/" not in name)
    assert pairs == sorted((kind.group, kind.plural) for kind in kinds_of(rules))
    assert {verb for right in everything for verb in right.verbs} == {"get", "list"}
    assert "*" not in {word for right in everything for word in (right.group, *right.resources)}


def test_no_rules_need_what_the_pipeline_wants() -> None:
    assert kinds_of(()) == (Event.KIND, Namespace.KIND)
    assert resources(access(()).cluster_scoped, "list") == {"namespaces"}


def test_rules_on_custom_resources_ask_which_there_are() -> None:
    chosen: dict[str, Rule] = dict(catalogue())
    assert reads_custom_resources(relevant(chosen, ["CustomResource"]))
    assert not reads_custom_resources([odd_service, odd_ingress])
    assert any(RawObject in one.on for one in chosen.values())
