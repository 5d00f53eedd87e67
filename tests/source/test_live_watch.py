"""Streams of changes: from where they ended, anew where that is forgotten, and said when they fail."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from kubedx.errors import Unauthorized
from kubedx.kube import Pod, Ref
from kubedx.source import Scope, Updates, live_watch
from kubedx.source.access import ClusterAccess, Identity
from kubedx.source.credentials import FixedCredentials
from kubedx.source.http_client import ApiClient
from kubedx.source.live_watch import LiveWatch, WatchedList

POD = Pod.KIND
PATIENCE = 10.0


def pod(name: str, version: int = 1) -> dict[str, Any]:
    return {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": name, "namespace": "shop", "resourceVersion": str(version)}}


def event(kind: str, obj: dict[str, Any]) -> bytes:
    return json.dumps({"type": kind, "object": obj}).encode() + b"\n"


Answer = tuple[int, bytes]
ENDLESS = b"endless"


class Server:
    """An API server that answers the watches in turn, the last answer again and again, and every list with `listed`."""

    def __init__(self) -> None:
        self.watches: list[Answer] = []
        self.listed: Answer = (200, b'{"kind":"PodList","metadata":{"resourceVersion":"90"},"items":[]}')
        self.versions: list[str] = []
        self.lists = 0
        self.over = threading.Event()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                query = {key: values[0] for key, values in parse_qs(urlsplit(self.path).query).items()}
                owner.answer(self, query)

            def log_message(self, *args: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def answer(self, handler: BaseHTTPRequestHandler, query: dict[str, str]) -> None:
        if "watch" not in query:
            self.lists += 1
            status, body = self.listed
        else:
            self.versions.append(query["resourceVersion"])
            status, body = self.watches.pop(0) if len(self.watches) > 1 else self.watches[0]
        lasting = body.endswith(ENDLESS)
        handler.send_response_only(status)
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(body.removesuffix(ENDLESS))
        handler.wfile.flush()
        if lasting:
            self.over.wait(30)
        handler.close_connection = True

    def close(self) -> None:
        self.over.set()
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(live_watch, "FIRST_PAUSE", 0.02)
    made = Server()
    yield made
    made.close()


Watched = Callable[..., LiveWatch]


@pytest.fixture
def watched(server: Server) -> Iterator[Watched]:
    made: list[LiveWatch] = []
    client = ApiClient(ClusterAccess("test", server.url, FixedCredentials(Identity())))

    def start(*names: str, version: str = "1", scope: Scope = Scope()) -> LiveWatch:  # noqa: B008  # frozen
        one = WatchedList(POD, "", version, frozenset(("shop", name) for name in names))
        made.append(LiveWatch(client, [one], scope, 2))
        return made[-1]

    yield start
    for one in made:
        one.close()
    client.close()


def gather(stream: LiveWatch, enough: Callable[[list[Updates]], bool]) -> list[Updates]:
    """Updates until they are enough."""
    found: list[Updates] = []
    for _ in range(200):
        found.append(stream.updates(0.1, 0.0))
        if enough(found):
            return found
    raise AssertionError(found)


def refs(found: list[Updates]) -> set[str]:
    return {obj.name for updates in found for obj in updates.objects} | {f"-{ref.name}" for updates in found for ref in updates.absent}


def test_what_is_added_changed_and_deleted_is_told(server: Server, watched: Watched) -> None:
    lines = event("ADDED", pod("a", 2)) + event("MODIFIED", pod("b", 3)) + event("DELETED", pod("c", 4))
    server.watches = [(200, lines + ENDLESS)]
    found = gather(watched("b", "c"), lambda found: len(refs(found)) == 3)
    assert refs(found) == {"a", "b", "-c"}


def test_the_last_state_of_an_object_counts(server: Server, watched: Watched) -> None:
    server.watches = [(200, event("ADDED", pod("a", 2)) + event("DELETED", pod("a", 3)) + event("ADDED", pod("b", 4)) + ENDLESS)]
    updates = watched().updates(PATIENCE, 0.3)
    assert ([obj.name for obj in updates.objects], updates.absent) == (["b"], (Ref("v1", "Pod", "shop", "a"),))


def test_a_stream_that_ends_goes_on_where_it_was(server: Server, watched: Watched) -> None:
    bookmark = event("BOOKMARK", {"kind": "Pod", "metadata": {"resourceVersion": "7"}})
    server.watches = [(200, event("ADDED", pod("a", 5)) + bookmark), (200, event("ADDED", pod("b", 8)) + ENDLESS)]
    gather(watched(), lambda found: refs(found) == {"a", "b"})
    assert server.versions == ["1", "7"]
    assert server.lists == 0


@pytest.mark.parametrize(
    "forgotten",
    [(410, b'{"kind":"Status","code":410}'), (200, event("ERROR", {"kind": "Status", "code": 410, "reason": "Expired"}))],
    ids=["refused", "in the stream"],
)
def test_a_forgotten_version_is_listed_again_and_what_is_gone_is_told(server: Server, watched: Watched, forgotten: Answer) -> None:
    server.watches = [forgotten, (200, ENDLESS)]
    items = [pod("b", 80)]
    server.listed = (200, json.dumps({"kind": "PodList", "metadata": {"resourceVersion": "90"}, "items": items}).encode())
    found = gather(watched("a", "b"), lambda found: "b" in refs(found) and len(server.versions) > 1)
    assert refs(found) == {"b", "-a"}
    assert server.versions == ["1", "90"]


def test_a_line_that_breaks_off_is_a_trouble_that_passes(server: Server, watched: Watched) -> None:
    server.watches = [(200, b'{"type":"ADDED","obj'), (200, event("ADDED", pod("a", 2)) + ENDLESS)]
    stream = watched()
    gather(stream, lambda found: refs(found) == {"a"})
    assert stream.updates(0.0, 0.0).troubles == ()
    assert server.versions == ["1", "1"]


def test_a_server_in_trouble_is_told_of_and_nothing_is_gone(server: Server, watched: Watched) -> None:
    server.watches = [(500, b'{"kind":"Status","message":"etcd is away"}')]
    found = gather(watched("a"), lambda found: bool(found[-1].troubles))
    assert found[-1].troubles == ("pods cannot be watched: etcd is away",)
    assert refs(found) == set()


def test_a_list_that_fails_after_a_forgotten_version_leaves_everything_as_it_was(server: Server, watched: Watched) -> None:
    server.watches = [(410, b"{}")]
    server.listed = (403, b'{"kind":"Status","message":"no more"}')
    found = gather(watched("a"), lambda found: bool(found[-1].troubles))
    assert found[-1].troubles == ("pods could not be listed again: no more",)
    assert refs(found) == set()


def test_what_cannot_be_watched_is_listed_from_time_to_time(server: Server, watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_watch, "POLL", 0.02)
    server.watches = [(405, b"{}")]
    server.listed = (200, json.dumps({"metadata": {"resourceVersion": "90"}, "items": [pod("b")]}).encode())
    found = gather(watched("a"), lambda found: refs(found) == {"b", "-a"})
    assert found[-1].troubles == ("pods cannot be watched, and are listed once a minute instead",)


def test_a_right_that_lacks_is_said_and_how_to_get_it(server: Server, watched: Watched) -> None:
    server.watches = [(403, b"{}")]
    found = gather(watched(), lambda found: bool(found[-1].troubles))
    assert found[-1].troubles == ("no right to watch pods, which are listed once a minute instead (kubedx rbac --watch prints it)",)


def test_credentials_that_no_longer_do_end_it(server: Server, watched: Watched) -> None:
    server.watches = [(401, b"{}")]
    with pytest.raises(Unauthorized):
        gather(watched(), lambda _found: False)


def test_an_object_that_cannot_be_typed_is_a_gap(server: Server, watched: Watched) -> None:
    broken = pod("a", 2) | {"spec": "nothing"}
    server.watches = [(200, event("MODIFIED", broken) + ENDLESS)]
    found = gather(watched("a"), lambda found: bool(found[-1].gaps))
    assert found[-1].gaps[0].name == "a"


def test_excluded_namespaces_are_left_out(server: Server, watched: Watched) -> None:
    other = pod("b", 3)
    other["metadata"]["namespace"] = "elsewhere"
    server.watches = [(200, event("ADDED", pod("a", 2)) + event("ADDED", other) + ENDLESS)]
    found = gather(watched(scope=Scope(excluded=("shop",))), lambda found: bool(refs(found)))
    assert refs(found) == {"b"}


def test_waiting_for_nothing_ends(server: Server, watched: Watched) -> None:
    server.watches = [(200, ENDLESS)]
    assert watched().updates(0.05, 0.0) == Updates()
