"""One connection to an API server, and in words why there is none."""

import http.client
import socket
import ssl
import zlib
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec

from kubedx.errors import ConfigError
from kubedx.source.access import ClientCertificate, ClusterAccess, Identity
from kubedx.source.certificate import expiry_of
from kubedx.source.credentials import expiry_of_token
from kubedx.source.http_proxy import Proxy, is_loopback, parse_proxy
from kubedx.source.http_tunnel import ProxyRefusal, TlsInTls, open_tunnel

# OpenSSL's X509_V_ERR_* of x509_vfy.h.
_EXPIRED, _NOT_YET_VALID = 10, 9
_WRONG_NAME = {62, 64}

_CUT = "cut the connection before it had answered; check that it runs and try again"
_FAILURES: tuple[tuple[type[Exception], str], ...] = (
    (socket.gaierror, "has no address in DNS; check the server in the kubeconfig and your network or VPN"),
    (ConnectionRefusedError, "refuses connections; check that it runs and that the server in the kubeconfig is right"),
    (TimeoutError, "does not answer in time; check your network or VPN and that it runs"),
    (ConnectionError, _CUT),
    (http.client.HTTPException, _CUT),
    (ssl.SSLError, _CUT),
    (zlib.error, "sent something that is not gzip, though it said so; check what stands between"),
)


class Endpoint(msgspec.Struct, frozen=True):
    """Where an API server listens. `prefix` is the path before `/api`, as behind a management server.

    `server_name` is the one its certificate must have, `authority` the PEM of who signed that.
    """

    host: str
    port: int
    secure: bool
    prefix: str
    server_name: str
    authority: str
    proxy: Proxy | None

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.secure else 'http'}://{host}:{self.port}{self.prefix}"

    @property
    def loopback(self) -> bool:
        """Whether the API server is on this machine."""
        return is_loopback(self.host)


def endpoint_of(access: ClusterAccess) -> Endpoint:
    """Where to connect. Raises ConfigError for a server or proxy URL that cannot be used."""
    try:
        url = urlsplit(access.server)
        host, port = url.hostname, url.port
    except ValueError as error:
        raise ConfigError(f"the server of context {access.name!r} is no URL; write it as https://HOST:PORT") from error
    if url.scheme not in {"http", "https"} or not host:
        raise ConfigError(f"the server of context {access.name!r} is no http or https URL; write it as https://HOST:PORT")
    if url.username is not None:
        raise ConfigError(f"the server of context {access.name!r} has a user name in its URL; put it in the user of the kubeconfig")
    secure = url.scheme == "https"
    return Endpoint(
        host=host,
        port=port or (443 if secure else 80),
        secure=secure,
        prefix=url.path.rstrip("/"),
        server_name=access.tls.server_name or host,
        authority=access.tls.authority,
        proxy=parse_proxy(access.proxy),
    )


class ApiConnection(http.client.HTTPConnection):
    """A persistent connection; `context` is None for plain http."""

    def __init__(self, endpoint: Endpoint, context: ssl.SSLContext | None, timeout: float) -> None:
        super().__init__(endpoint.host, endpoint.port, timeout=timeout)
        self.endpoint, self.context = endpoint, context
        self.answering = False
        self.aborted = False
        # `sock` is gone once an answer without a length begins, though its body is still to come.
        self._opened: Any = None

    def connect(self) -> None:
        """Open it, within the timeout for each step."""
        endpoint, proxy = self.endpoint, self.endpoint.proxy
        address = (proxy.host, proxy.port) if proxy else (endpoint.host, endpoint.port)
        sock: Any = socket.create_connection(address, self.timeout)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if proxy and proxy.secure:
                sock = _secured_proxy(sock, proxy, endpoint.authority)
            if proxy and self.context:
                open_tunnel(sock, proxy, endpoint.host, endpoint.port)
            if self.context:
                sock = _secured(sock, self.context, endpoint.server_name)
        except BaseException:
            sock.close()
            raise
        self.sock = self._opened = sock

    def set_timeout(self, seconds: float) -> None:
        """How long the next send or receive may take at most."""
        self.timeout = seconds
        if self.sock is not None:
            self.sock.settimeout(seconds)

    def abort(self) -> None:
        """End it at once, from another thread: whoever waits for it gets an OSError or an early end (see `aborted`)."""
        self.aborted = True
        sock = self._opened
        if sock is None:
            return
        try:
            if isinstance(sock, TlsInTls):
                sock.shutdown(socket.SHUT_RDWR)
            else:
                # Not SSLSocket.shutdown, which would take away the TLS state from under the reader.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
        except OSError:
            pass  # it is closed already


def _secured(sock: Any, context: ssl.SSLContext, server_name: str) -> Any:
    if isinstance(sock, ssl.SSLSocket):
        return TlsInTls(sock, context, server_name)
    return context.wrap_socket(sock, server_hostname=server_name)


def _secured_proxy(sock: socket.socket, proxy: Proxy, authority: str) -> ssl.SSLSocket:
    """TLS to the proxy, which the system's authorities may have signed, or the cluster's, as for kubectl."""
    context = ssl.create_default_context()
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if authority:
        context.load_verify_locations(cadata=authority)
    try:
        return context.wrap_socket(sock, server_hostname=proxy.host)
    except ssl.SSLError as error:
        reason = getattr(error, "verify_message", None) or (error.reason or "no TLS").replace("_", " ").lower()
        raise ProxyRefusal(f"there is no TLS connection to it ({reason}); check its certificate and its URL") from error


def why_not(error: Exception, endpoint: Endpoint, certificate: ClientCertificate | None) -> str:
    """One sentence on a connection that failed: on what, why, and what to do."""
    server = f"the API server {endpoint}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return _distrust(error, server, endpoint)
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return _tls_failure(error, server, certificate)
    if isinstance(error, ProxyRefusal):
        return f"the proxy {endpoint.proxy} does not lead to {server}: {error}"
    if endpoint.proxy:
        server = f"{server} behind the proxy {endpoint.proxy}"
    for failure, sentence in _FAILURES:
        if isinstance(error, failure):
            return f"{server} {sentence}"
    reason = getattr(error, "strerror", None) or type(error).__name__
    return f"{server} cannot be reached: {reason}; check your network or VPN"


def _distrust(error: ssl.SSLCertVerificationError, server: str, endpoint: Endpoint) -> str:
    if error.verify_code == _EXPIRED:
        return f"the certificate of {server} has expired; renew it on the cluster"
    if error.verify_code == _NOT_YET_VALID:
        return f"the certificate of {server} is not valid yet; check the clocks here and there"
    if error.verify_code in _WRONG_NAME:
        return (
            f"the certificate of {server} is not made out to {endpoint.server_name!r}; "
            "correct the server or set tls-server-name in the kubeconfig"
        )
    return f"{server} shows a certificate of an authority that is not trusted; set certificate-authority in the kubeconfig"


def _tls_failure(error: ssl.SSLError, server: str, certificate: ClientCertificate | None) -> str:
    expired = expired_since(Identity(certificate=certificate))
    if expired:
        return f"{server} does not take our client certificate, which expired at {expired}; renew it in the kubeconfig"
    if error.reason in {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE"}:
        return f"{server} does not speak TLS; correct the server in the kubeconfig, perhaps to http"
    reason = (error.reason or "unknown reason").replace("_", " ").lower()
    return f"there is no TLS connection to {server}: {reason}; check the certificates in the kubeconfig"


def expired_since(identity: Identity) -> str:
    """When the token, or without one the client certificate, expired; empty while it has not, and where nobody can tell."""
    if identity.authorization:
        expiry = expiry_of_token(identity.authorization)
    else:
        expiry = expiry_of(identity.certificate.certificate) if identity.certificate else None
    return f"{expiry:%Y-%m-%d %H:%M} UTC" if expiry and expiry <= datetime.now(UTC) else ""
