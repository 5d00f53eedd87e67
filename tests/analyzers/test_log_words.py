"""The words that error lines of common programs name, and hostile lines."""

import pytest

from kubedx.analyzers.log_reading import last_line, telling
from kubedx.analyzers.log_words import Address, Refusal, address_in, file_in, refusal_in, variable_in


@pytest.mark.parametrize(
    ("line", "address"),
    [
        ("dial tcp db:5432: connect: connection refused", Address("db", 5432)),
        ("request to http://stock:8081/items failed: i/o timeout", Address("stock", 8081)),
        ("request to https://api.example.com failed", Address("api.example.com", 443)),
        ('connection to server at "db" (10.0.0.1), port 5432 failed: Connection refused', Address("db", 5432)),
        ('could not translate host name "db" to address: Name or service not known', Address("db")),
        ("getaddrinfo ENOTFOUND cache-main", Address("cache-main")),
        ("lookup db.shop on 10.96.0.10:53: no such host", Address("db.shop")),
        ("java.net.ConnectException: Connection refused: db/10.0.0.1:5432", Address("db", 5432)),
        ("HTTPConnectionPool(host='stock', port=80): Max retries exceeded", Address("stock", 80)),
        ("amqp://cart:secret@queue:5672/ refused", Address("queue", 5672)),
        ("Error in main.go:12 at 12:30:11", None),
        ('unexpected "}" in /etc/proxy/default.conf:3', None),
    ],
)
def test_addresses(line: str, address: Address | None) -> None:
    assert address_in(line) == address


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("open /etc/cart/cart.yaml: no such file or directory", "/etc/cart/cart.yaml"),
        ("[Errno 13] Permission denied: '/data/photos/.probe'", "/data/photos/.probe"),
        ("GET http://stock/items failed", ""),
    ],
)
def test_files(line: str, path: str) -> None:
    assert file_in(line) == path


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("required setting PAYMENT_KEY is not set", "PAYMENT_KEY"),
        ("KeyError: 'DSN'", "DSN"),
        ("connect ECONNREFUSED 10.0.0.1:80", ""),
        ("SSL: CERTIFICATE_VERIFY_FAILED", ""),
    ],
)
def test_variables(line: str, name: str) -> None:
    assert variable_in(line) == name


def test_a_refusal_of_the_api_server_is_taken_apart() -> None:
    line = 'configmaps is forbidden: User "system:serviceaccount:shop:cart" cannot list resource "configmaps" in API group "" in the namespace "shop"'

    assert refusal_in(line) == Refusal("shop", "cart", "list", "configmaps", "", "shop")
    assert refusal_in("forbidden") is None


@pytest.mark.parametrize("line", ['{"a":' * 5000, "a." * 50_000, "http://" * 10_000, '"' * 50_000, "", " ", "\t\t"])
def test_hostile_lines_are_read_like_others(line: str) -> None:
    told = telling([line, "ERROR disk is full", line])

    assert told is not None
    assert len(told.words) < 1000
    assert len(last_line([line])) < 1000
