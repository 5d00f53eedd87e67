"""What kubectl's flags say in place of a kubeconfig's entries.

The precedence is client-go's: tools/clientcmd/client_config.go (getCluster, getAuthInfo).
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from kubedx.source.kubeconfig_files import Entry


class Overrides(msgspec.Struct, frozen=True):
    """The flags of kubectl that choose or replace entries of a kubeconfig; empty where one was not given.

    `cluster` and `user` name entries to use in place of the context's. The others replace fields of these: paths are
    relative to the current folder. `request_seconds` limits each request, None where it may take as long as it takes.
    """

    cluster: str = ""
    user: str = ""
    server: str = ""
    authority: str = ""
    insecure: bool = False
    server_name: str = ""
    token: str = ""
    certificate: str = ""
    key: str = ""
    request_seconds: float | None = None

    def __repr__(self) -> str:
        return f"Overrides(cluster={self.cluster!r}, user={self.user!r}, server={self.server!r})"

    @property
    def names_cluster(self) -> bool:
        """Whether a cluster can be found by these alone, without a context."""
        return bool(self.cluster or self.server)

    def on_cluster(self, cluster: "Entry") -> "Entry":
        """The cluster with what the flags say. Whoever names an authority, or wants none, means it instead of the entry's."""
        data = dict(cluster.data)
        if self.insecure or self.authority:
            _replace(data, "certificate-authority", self.authority)
            data["insecure-skip-tls-verify"] = self.insecure
        if self.server_name or self.server:
            data["tls-server-name"] = self.server_name
        if self.server:
            data["server"] = self.server
        return msgspec.structs.replace(cluster, data=data)

    def on_user(self, user: "Entry") -> "Entry":
        """The user with what the flags say. A token takes the place of every other way to sign in but a certificate."""
        data = dict(user.data)
        if self.token:
            for key in ("tokenFile", "username", "password", "exec", "auth-provider"):
                data.pop(key, None)
            data["token"] = self.token
        if self.certificate:
            _replace(data, "client-certificate", self.certificate)
        if self.key:
            _replace(data, "client-key", self.key)
        return msgspec.structs.replace(user, data=data)


def _replace(data: dict[str, Any], key: str, path: str) -> None:
    data.pop(f"{key}-data", None)
    data[key] = str(Path(path).expanduser().absolute()) if path else ""
