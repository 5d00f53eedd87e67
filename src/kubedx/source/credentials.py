"""The ways of a kubeconfig user to say who they are, but for exec plugins (`credentials_exec`)."""

import base64
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from kubedx.errors import ConfigError
from kubedx.source.access import ClientCertificate, Identity

# How long a token read from a file is used before the file is read again; the kubelet rotates them well before expiry.
_REREAD_SECONDS = 30.0
_PARTS_OF_JWT = 3


def bearer(token: str) -> str:
    """The Authorization header of a token. Raises ConfigError for one that cannot stand in a header."""
    token = token.strip()
    if not token.isascii() or not token.isprintable():
        raise ConfigError("the token of the user in the kubeconfig has characters that no token has; get a new one")
    return f"Bearer {token}"


def expiry_of_token(authorization: str) -> datetime | None:
    """When the JSON Web Token of an Authorization header expires; None for a token of another form, and for one without an end.

    Nothing is verified, as it only makes a refusal clear (RFC 7519, `exp`).
    """
    parts = authorization.removeprefix("Bearer ").split(".")
    if len(parts) != _PARTS_OF_JWT:
        return None
    try:
        claims = msgspec.json.decode(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)), type=dict[str, Any])
        return datetime.fromtimestamp(float(claims["exp"]), UTC)
    except (msgspec.DecodeError, ValueError, KeyError, TypeError, OverflowError, OSError):
        return None


def basic(username: str, password: str) -> str:
    """The Authorization header of a name and a password."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode("ascii")


class FixedCredentials:
    """Credentials that stay as they are: a token, a name and password, a client certificate, or none."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity

    def identity(self, deadline: float | None = None) -> Identity:  # noqa: ARG002  # the protocol's form
        """What to send."""
        return self._identity

    def renew(self, rejected: Identity, deadline: float | None = None) -> bool:  # noqa: ARG002  # the protocol's form
        """Never: there is nothing else to try."""
        return False

    def describe(self) -> str:
        """What these credentials are."""
        if self._identity.authorization.startswith("Basic "):
            return "user name and password"
        if self._identity.authorization:
            return "token"
        return "client certificate" if self._identity.certificate else "no credentials"


class TokenFileCredentials:
    """A token in a file that others rotate: of a service account, or `tokenFile` of a kubeconfig.

    As client-go does, a fixed token given beside it is used while the file cannot be read.
    """

    def __init__(self, path: Path, certificate: ClientCertificate | None = None, otherwise: str = "") -> None:
        self._path, self._certificate, self._otherwise = path, certificate, otherwise
        self._lock = threading.Lock()
        self._identity: Identity | None = None
        self._read_at = 0.0

    def identity(self, deadline: float | None = None) -> Identity:  # noqa: ARG002  # the protocol's form
        """What to send; reads the file when that was not done lately."""
        with self._lock:
            if self._identity is None or time.monotonic() - self._read_at > _REREAD_SECONDS:
                self._identity = self._read()
            return self._identity

    def renew(self, rejected: Identity, deadline: float | None = None) -> bool:  # noqa: ARG002  # the protocol's form
        """Read the file again: whether it holds another token now."""
        with self._lock:
            self._identity = self._read()
            return self._identity != rejected

    def describe(self) -> str:
        """What these credentials are."""
        return f"token in {self._path}"

    def _read(self) -> Identity:
        try:
            token = self._path.read_text("utf-8").strip()
        except (OSError, ValueError) as error:
            token = self._otherwise
            if not token:
                raise ConfigError(
                    f"cannot read the token file {self._path} that the kubeconfig names: {_reason(error)}; check the path"
                ) from error
        if not token:
            raise ConfigError(f"the token file {self._path} is empty; sign in again to fill it")
        self._read_at = time.monotonic()
        return Identity(bearer(token), self._certificate)


def _reason(error: Exception) -> str:
    return error.strerror or "unreadable" if isinstance(error, OSError) else "it is not text"
