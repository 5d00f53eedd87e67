"""How to reach one API server and as whom, apart from any HTTP client."""

import ssl
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import msgspec

from kubedx.errors import ConfigError


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
    hold a password: never print it.
    """

    name: str
    server: str
    credentials: Credentials
    namespace: str = ""
    tls: TlsSettings = TlsSettings()
    proxy: str = ""
    impersonate: Impersonation = Impersonation()

    def __repr__(self) -> str:
        return f"ClusterAccess(name={self.name!r}, server={self.server!r})"


def tls_context(tls: TlsSettings, certificate: ClientCertificate | None) -> ssl.SSLContext:
    """The TLS settings of a connection. Raises ConfigError for certificates that are none."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # Clusters make their own authorities, often without the extensions that the strict mode of RFC 5280 asks for.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    if tls.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif tls.authority:
        try:
            context.load_verify_locations(cadata=tls.authority)
        except (ssl.SSLError, ValueError) as error:
            raise ConfigError("the certificate-authority of the cluster in the kubeconfig is not a PEM certificate; correct it") from error
    else:
        context.load_default_certs()
    if certificate:
        _load_certificate(context, certificate)
    return context


def _load_certificate(context: ssl.SSLContext, certificate: ClientCertificate) -> None:
    # OpenSSL takes certificates from files only, so they live in a private one for a moment.
    with tempfile.TemporaryDirectory(prefix="kubedx-") as directory:
        path = Path(directory, "client.pem")
        path.touch(mode=0o600)
        path.write_bytes(certificate.certificate + b"\n" + certificate.key)
        try:
            context.load_cert_chain(path, password="")
        except (ssl.SSLError, ValueError, OSError) as error:
            raise ConfigError(
                "the client certificate and key of the user in the kubeconfig do not work together; both must be PEM, "
                "the key without a password, and belong to each other",
            ) from error
