"""Which proxy leads to an API server."""

import base64
import ipaddress
from collections.abc import Mapping
from urllib.parse import SplitResult, unquote, urlsplit

import msgspec

from kubedx.errors import ConfigError


class Proxy(msgspec.Struct, frozen=True):
    """An HTTP proxy. `authorization` is the header for it, empty when it asks for none."""

    host: str
    port: int
    secure: bool = False
    authorization: str = ""

    def __repr__(self) -> str:
        return f"Proxy({self})"

    def __str__(self) -> str:
        return f"{'https' if self.secure else 'http'}://{self.host}:{self.port}"


def proxy_from_environment(server: str, environ: Mapping[str, str]) -> str:
    """The proxy URL that HTTPS_PROXY, HTTP_PROXY and NO_PROXY set for a server, empty for none.

    The rules are those of Go's net/http, which kubectl follows: loopback never has a proxy; NO_PROXY lists host names
    (with their subdomains), addresses and networks, or `*`.
    """
    url = urlsplit(server)
    name = f"{url.scheme}_proxy"
    proxy = environ.get(name.upper()) or environ.get(name) or ""
    host = (url.hostname or "").lower()
    if not proxy or is_loopback(host):
        return ""
    exceptions = environ.get("NO_PROXY") or environ.get("no_proxy") or ""
    if any(_excepts(item.strip().lower(), host) for item in exceptions.split(",")):
        return ""
    return proxy if "://" in proxy else f"http://{proxy}"


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _excepts(item: str, host: str) -> bool:
    if not item or item == "*":
        return bool(item)
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(item, strict=False)
    except ValueError:
        name = item.partition(":")[0].removeprefix("*").removeprefix(".")
        return bool(name) and (host == name or host.endswith(f".{name}"))


def parse_proxy(url: str) -> Proxy | None:
    """A proxy URL, None for an empty one. Raises ConfigError for one that cannot be used; it never shows the URL's password."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ConfigError("the proxy URL of the cluster cannot be understood; write it as http://HOST:PORT") from error
    if parts.scheme.startswith("socks"):
        raise ConfigError(f"the proxy of the cluster is a {parts.scheme} proxy, which kubedx does not speak; use an http or https proxy")
    if parts.scheme not in {"http", "https"} or not host:
        raise ConfigError("the proxy URL of the cluster cannot be understood; write it as http://HOST:PORT")
    secure = parts.scheme == "https"
    return Proxy(host, port or (443 if secure else 80), secure, _authorization(parts))


def _authorization(parts: SplitResult) -> str:
    if parts.username is None:
        return ""
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return "Basic " + base64.b64encode(pair.encode()).decode("ascii")
