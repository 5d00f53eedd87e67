"""The HTTP client of every backend: bounded, through the proxy and the CA that were told, and silent about this machine.

No answer fills the memory, no redirect leads elsewhere, no proxy of the environment stands before this machine itself.
"""

import ssl
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from kubedx import __version__
from kubedx.config import ProviderSettings, SecretText
from kubedx.errors import ProviderNotConfigured
from kubedx.explain.clean import clean_line
from kubedx.explain.providers.endpoint import Endpoint

if TYPE_CHECKING:
    import httpx2

USER_AGENT = f"kubedx/{__version__}"
MOST_BYTES = 8 * 1024 * 1024
"""Of one answer with its frames. A token is a few hundred bytes in the wordiest of the streams."""


class TooLongError(Exception):
    """More bytes came than an answer has."""


class Link:
    """How to reach a backend: the settings of its proxy, the CA file and the seconds for one call."""

    __slots__ = ("ca_file", "settings", "timeout")

    def __init__(self, settings: ProviderSettings, timeout: float, ca_file: str = "") -> None:
        self.settings, self.timeout, self.ca_file = settings, timeout, ca_file

    def client(self, endpoint: Endpoint) -> "httpx2.AsyncClient":
        """A client for an endpoint. Raises ProviderNotConfigured, and ImportError where no HTTP client is installed."""
        import httpx2

        try:
            return httpx2.AsyncClient(
                headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity"},
                proxy=self.settings.proxy_endpoint or None,
                verify=self._trust(endpoint),
                trust_env=not endpoint.is_loopback,
                follow_redirects=False,
                timeout=self.timeout,
                event_hooks={"response": [_bound]},
            )
        except (ValueError, TypeError) as error:
            raise ProviderNotConfigured(
                f"the settings of the backend {endpoint.backend} are not usable; check its baseurl and proxyEndpoint"
            ) from error

    def _trust(self, endpoint: Endpoint) -> ssl.SSLContext:
        """Loading the system's CAs takes a while, which plain HTTP to this machine does not need; nothing is trusted then."""
        if endpoint.is_loopback and endpoint.url.startswith("http:") and not self.settings.proxy_endpoint:
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        return _trust(self.ca_file)

    def secrets(self, endpoint: Endpoint) -> tuple[str, ...]:
        """What no sentence about the endpoint may hold."""
        headers = (value.reveal() for _, value in self.settings.customheaders)
        return tuple(text for text in (endpoint.key.reveal().strip(), endpoint.userinfo, *headers) if text)


def custom_headers(settings: ProviderSettings) -> dict[str, str]:
    """The headers that the config file or `--custom-headers` adds. Raises ProviderNotConfigured."""
    headers: dict[str, str] = {}
    for name, value in settings.customheaders:
        text = value.reveal()
        if not _is_header(name, text):
            raise ProviderNotConfigured(
                f"the custom header {clean_line(name, 60)} of the backend {settings.name} is not a valid HTTP header"
            )
        headers[name] = f"{headers[name]}, {text}" if name in headers else text
    return headers


def key_for_header(backend: str, key: SecretText) -> str:
    """A key as part of a header. Raises ProviderNotConfigured for one that cannot stand there."""
    text = key.reveal().strip()
    if not _is_header("key", text):
        raise ProviderNotConfigured(f"the key of the backend {backend} holds characters that no HTTP header can; enter it again")
    return text


def _is_header(name: str, text: str) -> bool:
    return name.isascii() and name.replace("-", "").replace("_", "").isalnum() and text.isascii() and (text.isprintable() or not text)


def _trust(ca_file: str) -> ssl.SSLContext:
    """The system's certificates, or those of SSL_CERT_FILE and SSL_CERT_DIR; and with them those of `--ca-file`."""
    import httpx2

    try:
        context = httpx2.create_ssl_context()
    except OSError as error:
        raise ProviderNotConfigured(f"the CA file that SSL_CERT_FILE or SSL_CERT_DIR names cannot be read: {error}") from error
    if ca_file:
        try:
            context.load_verify_locations(cafile=ca_file)
        except OSError as error:  # ssl.SSLError is one
            reason = "it holds no certificates in PEM" if isinstance(error, ssl.SSLError) else error.strerror or str(error)
            raise ProviderNotConfigured(f"the CA file {ca_file} cannot be used: {reason}; correct --ca-file") from error
    return context


async def _bound(response: "httpx2.Response") -> None:
    """Have the body stop at the limit. What is compressed although we did not ask could burst at any size, and is refused."""
    import httpx2

    if response.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise TooLongError
    if isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _bounded(response.stream)


def _bounded(stream: "httpx2.AsyncByteStream") -> "httpx2.AsyncByteStream":
    import httpx2

    class Bounded(httpx2.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            length = 0
            async for chunk in stream:
                length += len(chunk)
                if length > MOST_BYTES:
                    raise TooLongError
                yield chunk

        async def aclose(self) -> None:
            await stream.aclose()

    return Bounded()
