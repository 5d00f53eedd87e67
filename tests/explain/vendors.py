"""A server on loopback that speaks the protocols of the vendors, and what each of them answers, as their docs show it."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Request(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)

    @property
    def text(self) -> str:
        """Everything that a chat model is told."""
        return "\n".join(str(message["content"]) for message in self.body["messages"])


class Reply(NamedTuple):
    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = "application/json"
    cut: bool = False
    hang: bool = False
    flood: bool = False


def document(value: Any, status: int = 200, *headers: tuple[str, str]) -> Reply:
    return Reply(status, json.dumps(value).encode(), headers)


def events(*documents: Any, done: bool = True, named: bool = False) -> Reply:
    """Server-sent events; `named` puts the type of each before it, as Anthropic and Cohere do."""
    lines = [(f"event: {one['type']}\n" if named else "") + f"data: {json.dumps(one)}\n\n" for one in documents]
    return Reply(200, "".join([*lines, *(["data: [DONE]\n\n"] if done else [])]).encode(), (), "text/event-stream")


def is_for_token(request: Request) -> bool:
    """Whether a cloud is asked for a token, which is answered with the server's `tokens`."""
    return request.path.partition("?")[0].endswith("/token")


class VendorServer:
    def __init__(self, url: str, release: threading.Event) -> None:
        self.url, self.release = url, release
        self.requests: list[Request] = []
        self.answer: Callable[[Request], Reply] = lambda _request: Reply(404)
        self.tokens: Reply | None = None

    def replies(self, *replies: Reply) -> None:
        """Answer these in turn, the last one for ever."""
        left, lock = list(replies), threading.Lock()

        def answer(_request: Request) -> Reply:
            with lock:
                return left.pop(0) if len(left) > 1 else left[0]

        self.answer = answer


@contextmanager
def vendor_server(tls: ssl.SSLContext | None = None) -> Iterator[VendorServer]:
    """With `tls`, over TLS."""
    release = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            request = Request(self.command, self.path, {name.lower(): value for name, value in self.headers.items()}, raw)
            server.requests.append(request)
            tokens = server.tokens if is_for_token(request) else None
            reply = tokens or server.answer(request)
            if reply.hang:
                release.wait(60)
                self.close_connection = True
                return
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            if reply.flood:
                self.close_connection = True
            else:
                self.send_header("Content-Length", str(len(reply.body) + (1000 if reply.cut else 0)))
            for name, value in reply.headers:
                self.send_header(name, value)
            self.end_headers()
            self._send(reply)

        do_GET = do_POST  # noqa: N815  # the name that http.server calls

        def _send(self, reply: Reply) -> None:
            try:
                while reply.flood and not release.is_set():
                    self.wfile.write(reply.body)
                if not reply.flood:
                    self.wfile.write(reply.body)
            except OSError:
                self.close_connection = True
            if reply.cut:
                self.close_connection = True

        def log_message(self, *_args: Any) -> None:
            """Keep quiet."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    if tls is not None:
        httpd.socket = tls.wrap_socket(httpd.socket, server_side=True, do_handshake_on_connect=False)
    server = VendorServer(f"{'https' if tls else 'http'}://127.0.0.1:{httpd.server_address[1]}", release)
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        release.set()
        httpd.shutdown()
        thread.join()
        httpd.server_close()
