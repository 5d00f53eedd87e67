"""A server that speaks OpenAI's chat completions on loopback, and answers what a test has it answer."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Request(NamedTuple):
    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def text(self) -> str:
        """Everything the model is told."""
        return "\n".join(str(message["content"]) for message in self.body["messages"])


class Reply(NamedTuple):
    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    cut: bool = False
    hang: bool = False


def completion(text: str | None, **message: Any) -> Reply:
    """A good answer, in the shape of https://platform.openai.com/docs/api-reference/chat/object"""
    document = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "served",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text, **message}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }
    return Reply(200, json.dumps(document).encode())


def failure(status: int, message: str, *headers: tuple[str, str]) -> Reply:
    """An error, in the shape of https://platform.openai.com/docs/guides/error-codes"""
    return Reply(status, json.dumps({"error": {"message": message, "type": "t", "param": None, "code": None}}).encode(), headers)


class ChatServer:
    def __init__(self, url: str, release: threading.Event) -> None:
        self.url = url
        self.release = release
        self.requests: list[Request] = []
        self.answer: Callable[[Request], Reply] = lambda _request: completion("{}")

    def replies(self, *replies: Reply) -> None:
        """Answer these in turn, the last one for ever."""
        left = list(replies)
        lock = threading.Lock()

        def answer(_request: Request) -> Reply:
            with lock:
                return left.pop(0) if len(left) > 1 else left[0]

        self.answer = answer


@contextmanager
def chat_server() -> Iterator[ChatServer]:
    release = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            request = Request(self.path, {name.lower(): value for name, value in self.headers.items()}, json.loads(body))
            server.requests.append(request)
            reply = server.answer(request)
            if reply.hang:
                release.wait(60)
                return
            self.send_response(reply.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(reply.body) + (1000 if reply.cut else 0)))
            for name, value in reply.headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)
            if reply.cut:
                self.close_connection = True

        def log_message(self, *_args: Any) -> None:
            """Keep quiet."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    server = ChatServer(f"http://127.0.0.1:{httpd.server_address[1]}/v1", release)
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        release.set()
        httpd.shutdown()
        thread.join()
        httpd.server_close()
