"""The foot of the report: what was read, what was not, what that hides, and what to type."""

import msgspec
import pytest

from kubedx.findings import Coverage, Diagnosis, ReadCount, Skip
from kubedx.kube import ClusterInfo, Gap, GapReason, Origin
from kubedx.report.seen import Grant
from kubedx.report.text import render_text

NAMESPACES = tuple(f"team-{number:03}" for number in range(200))
FOLDED = "team-000, team-001, team-002, team-003, team-004, team-005 and 194 more"


def foot(healthy: Diagnosis, coverage: Coverage, grant: Grant = Grant(), origin: Origin = Origin.LIVE) -> list[str]:  # noqa: B008  # frozen
    """The lines after the headline, each paragraph on one."""
    told = msgspec.structs.replace(healthy, coverage=coverage, cluster=ClusterInfo(origin, "staging"))
    text = render_text(told, width=120, colour=False, explain=False, grant=grant)
    return text.replace("\n  ", " ").splitlines()[2:]


def headline(healthy: Diagnosis, coverage: Coverage) -> str:
    told = msgspec.structs.replace(healthy, coverage=coverage)
    return render_text(told, width=120, colour=False, explain=False).splitlines()[0]


def forbidden(kind: str, namespace: str = "", *, api_version: str = "v1", verb: str = "list", name: str = "") -> Gap:
    return Gap(api_version, kind, namespace, verb, GapReason.FORBIDDEN, "no", name)


SECRETS = forbidden("Secret")
TLS = Skip("tls-secret-absent", "", "Secrets", "Secret", ("Ingress",), "An Ingress names a TLS Secret that does not exist.")


@pytest.mark.parametrize(
    ("read", "told"),
    [
        ((), "Read 0 objects of 0 kinds."),
        ((ReadCount("v1", "Node", 1),), "Read 1 object of 1 kind (1 Node)."),
        ((ReadCount("v1", "Pod", 2), ReadCount("v1", "Node", 0)), "Read 2 objects of 2 kinds (2 Pods) in all namespaces."),
        (
            (ReadCount("v1", "Pod", 2, ("shop",)), ReadCount("v1", "Node", 1)),
            "Read 3 objects of 2 kinds (2 Pods, 1 Node) in namespace shop.",
        ),
        (
            (ReadCount("v1", "Pod", 2, ("shop",)), ReadCount("v1", "Event", 1, ("shop",)), ReadCount("v1", "Service", 0)),
            "Read 3 objects of 3 kinds (2 Pods, 1 Event) in namespace shop.",
        ),
        (
            (
                ReadCount("v1", "ConfigMap", 3),
                ReadCount("v1", "Endpoints", 2),
                ReadCount("networking.k8s.io/v1", "Ingress", 2),
                ReadCount("networking.k8s.io/v1", "NetworkPolicy", 2, ("cart", "shop")),
            ),
            "Read 9 objects of 4 kinds (3 ConfigMaps, 2 Endpoints, 2 Ingresses, …) in all namespaces; NetworkPolicies in namespaces cart, shop.",
        ),
        (
            (ReadCount("v1", "Pod", 900, NAMESPACES),),
            f"Read 900 objects of 1 kind (900 Pods) in namespaces {FOLDED}.",
        ),
    ],
)
def test_what_was_read_and_where(healthy: Diagnosis, read: tuple[ReadCount, ...], told: str) -> None:
    assert foot(healthy, Coverage(read=read)) == [told]


@pytest.mark.parametrize(
    ("gaps", "told"),
    [
        ([forbidden("Node"), forbidden("Ingress")], "Could not list (forbidden): Nodes, Ingresses."),
        ([forbidden("Pod", "shop"), forbidden("Service", "shop")], "Could not list (forbidden): Pods, Services in namespace shop."),
        ([forbidden("Pod")], "Could not list (forbidden): Pods outside of own."),
        ([forbidden("Secret", "shop", verb="get", name="db")], ""),
        ([forbidden("Pod", "shop", verb="get log", name="a")], "Could not read the log of (forbidden): Pod shop/a."),
        ([forbidden("Node", verb="get", name="a")], "Could not get (forbidden): Node a."),
        ([Gap("v1", "Lease", "", "list", GapReason.NOT_IN_DUMP, "no Lease")], "Not in the dump: Leases."),
        (
            [Gap("v1", "Pod", "shop", "list", GapReason.UNREADABLE, "status.phase:\n expected str.", "cart")],
            "Could not list (unreadable): Pod shop/cart: status.phase: expected str.",
        ),
        (
            [forbidden(kind, namespace) for kind in ("Pod", "Service") for namespace in NAMESPACES],
            f"Could not list (forbidden): Pods, Services in namespaces {FOLDED}.",
        ),
    ],
)
def test_what_could_not_be_read_and_by_which_verb(healthy: Diagnosis, gaps: list[Gap], told: str) -> None:
    read = (ReadCount("v1", "Pod", 1, ("own",)),)
    lines = [line for line in foot(healthy, Coverage(read=read, gaps=tuple(gaps))) if line.startswith(("Could", "Not in"))]
    assert lines == ([told] if told else [])


def test_what_blinds_most_rules_is_named_first(healthy: Diagnosis) -> None:
    gaps = tuple(forbidden(kind) for kind in ("APIService", "Node", "Pod"))
    skips = tuple(Skip(f"rule-{number}", "", "", lacks, ("Service",), "A fault.") for number, lacks in enumerate(["Node", "Pod", "Pod"]))
    assert "Could not list (forbidden): Pods, Nodes, APIServices." in foot(healthy, Coverage(gaps=gaps, skipped=skips))


def test_a_message_of_a_server_does_not_fill_the_page(healthy: Diagnosis) -> None:
    gap = Gap("v1", "Pod", "", "list", GapReason.SERVER_ERROR, "etcd " * 10_000)
    assert len(" ".join(foot(healthy, Coverage(gaps=(gap,))))) < 300


def test_what_nobody_would_notice_is_said_in_words(healthy: Diagnosis) -> None:
    lines = foot(healthy, Coverage(gaps=(SECRETS,), skipped=(TLS,)))
    place = lines.index(
        "Not judged, as Secrets could not be listed: - An Ingress names a TLS Secret that does not exist (tls-secret-absent)."
    )
    assert lines[place + 1 :] == [
        "To list Secrets all the same, which lets their values be read, as an administrator: kubedx rbac --secrets | kubectl apply -f -"
    ]


def test_secrets_that_may_not_be_listed_are_accepted(healthy: Diagnosis) -> None:
    accepted = Coverage(gaps=(SECRETS,), skipped=(TLS,))
    assert accepted.complete
    assert "not everything" not in headline(healthy, accepted)
    assert any("Secrets may not be listed, which is all right" in line for line in foot(healthy, accepted))


@pytest.mark.parametrize(
    "coverage",
    [
        Coverage(gaps=(SECRETS, forbidden("Node"))),
        Coverage(gaps=(Gap("v1", "Secret", "", "list", GapReason.TIMEOUT, "late"),)),
        Coverage(gaps=(SECRETS, Gap("v1", "Secret", "shop", "list", GapReason.UNREADABLE, "odd", "db")), skipped=(TLS,)),
        Coverage(gaps=(forbidden("Secret", api_version="example.com/v1"),)),
        Coverage(gaps=(SECRETS,), skipped=(Skip("called-by-nobody", "", "Pods", "Pod"),)),
    ],
)
def test_no_other_gap_is_accepted(healthy: Diagnosis, coverage: Coverage) -> None:
    assert not coverage.complete
    assert "but not everything could be judged" in headline(healthy, coverage)


def test_faults_of_one_kind_that_was_not_read_are_told_once(healthy: Diagnosis) -> None:
    skips = tuple(
        Skip("webhook-down", "", f"{kind} objects", kind, ("Webhook",), "A webhook is down.")
        for kind in ("RoleBinding", "ClusterRoleBinding")
    )
    (line,) = [line for line in foot(healthy, Coverage(skipped=skips, gaps=(forbidden("RoleBinding"),))) if line.startswith("Not judged")]
    assert line == "Not judged, as RoleBindings, ClusterRoleBindings could not be listed: - A webhook is down (webhook-down)."


def test_many_faults_are_counted_by_what_they_are_faults_of(healthy: Diagnosis) -> None:
    services = [Skip(f"service-{number}", name, "", "Pod", ("Service",), "A fault.") for number in range(9) for name in NAMESPACES]
    skips = (*services, Skip("node-odd", "", "", "Node", ("Node",), "A fault."))
    lines = foot(healthy, Coverage(gaps=(forbidden("Pod"), forbidden("Node")), skipped=skips))
    assert (
        "Not judged, as what they look at could not be read: 10 rules, on Service (9), Node (1); "
        "such faults would go unseen, and -o json names the rules." in lines
    )


def test_an_object_that_cannot_be_read_is_no_missing_right(healthy: Diagnosis) -> None:
    gap = Gap("v1", "Pod", "shop", "list", GapReason.UNREADABLE, "odd", "cart")
    lines = foot(healthy, Coverage(gaps=(gap,), skipped=(Skip("a", "shop", "", "Pod", ("Service",), "A fault."),)))
    assert "Not judged in namespace shop, as not every Pod could be read: - A fault (a)." in lines
    assert not any("kubedx rbac" in line for line in lines)


def test_the_line_to_type_has_the_flags_of_the_scan(healthy: Diagnosis) -> None:
    grant = Grant("kubedx rbac --namespace=shop --context=staging", "kubectl --context=staging apply -f -")
    lines = foot(healthy, Coverage(gaps=(SECRETS, forbidden("Node"))), grant)
    note = "--secrets lets the values of Secrets be read; leave it out to go on without."
    typed = "kubedx rbac --namespace=shop --context=staging --secrets | kubectl --context=staging apply -f -"
    assert [line for line in lines if "To grant" in line] == [
        f"To grant what is missing, as an administrator (the comments that it prints say how to bind it): {typed} {note}"
    ]


@pytest.mark.parametrize("origin", [Origin.DUMP, Origin.DEMO])
def test_nobody_grants_rights_on_a_dump(healthy: Diagnosis, origin: Origin) -> None:
    assert not any("rbac" in line for line in foot(healthy, Coverage(gaps=(forbidden("Node"),)), origin=origin))


@pytest.mark.parametrize("reason", [reason for reason in GapReason if reason is not GapReason.FORBIDDEN])
def test_rights_are_offered_only_where_they_are_missing(healthy: Diagnosis, reason: GapReason) -> None:
    assert not any("rbac" in line for line in foot(healthy, Coverage(gaps=(Gap("v1", "Pod", "", "list", reason, "x"),))))
