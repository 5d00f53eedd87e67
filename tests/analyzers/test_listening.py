"""Where programs say that they listen."""

import pytest

from kubedx.analyzers.listening import listens


@pytest.mark.parametrize(
    ("line", "port", "loopback"),
    [
        ("2026-03-01T10:00:00Z INFO listening on :8081", 8081, False),
        ("Now listening on: http://localhost:8080", 8080, True),
        ("Now listening on: http://[::]:8080", 8080, False),
        ("INFO:     Uvicorn running on http://127.0.0.1:8000 (Press CTRL+C to quit)", 8000, True),
        (" * Running on http://0.0.0.0:5000", 5000, False),
        ("Tomcat started on port(s): 8080 (http) with context path ''", 8080, False),
        ("[INFO] Listening at: http://127.0.0.1:8000 (1)", 8000, True),
        ('LOG:  listening on IPv4 address "0.0.0.0", port 5432', 5432, False),
        ('{"level":"info","msg":"server listening","port":3001}', 3001, False),
        ("gRPC server listening at [::]:50051", 50051, False),
    ],
)
def test_a_line_that_says_where(line: str, port: int, loopback: bool) -> None:
    assert [(one.port, one.loopback) for one in listens([line])] == [(port, loopback)]


@pytest.mark.parametrize(
    "line",
    [
        "connected to 10.96.0.4:5432",
        "dial tcp 127.0.0.1:8080: connect: connection refused",
        "listening for events of db:5432",
        "GET http://stock:8080/items 200",
        "started at 12:00:41",
        "metrics server listening on :9090",
        "pprof is available at http://127.0.0.1:6060/debug/pprof",
        "listening on port 99999",
        "x" * 100_000,
        "listening on " + ":" * 5000,
    ],
)
def test_other_addresses_say_nothing(line: str) -> None:
    assert list(listens([line])) == []
