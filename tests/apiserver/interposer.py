"""A plain HTTP server in front of the API server: it writes down what passes, and answers wrongly where a test says so."""

import http.client
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Request:
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    method: str = "GET"


@dataclass(frozen=True)
class Fault:
    """What to do instead of passing an answer on: give another one, cut it in its middle, or never answer."""

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut: bool = False
    hang: bool = False


class Interposer:
    def __init__(self, server: str, authority: bytes) -> None:
        self.seen: list[Request] = []
        self.answers: list[bytes] = []
        self.fault: Callable[[Request, int], Fault | None] = lambda _request, _number: None
        self.rewrite: Callable[[dict[str, str]], dict[str, str]] = lambda headers: headers
        self.released = threading.Event()
        self._target = urlsplit(server)
        self._context = ssl.create_default_context(cadata=authority.decode())
        self._context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        interposer = self

        class Handler(_Handler):
            owner = interposer

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.released.set()
        self._http.shutdown()
        self._http.server_close()

    def asked(self, end: str) -> list[Request]:
        """The requests whose path ends so."""
        return [request for request in self.seen if request.path.endswith(end)]

    def forward(self, method: str, target: str, headers: dict[str, str], document: bytes | None) -> tuple[int, Any, bytes]:
        connection = http.client.HTTPSConnection(str(self._target.hostname), self._target.port, context=self._context, timeout=30)
        connection.request(method, target, document, headers=self.rewrite(headers))
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response.status, response.headers, body


class _Handler(BaseHTTPRequestHandler):
    owner: Interposer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(url.query).items()}
        request = Request(url.path, query, dict(self.headers), self.command)
        document = self.rfile.read(int(self.headers["Content-Length"])) if self.command == "POST" else None
        self.owner.seen.append(request)
        fault = self.owner.fault(request, len(self.owner.asked(url.path)))
        if fault and fault.hang:
            self.owner.released.wait(60)
            self.close_connection = True
            return
        if fault and fault.status:
            self._answer(fault.status, fault.headers, fault.body)
            return
        keep = ("authorization", "accept", "user-agent", "content-type")
        headers = {key: value for key, value in self.headers.items() if key.lower().startswith("impersonate-") or key.lower() in keep}
        status, answered, body = self.owner.forward(self.command, self.path, headers, document)
        self.owner.answers.append(body)
        passed = {name: answered[name] for name in ("Content-Type", "Date", "Retry-After") if answered[name]}
        if fault and fault.cut:
            self._answer(status, passed | {"Content-Length": str(len(body))}, body[: len(body) // 2])
            self.close_connection = True
        else:
            self._answer(status, passed, body)

    def _answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass
