"""What the flags of `cluster_flags` say, checked: which cluster, and who asks."""

from typing import TYPE_CHECKING, Any

import msgspec

from kubedx.errors import UsageError
from kubedx.kube import parse_duration

if TYPE_CHECKING:
    from kubedx.source import Impersonation, Overrides

LONGEST_REQUEST = 24 * 3600


class ClusterOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The flags as they were typed, one field a flag; the options of every command that reads a live cluster have them."""

    kubeconfig: str = ""
    kubecontext: str = ""
    cluster: str = ""
    user: str = ""
    as_: str = ""
    as_group: tuple[str, ...] = ()
    as_uid: str = ""
    request_timeout: str = ""
    server: str = ""
    token: str = ""
    certificate_authority: str = ""
    insecure_skip_tls_verify: bool = False
    tls_server_name: str = ""
    client_certificate: str = ""
    client_key: str = ""

    def check_cluster(self) -> None:
        """Raise UsageError for the first value or combination that has no meaning."""
        _ = self.request_seconds
        if self.as_group and not self.as_:
            raise UsageError("--as-group needs --as: the API server knows no group without a user")
        if self.as_uid and not self.as_:
            raise UsageError("--as-uid needs --as: the API server knows no uid without a user")

    @property
    def reach(self) -> dict[str, Any]:
        """The values of these flags alone, to hand them on to the options of another command."""
        return {name: getattr(self, name) for name in ClusterOptions.__struct_fields__}

    @property
    def given(self) -> tuple[str, ...]:
        """The flags of these that were given, as they are typed."""
        return tuple(f"--{name.strip('_').replace('_', '-')}" for name, value in self.reach.items() if value)

    @property
    def request_seconds(self) -> float | None:
        """How long one request may take; None, and 0, mean no limit. A bare number is in seconds, as kubectl reads it."""
        written = self.request_timeout
        if not written:
            return None
        try:
            seconds = parse_duration(f"{written}s" if written.isascii() and written.isdigit() else written).total_seconds()
        except ValueError as error:
            raise UsageError(f"--request-timeout: {error}") from error
        if not 0 <= seconds <= LONGEST_REQUEST:
            raise UsageError(f"--request-timeout is 24h at most, not {written}")
        return seconds or None

    @property
    def impersonation(self) -> "Impersonation":
        """Whom to act as."""
        from kubedx.source import Impersonation

        return Impersonation(user=self.as_, groups=self.as_group, uid=self.as_uid)

    @property
    def overrides(self) -> "Overrides":
        """What takes the place of the kubeconfig's entries."""
        from kubedx.source import Overrides

        return Overrides(
            cluster=self.cluster,
            user=self.user,
            server=self.server,
            authority=self.certificate_authority,
            insecure=self.insecure_skip_tls_verify,
            server_name=self.tls_server_name,
            token=self.token,
            certificate=self.client_certificate,
            key=self.client_key,
            request_seconds=self.request_seconds,
        )

    @property
    def for_kubectl(self) -> list[str]:
        """The flags that choose the cluster, for a kubectl command that is suggested. Never a token, nor whom to act as."""
        chosen = {
            "--kubeconfig": self.kubeconfig,
            "--context": self.kubecontext,
            "--cluster": self.cluster,
            "--user": self.user,
            "--server": self.server,
            "--certificate-authority": self.certificate_authority,
            "--tls-server-name": self.tls_server_name,
        }
        return [f"{flag}={value}" for flag, value in chosen.items() if value]
