"""How to reach one API server and as whom, apart from any HTTP client."""

from collections.abc import Mapping
from typing import Protocol

import msgspec


class Impersonation(msgspec.Struct, frozen=True):
    """Whom to act as: the `--as` flags of kubectl, or the `as…` fields of a kubeconfig user.

    https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation
    """

    user: str = ""
    groups: tuple[str, ...] = ()
    uid: str = ""
    extra: Mapping[str, tuple[str, ...]] = {}

    def __bool__(self) -> bool:
        return bool(self.user or self.groups or self.uid or self.extra)


class ClientCertificate(msgspec.Struct, frozen=True):
    """A certificate and its key, PEM. Neither is shown when printed."""

    certificate: bytes
    key: bytes

    def __repr__(self) -> str:
        return "ClientCertificate(…)"


class Identity(msgspec.Struct, frozen=True):
    """What a request carries to say who we are: an Authorization header, a certificate, both or nothing."""

    authorization: str = ""
    certificate: ClientCertificate | None = None

    def __repr__(self) -> str:
        return f"Identity(authorization={'…' if self.authorization else ''!r}, certificate={self.certificate!r})"


class Credentials(Protocol):
    """A user of an API server. Both calls may be made from several threads, and may raise a ConfigError."""

    def identity(self, deadline: float | None = None) -> Identity:
        """What to send now; may read a file or run a plugin, until `deadline` of `time.monotonic()` at most."""
        ...

    def renew(self, rejected: Identity, deadline: float | None = None) -> bool:
        """After a 401: whether `identity` now answers something else than what was rejected."""
        ...

    def describe(self) -> str:
        """What these credentials are, in words that hold no secret: `client certificate`, `token` …"""
        ...


class TlsSettings(msgspec.Struct, frozen=True):
    """How to know the API server. `authority` is PEM, empty for the system's own authorities."""

    authority: str = ""
    insecure: bool = False
    server_name: str = ""


class ClusterAccess(msgspec.Struct, frozen=True):
    """Everything needed to talk to one API server.

    `name` is the context's name; `namespace` the one it prefers, empty when it names none. `proxy` is a URL that may
    hold a password: never print it. `request_seconds` is how long one request may take, None where nobody limits it.
    """

    name: str
    server: str
    credentials: Credentials
    namespace: str = ""
    tls: TlsSettings = TlsSettings()
    proxy: str = ""
    impersonate: Impersonation = Impersonation()
    request_seconds: float | None = None

    def __repr__(self) -> str:
        return f"ClusterAccess(name={self.name!r}, server={self.server!r})"
