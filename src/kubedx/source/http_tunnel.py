"""Through a proxy to an API server, also TLS inside TLS."""

import io
import socket
import ssl
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from kubedx.source.http_proxy import Proxy

T = TypeVar("T")

_MAX_HEAD = 64 * 1024


def open_tunnel(sock: "socket.socket | TlsInTls", proxy: Proxy, host: str, port: int) -> None:
    """Ask a proxy, over a socket connected to it, to lead to `host`. Raises ProxyRefusal when it does not."""
    target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    head = f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n"
    if proxy.authorization:
        head += f"Proxy-Authorization: {proxy.authorization}\r\n"
    sock.sendall(f"{head}\r\n".encode("ascii"))
    answer = b""
    # Byte by byte: what follows the head belongs to the tunnel.
    while not answer.endswith(b"\r\n\r\n"):
        byte = sock.recv(1)
        if not byte or len(answer) > _MAX_HEAD:
            raise ProxyRefusal("it hung up")
        answer += byte
    status = answer.split(b"\r\n", 1)[0].split(b" ", 2)[1:2]
    if status == [b"407"]:
        raise ProxyRefusal("it asks for a user name and password (407); put them in the proxy URL")
    if not status or not status[0].startswith(b"2"):
        raise ProxyRefusal(f"it answered {b' '.join(status).decode('ascii', 'replace') or 'nonsense'}")


class ProxyRefusal(OSError):  # noqa: N818  # what the proxy did
    """A proxy did not open a tunnel; the text says why."""


class TlsInTls:
    """A TLS connection inside another, which `ssl.SSLSocket` cannot be: just what http.client needs of a socket."""

    def __init__(self, outer: ssl.SSLSocket, context: ssl.SSLContext, server_hostname: str) -> None:
        self._outer = outer
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=server_hostname)
        self._pump(self._tls.do_handshake)

    def sendall(self, data: bytes) -> None:
        """Send everything."""
        view = memoryview(data)
        while view:
            view = view[self._pump(partial(self._tls.write, view)) :]

    def recv(self, size: int) -> bytes:
        """At most `size` bytes, none at the end."""
        try:
            return self._pump(partial(self._tls.read, size))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""

    def makefile(self, mode: str) -> io.BufferedReader:  # noqa: ARG002  # http.client asks for "rb"
        """A file to read answers from."""
        return io.BufferedReader(_Readable(self))

    def settimeout(self, seconds: float | None) -> None:
        """How long a send or a receive may take."""
        self._outer.settimeout(seconds)

    def fileno(self) -> int:
        """The descriptor of the connection to the proxy."""
        return self._outer.fileno()

    def shutdown(self, how: int) -> None:
        """End the connection to the proxy."""
        socket.socket.shutdown(self._outer, how)

    def close(self) -> None:
        """Close the connection to the proxy."""
        self._outer.close()

    def _pump(self, step: Callable[[], T]) -> T:
        """Do a step of the inner TLS, carrying its bytes over the outer one as it asks."""
        while True:
            try:
                result = step()
            except ssl.SSLWantReadError:
                self._flush()
                received = self._outer.recv(64 * 1024)
                if received:
                    self._incoming.write(received)
                else:
                    self._incoming.write_eof()
            else:
                self._flush()
                return result

    def _flush(self) -> None:
        data = self._outgoing.read()
        if data:
            self._outer.sendall(data)


class _Readable(io.RawIOBase):
    def __init__(self, connection: TlsInTls) -> None:
        self._connection = connection

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._connection.recv(len(buffer))
        buffer[: len(data)] = data
        return len(data)
