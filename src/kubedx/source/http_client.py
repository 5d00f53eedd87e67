"""Requests over a few persistent connections: retries, renewed credentials, deadlines.

Nothing here writes a token or a URL's password into a message.
"""

import email.utils
import http.client
import math
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

import msgspec

from kubedx import __version__
from kubedx.errors import ClusterUnreachable, Unauthorized
from kubedx.source.access import ClusterAccess, Identity
from kubedx.source.http_connection import ApiConnection, endpoint_of, expired_since, why_not
from kubedx.source.http_pace import Pace
from kubedx.source.http_retry import MAX_FAILURES, Patience, Response, TimedOut
from kubedx.source.http_tls import tls_context
from kubedx.source.http_tunnel import ProxyRefusal

CONNECT_SECONDS = 5.0
# An API server gives up on a request itself after 60 seconds (--request-timeout).
READ_SECONDS = 65.0

_CUT = (ConnectionResetError, ConnectionAbortedError, BrokenPipeError, ssl.SSLEOFError, ssl.SSLZeroReturnError)
_LASTING = (socket.gaierror, TimeoutError, ProxyRefusal, ssl.SSLError)


class _Request(msgspec.Struct, frozen=True):
    target: str
    accept: str
    document: bytes | None = None


class ApiClient:
    """Talks to one API server. All calls may be made from several threads; each takes a connection of its own.

    At most `per_second` requests begin in a second, where that is given.
    """

    def __init__(self, access: ClusterAccess, per_second: float | None = None) -> None:
        self._access = access
        self._pace = Pace(per_second)
        self._endpoint = endpoint_of(access)
        self._lock = threading.Lock()
        self._idle: list[tuple[Identity, ApiConnection]] = []
        self._busy: set[ApiConnection] = set()
        self._contexts: dict[Identity, ssl.SSLContext] = {}
        self._closed = threading.Event()
        self._reached = False
        self._date: datetime | None = None

    @property
    def server(self) -> str:
        """The API server's address, safe to print."""
        return str(self._endpoint)

    @property
    def reached(self) -> bool:
        """Whether the API server ever answered."""
        return self._reached

    @property
    def date(self) -> datetime | None:
        """The latest moment that the API server's clock told (the Date header, in whole seconds)."""
        return self._date

    def get(
        self,
        path: str,
        query: dict[str, str] | None = None,
        accept: str = "application/json",
        deadline: float | None = None,
        *,
        patient: bool = True,
    ) -> Response:
        """GET a path below the server's URL, whose parts are quoted already.

        Any status but 401 is an answer; 429, and while `patient` 5xx, are so only after some retries. Raises Unauthorized for 401,
        TimedOut at the deadline, ClusterUnreachable where no whole answer comes, ConfigError for bad credentials.
        """
        target = self._endpoint.prefix + path + (f"?{urlencode(query)}" if query else "")
        return self._send(_Request(target, accept), Patience(MAX_FAILURES if patient else 0), deadline)

    def review(self, path: str, document: bytes, deadline: float | None = None) -> Response:
        """POST a review, which asks the API server a question and changes nothing. As `get` otherwise."""
        return self._send(_Request(self._endpoint.prefix + path, "application/json", document), Patience(MAX_FAILURES), deadline)

    @contextmanager
    def stream(self, path: str, query: dict[str, str], accept: str, silence: float) -> Iterator[Response | Iterator[bytes]]:
        """GET an answer that comes line by line and does not end: its lines, or what refuses them.

        `silence` is how many seconds may pass without a line. Raises Unauthorized, ConfigError, TimedOut after a silence,
        ClusterUnreachable where there is no connection any longer, also while the lines are read.
        """
        self._wait(self._pace.turn(), None)
        identity = self._access.credentials.identity(None)
        connection = self._connection(identity)
        try:
            with self._watched(connection, None):
                connection.connect()
                connection.set_timeout(silence)
                self._ask(connection, identity, _Request(f"{self._endpoint.prefix}{path}?{urlencode(query)}", accept))
                # An answer without a length has taken the connection over, and must be closed for itself.
                with closing(connection.getresponse()) as answer:
                    if answer.status == 401:
                        self._renew(identity, Patience(0), None)
                    yield iter(answer.readline, b"") if answer.status == 200 else self._read(answer)
        except (http.client.HTTPException, OSError, zlib.error) as error:
            failure = TimedOut if isinstance(error, TimeoutError) else ClusterUnreachable
            raise failure(why_not(error, self._endpoint, identity.certificate)) from error
        finally:
            connection.close()

    def _send(self, request: _Request, patience: Patience, deadline: float | None) -> Response:
        while True:
            if self._closed.is_set():
                raise ClusterUnreachable(f"the connection to the API server {self._endpoint} was closed")
            if deadline is not None and time.monotonic() >= deadline:
                raise self._timed_out()
            self._wait(self._pace.turn(), deadline)
            identity = self._access.credentials.identity(deadline)
            until = self._end_of_request(deadline)
            try:
                response = self._exchange(identity, request, until)
            except (http.client.HTTPException, OSError, zlib.error) as error:
                if until is not None and time.monotonic() >= until:
                    raise self._timed_out("--timeout" if until == deadline else "--request-timeout") from error
                pause = self._after_failure(error, identity, patience)
            else:
                if response.status != 401:
                    wanted = patience.pause(response)
                    if wanted is None:
                        return response
                    pause = wanted
                else:
                    self._renew(identity, patience, deadline)
                    pause = 0.0
            self._wait(pause, deadline)

    def close(self) -> None:
        """End every connection, also those in use: whoever waits for one gets a ClusterUnreachable."""
        with self._lock:
            self._closed.set()
            idle, self._idle = self._idle, []
            busy = list(self._busy)
        for connection in busy:
            connection.abort()
        for _, connection in idle:
            connection.close()

    def _end_of_request(self, deadline: float | None) -> float | None:
        """When to give up a request that begins now: what is left of the whole time, or the time of one request."""
        seconds = self._access.request_seconds
        if seconds is None:
            return deadline
        return min(time.monotonic() + seconds, deadline or math.inf)

    def _after_failure(self, error: Exception, identity: Identity, patience: Patience) -> float:
        """How long to wait before trying again; raises where that is of no use."""
        # A server that refused from the first is more likely wrong than starting.
        lasting = isinstance(error, _LASTING) or (isinstance(error, ConnectionRefusedError) and not self._reached)
        if self._closed.is_set() or (lasting and not isinstance(error, _CUT)) or not patience.may_fail():
            failure = TimedOut if isinstance(error, TimeoutError) else ClusterUnreachable
            raise failure(why_not(error, self._endpoint, identity.certificate)) from error
        return patience.backoff()

    def _renew(self, rejected: Identity, patience: Patience, deadline: float | None) -> None:
        credentials = self._access.credentials
        if patience.renewed or not credentials.renew(rejected, deadline):
            expired, context = expired_since(rejected), f"of context {self._access.name!r}"
            if rejected == Identity():
                why = f"the user {context} has no credentials; add some to the kubeconfig"
            elif expired:
                what_to_do = "sign in again" if rejected.authorization else "renew it"
                why = f"the {credentials.describe()} {context} expired at {expired}; {what_to_do}"
            else:
                why = f"the {credentials.describe()} {context} is wrong or has expired; sign in again"
            raise Unauthorized(f"the API server {self._endpoint} does not know us (401): {why}")
        patience.renewed = True

    def _wait(self, seconds: float, deadline: float | None) -> None:
        if deadline is not None and time.monotonic() + seconds >= deadline:
            raise self._timed_out()
        if seconds:
            self._closed.wait(seconds)

    def _timed_out(self, flag: str = "--timeout") -> TimedOut:
        return TimedOut(f"the API server {self._endpoint} did not answer within the time limit; give it more with {flag}")

    def _exchange(self, identity: Identity, request: _Request, deadline: float | None) -> Response:
        """One request and its answer; a kept connection that the server has given up meanwhile is replaced in silence."""
        connection, kept = self._take(identity)
        try:
            return self._talk(connection, identity, request, deadline)
        except _CUT:
            # RemoteDisconnected is among them. Once an answer has begun, it is a cut, and counts.
            if not kept or connection.answering:
                raise
        connection = self._connection(identity)
        return self._talk(connection, identity, request, deadline)

    def _take(self, identity: Identity) -> tuple[ApiConnection, bool]:
        with self._lock:
            while self._idle:
                owner, connection = self._idle.pop()
                if owner == identity:
                    return connection, True
                connection.close()
        return self._connection(identity), False

    def _connection(self, identity: Identity) -> ApiConnection:
        context = None
        if self._endpoint.secure:
            with self._lock:
                context = self._contexts.get(identity)
                if context is None:
                    context = self._contexts[identity] = tls_context(self._access.tls, identity.certificate)
        return ApiConnection(self._endpoint, context, CONNECT_SECONDS)

    def _talk(self, connection: ApiConnection, identity: Identity, request: _Request, deadline: float | None) -> Response:
        whole = False
        with self._watched(connection, deadline):
            try:
                connection.answering = False
                connection.set_timeout(_within(CONNECT_SECONDS, deadline))
                if connection.sock is None:
                    connection.connect()
                connection.set_timeout(_within(READ_SECONDS, deadline))
                self._ask(connection, identity, request)
                answer = connection.getresponse()
                connection.answering = True
                response = self._read(answer)
                if connection.aborted:
                    # A body without a length looks whole wherever it is cut.
                    raise ConnectionAbortedError
                whole = True
            finally:
                self._give_back(connection, identity, keep=whole and not answer.will_close)
        return response

    def _ask(self, connection: ApiConnection, identity: Identity, request: _Request) -> None:
        proxy = self._endpoint.proxy
        relayed = proxy is not None and not self._endpoint.secure
        target = f"{self._origin()}{request.target}" if relayed else request.target
        connection.putrequest("POST" if request.document else "GET", target, skip_accept_encoding=True)
        connection.putheader("Accept", request.accept)
        connection.putheader("User-Agent", f"kubedx/{__version__}")
        # On loopback, compressing costs more time than sending.
        connection.putheader("Accept-Encoding", "identity" if self._endpoint.loopback else "gzip")
        if identity.authorization:
            connection.putheader("Authorization", identity.authorization)
        if relayed and proxy and proxy.authorization:
            connection.putheader("Proxy-Authorization", proxy.authorization)
        for name, value in self._impersonation():
            connection.putheader(name, value.encode("utf-8"))
        if request.document:
            connection.putheader("Content-Type", "application/json")
            connection.putheader("Content-Length", str(len(request.document)))
        connection.endheaders(request.document)

    def _origin(self) -> str:
        return str(self._endpoint).removesuffix(self._endpoint.prefix)

    def _impersonation(self) -> Iterator[tuple[str, str]]:
        """https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation"""
        whom = self._access.impersonate
        if whom.user:
            yield "Impersonate-User", whom.user
        if whom.uid:
            yield "Impersonate-Uid", whom.uid
        for group in whom.groups:
            yield "Impersonate-Group", group
        for key, values in whom.extra.items():
            for value in values:
                yield f"Impersonate-Extra-{quote(key.lower(), safe='')}", value

    def _read(self, answer: http.client.HTTPResponse) -> Response:
        body = answer.read()
        if answer.headers.get("Content-Encoding", "").lower() == "gzip":
            body = zlib.decompress(body, wbits=31)
        self._reached = True
        self._note_date(answer.headers.get("Date", ""))
        return Response(
            status=answer.status,
            body=body,
            content_type=answer.headers.get("Content-Type", ""),
            retry_after=_seconds(answer.headers.get("Retry-After", "")),
        )

    def _note_date(self, text: str) -> None:
        try:
            date = email.utils.parsedate_to_datetime(text)
        except ValueError:
            return
        date = date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
        with self._lock:
            self._date = max(self._date or date, date)

    @contextmanager
    def _watched(self, connection: ApiConnection, deadline: float | None) -> Iterator[None]:
        """Let the deadline, and `close`, end what goes on on a connection."""
        with self._lock:
            self._busy.add(connection)
        timer = None
        if deadline is not None:
            timer = threading.Timer(max(0.0, deadline - time.monotonic()), connection.abort)
            timer.daemon = True
            timer.start()
        try:
            yield
        finally:
            if timer:
                timer.cancel()
            with self._lock:
                self._busy.discard(connection)

    def _give_back(self, connection: ApiConnection, identity: Identity, *, keep: bool) -> None:
        with self._lock:
            kept = keep and not self._closed.is_set()
            if kept:
                self._idle.append((identity, connection))
        if not kept:
            connection.close()


def _within(seconds: float, deadline: float | None) -> float:
    """A timeout that ends by the deadline."""
    return seconds if deadline is None else max(0.001, min(seconds, deadline - time.monotonic()))


def _seconds(retry_after: str) -> float | None:
    """Retry-After in seconds; API servers send no dates there."""
    return float(retry_after) if retry_after.isascii() and retry_after.isdigit() else None
