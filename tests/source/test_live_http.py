"""The HTTP client against servers of this machine that behave badly: counts of requests, never times."""

import gzip
import http.server
import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kubedx.errors import ClusterUnreachable, ConfigError, Unauthorized
from kubedx.kube import GapReason, Kind, Listed, Pod
from kubedx.source import ClusterAccess, Impersonation, LiveSource, Scope
from kubedx.source.access import Identity
from kubedx.source.credentials import FixedCredentials
from kubedx.source.http_client import ApiClient
from kubedx.source.http_retry import Response, TimedOut

Answer = Callable[["Handler"], None]


class Handler(http.server.BaseHTTPRequestHandler):
    """Gives the answers of its server, one after another, the last for ever."""

    server: "Server"
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        with self.server.lock:
            self.server.seen.append((self.path, dict(self.headers)))
            self.server.peers.add(self.client_address)
            answers = self.server.answers
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
        answer(self)

    def log_message(self, *args: object) -> None:
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = threading.Lock()
        self.answers: list[Answer] = [says(b"{}")]
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.peers: set[Any] = set()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.released = threading.Event()


def says(body: bytes, status: int = 200, **headers: str) -> Answer:
    def answer(handler: Handler) -> None:
        handler.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def chunks(*parts: bytes, end: bytes = b"0\r\n\r\n") -> Answer:
    def answer(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for part in parts:
            handler.wfile.write(b"%x\r\n%b\r\n" % (len(part), part))
        handler.wfile.write(end)
        handler.close_connection = True

    return answer


def hangs_up(handler: Handler) -> None:
    handler.close_connection = True


def answers_then_hangs_up(handler: Handler) -> None:
    """As a server does whose idle time is over: it does not say that it will close."""
    says(b"{}")(handler)
    handler.wfile.flush()
    handler.close_connection = True


def never(handler: Handler) -> None:
    handler.server.released.wait(60)
    handler.close_connection = True


def begins(handler: Handler) -> None:
    """Sends a little of a body for ever."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    while not handler.server.released.wait(0.02):
        try:
            handler.wfile.write(b" ")
        except OSError:
            break
    handler.close_connection = True


def floods(handler: Handler) -> None:
    """Sends a body without a length, for ever."""
    handler.send_response(200)
    handler.end_headers()
    handler.close_connection = True
    while not handler.server.released.wait(0.001):
        try:
            handler.wfile.write(b" " * 1000)
        except OSError:
            break


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield running
    running.released.set()
    running.shutdown()
    running.server_close()


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kubedx.source.http_retry._PAUSE_SECONDS", 0.001)
    monkeypatch.setattr("kubedx.source.http_retry._MAX_WAIT_SECONDS", 0.001)


def access(server: str, **more: Any) -> ClusterAccess:
    return ClusterAccess(name="test", server=server, credentials=more.pop("credentials", FixedCredentials(Identity())), **more)


def get(server: Server, path: str = "/api", deadline: float | None = None, **more: Any) -> Response:
    client = ApiClient(access(server.url, **more))
    try:
        return client.get(path, deadline=deadline)
    finally:
        client.close()


def test_connections_are_kept(server: Server) -> None:
    client = ApiClient(access(server.url))
    for _ in range(3):
        assert client.get("/api").body == b"{}"
    client.close()
    assert len(server.peers) == 1


def test_a_kept_connection_that_the_server_gave_up_is_replaced(server: Server) -> None:
    server.answers = [answers_then_hangs_up]
    client = ApiClient(access(server.url))
    for _ in range(4):
        assert client.get("/api").body == b"{}"
    client.close()
    assert len(server.seen) == 4


@pytest.mark.parametrize(
    "broken",
    [
        hangs_up,
        says(b"{}", Content_Length="100", Connection="close"),
        chunks(b"{", end=b""),
        chunks(b"{", end=b"5\r\n}"),
        says(b"no gzip", Content_Encoding="gzip"),
        says(gzip.compress(b"{}" * 1000)[:-20], Content_Encoding="gzip"),
    ],
)
def test_a_cut_answer_is_asked_for_again(server: Server, broken: Answer) -> None:
    def once(handler: Handler) -> None:
        broken(handler)
        handler.close_connection = True

    server.answers = [once, once, says(b"{}")]
    assert get(server).body == b"{}"
    assert len(server.seen) == 3


def test_an_answer_that_is_always_cut_ends_in_an_error(server: Server) -> None:
    server.answers = [hangs_up]
    with pytest.raises(ClusterUnreachable, match=r"cut the connection before it had answered"):
        get(server)
    assert len(server.seen) == 3


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_error_is_tried_again_twice(server: Server, status: int) -> None:
    server.answers = [says(b"no", status), says(b"no", status), says(b"{}")]
    assert get(server).status == 200
    server.answers = [says(b"no", status)]
    del server.seen[:]
    assert get(server).status == status
    assert len(server.seen) == 3


@pytest.mark.parametrize(("status", "retry_after"), [(429, "1"), (429, "never"), (503, "1"), (429, "100000")])
def test_a_server_that_is_busy_is_waited_for_but_not_for_ever(server: Server, status: int, retry_after: str) -> None:
    busy = says(b"busy", status, Retry_After=retry_after)
    server.answers = [busy, busy, busy, says(b"{}")]
    assert get(server).status == 200
    server.answers = [busy]
    del server.seen[:]
    assert get(server).status == status
    assert len(server.seen) == 6


@pytest.mark.parametrize("status", [400, 403, 404, 410])
def test_a_refusal_is_an_answer(server: Server, status: int) -> None:
    server.answers = [says(b"no", status)]
    assert get(server).status == status
    assert len(server.seen) == 1


class Renewable:
    """Credentials that are good after some renewals."""

    def __init__(self, good_after: int) -> None:
        self.renewals, self._good_after = 0, good_after

    def identity(self, deadline: float | None = None) -> Identity:
        return Identity("Bearer good" if self.renewals >= self._good_after else f"Bearer bad-{self.renewals}")

    def renew(self, rejected: Identity, deadline: float | None = None) -> bool:
        self.renewals += 1
        return self.identity() != rejected

    def describe(self) -> str:
        return "token"


def test_credentials_are_renewed_once(server: Server) -> None:
    def checks(handler: Handler) -> None:
        says(b"{}", 200 if handler.headers["Authorization"] == "Bearer good" else 401)(handler)

    server.answers = [checks]
    assert get(server, credentials=Renewable(1)).status == 200
    with pytest.raises(Unauthorized, match="the token of context 'test' is wrong or has expired"):
        get(server, credentials=Renewable(2))
    with pytest.raises(Unauthorized, match="has no credentials"):
        get(server)
    assert len(server.seen) == 2 + 2 + 1


def test_what_a_request_says(server: Server) -> None:
    whom = Impersonation("jänner", ("dev", "ops"), "7", {"Example.com/Team": ("a", "b")})
    server.answers = [lambda handler: says(repr(handler.headers.items()).encode())(handler)]
    client = ApiClient(access(f"{server.url}/k8s/clusters/c-1", impersonate=whom))
    sent = client.get("/api/v1/pods", {"fieldSelector": "metadata.namespace!=a b"}).body.decode()
    client.close()
    assert server.seen[0][0] == "/k8s/clusters/c-1/api/v1/pods?fieldSelector=metadata.namespace%21%3Da+b"
    for header in (
        ("Impersonate-Group", "dev"),
        ("Impersonate-Group", "ops"),
        ("Impersonate-Uid", "7"),
        ("Impersonate-Extra-example.com%2Fteam", "a"),
        ("Impersonate-Extra-example.com%2Fteam", "b"),
        ("Accept-Encoding", "identity"),
    ):
        assert repr(header) in sent
    assert server.seen[0][1]["Impersonate-User"].encode("latin-1").decode() == "jänner"


def test_compressed_answers_are_understood(server: Server) -> None:
    server.answers = [says(gzip.compress(b"[1]"), Content_Encoding="gzip")]
    assert get(server).body == b"[1]"


def test_a_plain_server_behind_a_proxy(server: Server) -> None:
    client = ApiClient(access("http://shop.example:8080/prefix", proxy=server.url.replace("//", "//me:secret@")))
    assert client.get("/api").body == b"{}"
    client.close()
    ((target, headers),) = server.seen
    assert target == "http://shop.example:8080/prefix/api"
    assert headers["Host"] == "shop.example:8080"
    assert headers["Proxy-Authorization"] == "Basic bWU6c2VjcmV0"
    assert headers["Accept-Encoding"] == "gzip"


@pytest.mark.parametrize("answer", [never, begins, floods], ids=["nothing comes", "a little comes for ever", "no length and no end"])
def test_the_deadline_ends_a_request(server: Server, answer: Answer) -> None:
    server.answers = [answer]
    with pytest.raises(TimedOut, match="did not answer within the time limit"):
        get(server, deadline=time.monotonic() + 0.1)


@pytest.mark.parametrize("answer", [never, begins])
def test_one_request_may_take_no_longer_than_asked(server: Server, answer: Answer) -> None:
    server.answers = [answer]
    with pytest.raises(TimedOut, match=r"--request-timeout$"):
        get(server, request_seconds=0.05)
    assert len(server.seen) == 1


def test_no_wait_goes_beyond_the_deadline(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kubedx.source.http_retry._MAX_WAIT_SECONDS", 3600.0)
    server.answers = [says(b"busy", 429, Retry_After="3600")]
    with pytest.raises(TimedOut):
        get(server, deadline=time.monotonic() + 10)
    assert len(server.seen) == 1


def test_closing_ends_what_is_under_way(server: Server) -> None:
    server.answers = [never]
    client = ApiClient(access(server.url))
    threading.Timer(0.05, client.close).start()
    with pytest.raises(ClusterUnreachable):
        client.get("/api")
    client.close()
    with pytest.raises(ClusterUnreachable, match="was closed"):
        client.get("/api")


def refused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@pytest.mark.parametrize(
    ("url", "match"),
    [
        ("http://127.0.0.1:{port}", "refuses connections; check that it runs"),
        ("http://no-such-host.invalid:{port}", "has no address in DNS"),
        ("https://[::1]:{port}", r"https://\[::1\]:\d+ (refuses connections|cannot be reached)"),
    ],
)
def test_servers_that_cannot_be_reached(url: str, match: str) -> None:
    client = ApiClient(access(url.format(port=refused_port())))
    with pytest.raises(ClusterUnreachable, match=match):
        client.get("/api")
    client.close()


def test_tls_to_a_server_that_speaks_none(server: Server) -> None:
    client = ApiClient(access(server.url.replace("http", "https")))
    with pytest.raises(ClusterUnreachable, match="does not speak TLS"):
        client.get("/api")
    client.close()


@pytest.mark.parametrize(
    ("url", "match"),
    [
        ("ftp://shop.example", "no http or https URL"),
        ("https://", "no http or https URL"),
        ("https://shop.example:port", "is no URL"),
        ("https://me:secret@shop.example", "has a user name in its URL"),
    ],
)
def test_servers_that_are_no_url(url: str, match: str) -> None:
    with pytest.raises(ConfigError, match=match) as caught:
        ApiClient(access(url))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "match"), [("socks5://p:1", "socks5 proxy"), ("nonsense", "cannot be understood"), ("http://p:x", "cannot be")]
)
def test_proxies_that_cannot_be_used(url: str, match: str) -> None:
    with pytest.raises(ConfigError, match=match):
        ApiClient(access("https://shop.example", proxy=url))


def test_a_web_page_is_no_cluster(server: Server) -> None:
    server.answers = [says(b"<html>sign in</html>", Content_Type="text/html")]
    live = LiveSource(access(server.url))
    with pytest.raises(ClusterUnreachable, match="no list could be read"):
        live.read([Pod.KIND], Scope())
    live.close()


def test_a_list_that_is_hostile_is_a_gap(server: Server) -> None:
    def by_path(handler: Handler) -> None:
        bodies = {
            "/api/v1/pods": b"\xff\xfe" * 10,
            "/api/v1/services": b"[" * 100_000,
            "/api/v1/nodes": b'{"items":[{"metadata":{"name":"n"},"spec":{"taints":3}},{"metadata":{"name":"good"}}]}',
        }
        says(bodies.get(handler.path.partition("?")[0], b"null"))(handler)

    server.answers = [by_path]
    live = LiveSource(access(server.url))
    nodes, services = Kind("v1", "Node", "nodes", namespaced=False), Kind("v1", "Service", "services")
    reading = live.read([Pod.KIND, nodes, services], Scope())
    live.close()
    assert {(gap.kind, gap.name, gap.reason) for gap in reading.gaps} == {
        ("Pod", "", GapReason.UNREADABLE),
        ("Service", "", GapReason.UNREADABLE),
        ("Node", "n", GapReason.UNREADABLE),
    }
    assert reading.listed == {Listed(nodes.group_kind)}
    assert [found.name for found in reading.objects[nodes.group_kind]] == ["good"]


@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT")
def test_control_c_ends_a_reading(server: Server) -> None:
    server.answers = [never]
    script = f"""
        from kubedx.kube import Pod
        from kubedx.source import ClusterAccess, LiveSource, Scope
        from kubedx.source.access import Identity
        from kubedx.source.credentials import FixedCredentials
        live = LiveSource(ClusterAccess("test", {server.url!r}, FixedCredentials(Identity())))
        try:
            live.read([Pod.KIND], Scope())
        except KeyboardInterrupt:
            live.close()
            raise SystemExit(130)
    """
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], stderr=subprocess.PIPE)
    while len(server.seen) < 2:
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert errors == b""
