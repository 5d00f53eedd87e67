"""GitHub's API for comments, on the loopback address, as its documentation tells it.

https://docs.github.com/en/rest/issues/comments
"""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "token-of-the-job"
LIST = re.compile(r"/repos/acme/shop/issues/7/comments")
ONE = re.compile(r"/repos/acme/shop/issues/comments/(\d+)")


class GitHub:
    """The comments of the pull request 7 of acme/shop. `refuses` is a status to answer everything with."""

    def __init__(self) -> None:
        self.comments: list[dict[str, Any]] = []
        self.requests: list[str] = []
        self.refuses = 0
        github = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(size)) if size else {}
                status, document = github.respond(self.command, self.path, self.headers.get("Authorization", ""), body)
                data = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PATCH = answer  # noqa: N815  # the names that http.server calls

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def write(self, body: str, kind: str = "User") -> None:
        """A comment of somebody."""
        self.comments.append({"id": 1000 + len(self.comments), "body": body, "user": {"login": "somebody", "type": kind}})

    def respond(self, method: str, path: str, authorization: str, body: dict[str, Any]) -> tuple[int, Any]:
        self.requests.append(f"{method} {path}")
        address = urlsplit(path)
        if self.refuses or authorization != f"Bearer {TOKEN}":
            return self.refuses or 401, {"message": "no"}
        if len(body.get("body", "")) > 65_536:
            return 422, {"message": "Body is too long (maximum is 65536 characters)"}
        one = ONE.fullmatch(address.path)
        if method == "PATCH" and one:
            (comment,) = (comment for comment in self.comments if comment["id"] == int(one[1]))
            comment["body"] = body["body"]
            return 200, comment
        if not LIST.fullmatch(address.path):
            return 404, {"message": "Not Found"}
        if method == "POST":
            self.write(body["body"], "Bot")
            return 201, self.comments[-1]
        query = parse_qs(address.query)
        size, page = int(query["per_page"][0]), int(query["page"][0])
        return 200, self.comments[(page - 1) * size : page * size]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
