"""What was probably meant by a name that does not exist."""

import pytest

from kubedx.analyzers.near_miss import describe_nearest, did_you_mean, nearest, nearest_few, nearest_object, nearest_objects
from kubedx.inventory import Inventory
from kubedx.kube import Secret, ServiceAccount, StorageClass
from kubedx.testing import build, reading_of


@pytest.mark.parametrize(
    ("word", "candidates", "meant"),
    [
        ("DB-Password", ["db_password", "db-user"], "db_password"),
        ("service", ["services", "servant"], "services"),
        ("chekout", ["checkout", "cart"], "checkout"),
        ("httddd", ["httpd", "nginx"], "httpd"),
        ("catr", ["cart", "care"], "cart"),
        ("card", ["cart", "care"], None),
        ("api", ["app", "web"], None),
        ("wbe", ["web", "tls"], "web"),
        ("db1", ["db2"], None),
        ("v1.2", ["v1.3"], None),
        ("orders-db", ["orders", "cart"], "orders"),
        ("cart-tls", ["cart-cert", "web"], "cart-cert"),
        ("db-1", ["db-2"], None),
        ("cart", ["cart"], None),
        ("cart", ["basket", "ledger"], None),
        ("cart", ["cart-a", "cart-b"], None),
        ("", ["cart"], None),
        ("cart", [], None),
    ],
)
def test_the_nearest_name(word: str, candidates: list[str], meant: str | None) -> None:
    assert nearest(word, candidates) == meant


def test_a_crowd_of_names_is_cut_off_and_long_names_end_soon() -> None:
    assert nearest("cart", (f"x{number}" for number in range(10_000))) is None
    assert nearest("a" * 5000, ["b" * 5000]) is None


def test_an_object_of_that_very_name_in_one_other_namespace_is_near() -> None:
    inventory = Inventory(reading_of([build(Secret, "bank/db"), build(Secret, "shop/redis")]))

    meant = nearest_object(inventory, Secret, "shop", "db")

    assert str(meant) == "Secret bank/db"
    assert describe_nearest(meant, "shop") == '; there is one in namespace "bank"'


def test_in_two_other_namespaces_nobody_knows_which_was_meant() -> None:
    inventory = Inventory(reading_of([build(Secret, "bank/db"), build(Secret, "shop/redis"), build(Secret, "store/db")]))

    assert nearest_object(inventory, Secret, "shop", "db") is None
    assert describe_nearest(None, "shop") == ""


def test_what_was_meant_is_a_question() -> None:
    here = Inventory(reading_of([build(Secret, "shop/db-login"), build(StorageClass, "fast-ssd")]))

    assert describe_nearest(nearest_object(here, Secret, "shop", "dblogin"), "shop") == '; did you mean "db-login" in this namespace?'
    assert describe_nearest(nearest_object(here, StorageClass, "", "fast"), "") == '; did you mean "fast-ssd"?'
    assert did_you_mean("dsn") == '; did you mean "dsn"?'
    assert did_you_mean(None) == ""


def test_the_own_namespace_comes_first() -> None:
    inventory = Inventory(reading_of([build(ServiceAccount, "bank/cart"), build(ServiceAccount, "shop/carts")]))

    assert str(nearest_object(inventory, ServiceAccount, "shop", "cart")) == "ServiceAccount shop/carts"


def test_a_kind_without_namespaces() -> None:
    inventory = Inventory(reading_of([build(StorageClass, "fast-ssd")]))

    assert str(nearest_object(inventory, StorageClass, "", "fast")) == "StorageClass fast-ssd"


def test_two_that_are_as_near_are_both_said_and_neither_is_taken_for_what_was_meant() -> None:
    inventory = Inventory(reading_of([build(Secret, name) for name in ("shop/db-a", "shop/db-b", "a/mail", "b/mail")]))
    near = nearest_objects(inventory, Secret, "shop", "db")
    elsewhere = nearest_objects(inventory, Secret, "shop", "mail")

    assert describe_nearest(near, "shop") == '; did you mean "db-a" or "db-b" in this namespace?'
    assert describe_nearest(elsewhere, "shop") == '; there is one in namespace "a" and namespace "b"'
    assert nearest_object(inventory, Secret, "shop", "db") is None
    assert did_you_mean(nearest_few("card", ["care", "cart"])) == '; did you mean "care" or "cart"?'
    assert did_you_mean(nearest_few("card", ["care", "cart", "carp"])) == ""
