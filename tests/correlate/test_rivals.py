"""Where two causes explain one symptom both are said, with what tells them apart; where the evidence settles it, one."""

import pytest

from correlate.shop import CRASHES, PULL_FAILS, Objects, incidents_of, node, workload
from kubedx.findings import Confidence, Incident

CALLS_DB = {"DB": "http://db:80"}
UNREADY = {"running": {"startedAt": "2026-03-01T10:00:00Z"}}


def rivals(incident: Incident) -> list[tuple[str, Confidence, str]]:
    return [(f"{one.root_cause.code} {one.root_cause.subject}", one.confidence, one.decide) for one in incident.rivals]


def database_down(*callers: str) -> Objects:
    parts = [node("n1"), *workload("db", state=PULL_FAILS)]
    return parts + [part for name in callers for part in workload(name, env=CALLS_DB, state=CRASHES)]


def test_a_crash_of_which_only_the_exit_code_is_known_may_have_a_reason_of_its_own() -> None:
    (incident,) = incidents_of(database_down("cart"))

    assert incident.root_cause.code == "image-pull-failed"
    assert incident.confidence is Confidence.CERTAIN
    log = "kubectl -n shop logs cart-0 --container=cart --tail=50 --previous"
    assert rivals(incident) == [("container-crashes Deployment shop/cart", Confidence.POSSIBLE, log)]
    assert [one.code for one in incident.symptoms if one.id in incident.rivals[0].explains] == ["container-crashes"]


@pytest.mark.parametrize("line", ["ERROR dial tcp: connect db:80: connection refused", "giving up on db after 30 attempts"])
def test_a_log_that_names_the_callee_settles_it(line: str) -> None:
    (incident,) = incidents_of(database_down("cart"), {"shop/cart-0/cart": line})

    assert incident.root_cause.subject.name == "db"
    assert incident.rivals == ()


def test_callers_that_all_fail_do_not_all_fail_for_reasons_of_their_own() -> None:
    (incident,) = incidents_of(database_down("cart", "quote", "stock"))

    assert incident.rivals == ()


def test_a_callee_that_is_sound_is_no_rival() -> None:
    """A bystander that the caller names too."""
    env = CALLS_DB | {"STOCK": "http://stock:80"}
    cluster = [node("n1"), *workload("db", state=PULL_FAILS), *workload("stock"), *workload("cart", env=env, state=CRASHES)]
    (incident,) = incidents_of(cluster, {"shop/cart-0/cart": "ERROR dial tcp: connect db:80: connection refused"})

    assert incident.root_cause.subject.name == "db"
    assert incident.rivals == ()


def test_a_node_that_would_explain_some_pods_is_a_rival_of_what_all_have() -> None:
    cart = workload("cart", state=CRASHES, node="n2")
    other = workload("cart", state=CRASHES, node="n3")[2]
    other["metadata"] |= {"name": "cart-1", "uid": "other"}
    found = incidents_of([node("n1"), node("n2", ready="Unknown"), node("n3"), *cart, other])
    crash = next(one for one in found if one.root_cause.code == "container-crashes")

    log_beyond_its_reach = "kubectl -n shop logs cart-1 --container=cart --tail=50 --previous"
    assert rivals(crash) == [("node-not-ready Node n2", Confidence.POSSIBLE, log_beyond_its_reach)]
    assert "root" in crash.rivals[0].explains
    assert crash.confidence is Confidence.LIKELY


def test_a_broken_node_beside_is_no_rival() -> None:
    found = incidents_of([node("n1"), node("n2", ready="Unknown"), *workload("cart", state=CRASHES, node="n1")])
    crash = next(one for one in found if one.root_cause.code == "container-crashes")

    assert crash.rivals == ()
    assert crash.confidence is Confidence.CERTAIN


def test_what_tells_two_causes_apart_is_read_from_the_pods_and_not_from_their_workload() -> None:
    down = [*workload("db", state=PULL_FAILS), *workload("stock", state=PULL_FAILS)]
    cart = workload("cart", env=CALLS_DB | {"STOCK": "http://stock:80"}, state=CRASHES)
    log = "ERROR dial tcp: connect db:80: connection refused\nERROR dial tcp: connect stock:80: connection refused"
    first, second = incidents_of([node("n1"), *down, *cart], {"shop/cart-0/cart": log})

    command = "kubectl -n shop logs cart-0 --container=cart --tail=50 --previous"
    assert {one.decide for incident in (first, second) for one in incident.rivals} == {command}
