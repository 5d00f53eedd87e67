"""Quantities, by the examples of the Kubernetes documentation."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubedx.kube import format_quantity, parse_quantity

# https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#meaning-of-memory
ROUGHLY_THE_SAME = ["128974848", "129e6", "129M", "128974848000m", "123Mi"]


def test_memory_that_is_roughly_the_same() -> None:
    amounts = [parse_quantity(written) for written in ROUGHLY_THE_SAME]

    assert amounts == [Decimal(128974848), Decimal(129000000), Decimal(129000000), Decimal(128974848), Decimal(128974848)]


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        # https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#meaning-of-cpu
        ("0.1", "0.1"),
        ("100m", "0.1"),
        ("1.0", "1"),
        ("1000m", "1"),
        ("0.005", "0.005"),
        ("5m", "0.005"),
        # the same page: "if you request 400m of memory, this is a request for 0.4 bytes"
        ("400m", "0.4"),
        ("400Mi", "419430400"),
        ("400M", "400000000"),
        # https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
        ("1.5", "1.5"),
        ("1500m", "1.5"),
        ("1.5Gi", "1610612736"),
        ("1536Mi", "1610612736"),
        # its grammar
        ("1Ki", "1024"),
        ("1Mi", "1048576"),
        ("1Gi", "1073741824"),
        ("1Ti", "1099511627776"),
        ("1Pi", "1125899906842624"),
        ("1Ei", "1152921504606846976"),
        ("1n", "1e-9"),
        ("1u", "1e-6"),
        ("1m", "1e-3"),
        ("1k", "1000"),
        ("1M", "1000000"),
        ("1G", "1e9"),
        ("1T", "1e12"),
        ("1P", "1e15"),
        ("1E", "1e18"),
        ("1E3", "1000"),
        ("1e-3", "0.001"),
        ("+1", "1"),
        ("-1.5Ki", "-1536"),
        (".5", "0.5"),
        ("5.", "5"),
        ("0", "0"),
        ("0e99", "0"),
        # "Numbers larger or more precise will be capped or rounded up", of the same page
        ("10E", "9223372036854775807"),
        ("-10E", "-9223372036854775807"),
        ("1e400", "9223372036854775807"),
        ("1e-400", "1e-9"),
        ("0.1n", "1e-9"),
        ("-0.1n", "-1e-9"),
    ],
)
def test_written(written: str, amount: str) -> None:
    assert parse_quantity(written) == Decimal(amount)


@pytest.mark.parametrize(("written", "amount"), [(2, "2"), (0, "0"), (1.5, "1.5"), (1e22, "9223372036854775807")])
def test_bare_numbers(written: float, amount: str) -> None:
    assert parse_quantity(written) == Decimal(amount)


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "1 Gi",
        " 1",
        "1\n",
        "1gi",
        "1KI",
        "Ki",
        "1i",
        "1Kib",
        "1e",
        "1e1.5",
        "1e3Ki",
        "--1",
        "1.1.1",
        ".",
        "0x10",
        "1_000",
        "١",
        "nan",
        "inf",
        "1" * 101,
        True,
        float("nan"),
        float("inf"),
    ],
)
def test_what_is_no_quantity(written: str | float) -> None:
    with pytest.raises(ValueError, match="is no quantity"):
        parse_quantity(written)


@given(
    st.one_of(st.text(), st.integers(), st.floats(), st.from_regex(r"[+-]?[0-9]{1,30}(\.[0-9]{0,30})?([eE][+-]?[0-9]{1,9}|[numkMGTPE]i?)?"))
)
@settings(max_examples=200, deadline=None, database=None, derandomize=True)
def test_any_answer_is_bounded(written: str | float) -> None:
    try:
        amount = parse_quantity(written)
    except ValueError:
        return
    assert abs(amount) <= 2**63 - 1
    assert amount == 0 or abs(amount) >= Decimal("1e-9")
    assert len(f"{amount:f}") < 40


@pytest.mark.parametrize(
    ("amount", "resource", "shown"),
    [
        ("0.5", "cpu", "500m"),
        ("2.5", "cpu", "2.5"),
        ("16", "cpu", "16"),
        ("110", "pods", "110"),
        ("0.0005", "cpu", "0.5m"),
        ("0", "cpu", "0"),
        ("-0.25", "cpu", "-250m"),
        ("134217728", "memory", "128Mi"),
        ("1610612736", "memory", "1.5Gi"),
        ("1000", "memory", "1000"),
        ("1048576", "limits.memory", "1Mi"),
        ("10737418240", "requests.storage", "10Gi"),
        ("10737418240", "fast.storageclass.storage.k8s.io/requests.storage", "10Gi"),
        ("2097152", "hugepages-2Mi", "2Mi"),
        ("0", "memory", "0"),
        ("100", "", "100"),
    ],
)
def test_for_people(amount: str, resource: str, shown: str) -> None:
    assert format_quantity(Decimal(amount), resource) == shown


def test_an_answer_that_is_remembered_is_not_that_of_another_type() -> None:
    assert parse_quantity(1) == 1

    with pytest.raises(ValueError, match="no quantity"):
        parse_quantity(True)
