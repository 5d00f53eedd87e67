"""Which cluster, and as whom: the flag's kubeconfig, else KUBECONFIG, else ~/.kube/config, else the pod we run in."""

import base64
import binascii
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kubedx.errors import ConfigError
from kubedx.source.access import ClientCertificate, ClusterAccess, Credentials, Identity, Impersonation, TlsSettings
from kubedx.source.credentials import FixedCredentials, TokenFileCredentials, basic, bearer
from kubedx.source.credentials_exec import ExecCredentials, ExecPlugin
from kubedx.source.http_proxy import proxy_from_environment
from kubedx.source.kubeconfig_files import Entry, Kubeconfig, as_mapping, as_sequence, as_text, read_kubeconfig
from kubedx.source.overrides import Overrides

# https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/
SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")

_EXEC_EXTENSION = "client.authentication.k8s.io/exec"
_NO_OVERRIDES = Overrides()


def is_cluster_configured(
    kubeconfig: str | None,
    context: str | None,
    environ: Mapping[str, str],
    service_account: Path = SERVICE_ACCOUNT,
    overrides: Overrides = _NO_OVERRIDES,
) -> bool:
    """Whether the user or the pod we run in names any cluster, right or wrong: only when not, may the demo stand in.

    A KUBECONFIG whose files are all missing counts as configured, so that a wrong path is an error. Raises ConfigError
    for a kubeconfig that cannot be read.
    """
    if kubeconfig or context or overrides.names_cluster:
        return True
    found = read_kubeconfig(None, environ)
    return not found.empty or bool(environ.get("KUBECONFIG") and _all_missing(found)) or _in_cluster(environ, service_account)


def load_cluster(
    kubeconfig: str | None,
    context: str | None,
    impersonate: Impersonation | None,
    environ: Mapping[str, str],
    service_account: Path = SERVICE_ACCOUNT,
    overrides: Overrides = _NO_OVERRIDES,
) -> ClusterAccess:
    """How to reach the cluster that is asked for. Nothing is sent yet, and no plugin runs.

    `kubeconfig` and `context` are the flags, None or empty when not given. `impersonate` replaces what the kubeconfig
    says; so do `overrides`, kubectl's other flags. Raises ConfigError, in one sentence, for whatever cannot be used.
    """
    found = read_kubeconfig(kubeconfig, environ)
    if found.empty and not (kubeconfig or context or overrides.names_cluster):
        if _in_cluster(environ, service_account):
            return _from_pod(impersonate, environ, service_account, overrides)
        if found.missing and environ.get("KUBECONFIG"):
            raise ConfigError(f"KUBECONFIG names {found.missing[0]}, which does not exist; correct it or unset it")
        raise ConfigError(f"no cluster is configured: {found.origin} names none; give --kubeconfig or --kubecontext")
    return _from_kubeconfig(found, context, impersonate, environ, overrides)


def _all_missing(found: Kubeconfig) -> bool:
    return bool(found.missing) and found.empty


def _in_cluster(environ: Mapping[str, str], service_account: Path) -> bool:
    return bool(environ.get("KUBERNETES_SERVICE_HOST") and (service_account / "token").is_file())


def _from_pod(
    impersonate: Impersonation | None,
    environ: Mapping[str, str],
    service_account: Path,
    overrides: Overrides,
) -> ClusterAccess:
    host, port = environ["KUBERNETES_SERVICE_HOST"], environ.get("KUBERNETES_SERVICE_PORT") or "443"
    authority, namespace = service_account / "ca.crt", service_account / "namespace"
    server = f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}"
    return ClusterAccess(
        name="in-cluster",
        server=server,
        credentials=_token(overrides) or TokenFileCredentials(service_account / "token"),
        namespace=_read_text(namespace).strip() if namespace.is_file() else "",
        tls=TlsSettings(authority=_read_text(authority) if authority.is_file() else ""),
        proxy=proxy_from_environment(server, environ),
        impersonate=_checked(impersonate or Impersonation()),
        request_seconds=overrides.request_seconds,
    )


def _token(overrides: Overrides) -> Credentials | None:
    return FixedCredentials(Identity(bearer(overrides.token))) if overrides.token else None


def _from_kubeconfig(
    found: Kubeconfig,
    context: str | None,
    impersonate: Impersonation | None,
    environ: Mapping[str, str],
    overrides: Overrides,
) -> ClusterAccess:
    name, chosen = _context(found, context, overrides)
    cluster_name = overrides.cluster or chosen.text("cluster")
    unnamed = Entry({}, chosen.directory)
    cluster = (
        _named(found.clusters, cluster_name, "cluster", _who(overrides.cluster, name)) if cluster_name or not overrides.server else unnamed
    )
    user_name = overrides.user or chosen.text("user")
    user = overrides.on_user(_named(found.users, user_name, "user", _who(overrides.user, name)) if user_name else unnamed)
    cluster = overrides.on_cluster(cluster)
    tls = _tls(cluster)
    server = _server(cluster, tls, user)
    return ClusterAccess(
        name=name,
        server=server,
        credentials=_credentials(user, cluster, tls, environ),
        namespace=chosen.text("namespace"),
        tls=tls,
        proxy=cluster.text("proxy-url") or proxy_from_environment(server, environ),
        impersonate=_checked(impersonate or _impersonation(user)),
        request_seconds=overrides.request_seconds,
    )


def _context(found: Kubeconfig, asked: str | None, overrides: Overrides) -> tuple[str, Entry]:
    """The context and its name; where none is asked for nor current, flags that name a cluster need none."""
    name = asked or found.current_context
    chosen = found.contexts.get(name)
    if chosen is not None:
        return name, chosen
    if overrides.names_cluster and not asked:
        return overrides.cluster or overrides.server, Entry({}, Path())
    if not name:
        raise ConfigError(f"{found.origin} sets no current-context; choose one with --kubecontext: {_names(found.contexts)}")
    raise ConfigError(f"{found.origin} has no context {name!r}; choose one with --kubecontext: {_names(found.contexts)}")


def _names(entries: Mapping[str, Entry]) -> str:
    names = sorted(entries)
    return ", ".join(names[:8]) + (", …" if len(names) > 8 else "") if names else "there is none yet"


def _who(flag: str, context: str) -> str:
    return "a flag" if flag else f"context {context!r}"


def _named(entries: Mapping[str, Entry], name: str, what: str, who: str) -> Entry:
    entry = entries.get(name)
    if entry is None:
        raise ConfigError(f"{who} names {what} {name!r}, which no kubeconfig file defines; add it or choose another: {_names(entries)}")
    return entry


def _server(cluster: Entry, tls: TlsSettings, user: Entry) -> str:
    server = cluster.text("server").strip().rstrip("/")
    if not server:
        raise ConfigError("the cluster of the context has no server in the kubeconfig; add the URL of its API server")
    if "://" not in server:
        # As client-go: TLS where anything about TLS is set.
        secure = tls.authority or tls.insecure or user.text("client-certificate") or user.text("client-certificate-data")
        server = f"{'https' if secure else 'http'}://{server}"
    return server


def _tls(cluster: Entry) -> TlsSettings:
    insecure = cluster.flag("insecure-skip-tls-verify")
    authority = _pem(cluster, "certificate-authority").decode("utf-8", "replace")
    if authority and insecure:
        raise ConfigError(
            "the cluster in the kubeconfig has both a certificate-authority and insecure-skip-tls-verify; remove one, better the second",
        )
    return TlsSettings(authority=authority, insecure=insecure, server_name=cluster.text("tls-server-name"))


def _pem(entry: Entry, key: str) -> bytes:
    """The PEM of `key`-data, else of the file that `key` names, else nothing."""
    data = entry.text(f"{key}-data")
    if data:
        try:
            return base64.b64decode(data, validate=False)
        except (binascii.Error, ValueError) as error:
            raise ConfigError(f"{key}-data in the kubeconfig is not base64; write it again") from error
    path = entry.path(key)
    return _read_bytes(path, key) if path else b""


def _read_bytes(path: Path, key: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot read {path}, the {key} that the kubeconfig or a flag names: {error.strerror}; check the path") from error


def _read_text(path: Path) -> str:
    return _read_bytes(path, path.name).decode("utf-8", "replace")


def _credentials(user: Entry, cluster: Entry, tls: TlsSettings, environ: Mapping[str, str]) -> Credentials:
    if user.data.get("auth-provider"):
        name = as_text(as_mapping(user.data["auth-provider"], "auth-provider").get("name"), "name")
        raise ConfigError(
            f"the user in the kubeconfig has the auth-provider {name!r}, which Kubernetes removed in 1.26; use its exec plugin instead",
        )
    token, username = user.text("token"), user.text("username")
    if (token or user.text("tokenFile")) and username:
        raise ConfigError("the user in the kubeconfig has both a token and a username; keep one of them")
    certificate = _certificate(user)
    token_file = user.path("tokenFile")
    if token_file:
        return TokenFileCredentials(token_file, certificate, otherwise=token)
    if token:
        return FixedCredentials(Identity(bearer(token), certificate))
    if username:
        return FixedCredentials(Identity(basic(username, user.text("password")), certificate))
    if user.data.get("exec"):
        return ExecCredentials(_plugin(user, cluster, tls), environ)
    return FixedCredentials(Identity(certificate=certificate))


def _certificate(user: Entry) -> ClientCertificate | None:
    certificate, key = _pem(user, "client-certificate"), _pem(user, "client-key")
    if bool(certificate) != bool(key):
        there, lacking = ("client-certificate", "client-key") if certificate else ("client-key", "client-certificate")
        raise ConfigError(f"the user in the kubeconfig has a {there} but no {lacking}; add it")
    return ClientCertificate(certificate, key) if certificate else None


def _plugin(user: Entry, cluster: Entry, tls: TlsSettings) -> ExecPlugin:
    entry = Entry(user.mapping("exec"), user.directory)
    command = entry.text("command")
    if "/" in command or "\\" in command:
        command = str(entry.path("command"))
    env = {}
    for item in as_sequence(entry.data.get("env"), "env"):
        pair = as_mapping(item, "env")
        env[as_text(pair.get("name"), "name")] = as_text(pair.get("value"), "value")
    return ExecPlugin(
        command=command,
        api_version=entry.text("apiVersion"),
        args=tuple(as_text(arg, "args") for arg in as_sequence(entry.data.get("args"), "args")),
        env=env,
        interactive_mode=entry.text("interactiveMode") or "IfAvailable",
        install_hint=entry.text("installHint"),
        cluster=_cluster_for_plugin(cluster, tls) if entry.flag("provideClusterInfo") else None,
    )


def _cluster_for_plugin(cluster: Entry, tls: TlsSettings) -> dict[str, Any]:
    """The `spec.cluster` of an ExecCredential, with the config that the cluster's extension holds for plugins."""
    info: dict[str, Any] = {"server": cluster.text("server")}
    if tls.server_name:
        info["tls-server-name"] = tls.server_name
    if tls.insecure:
        info["insecure-skip-tls-verify"] = True
    if tls.authority:
        info["certificate-authority-data"] = base64.b64encode(tls.authority.encode()).decode("ascii")
    if cluster.text("proxy-url"):
        info["proxy-url"] = cluster.text("proxy-url")
    for item in as_sequence(cluster.data.get("extensions"), "extensions"):
        extension = as_mapping(item, "extensions")
        if extension.get("name") == _EXEC_EXTENSION:
            info["config"] = extension.get("extension")
    return info


def _impersonation(user: Entry) -> Impersonation:
    extra = {
        str(key): tuple(as_text(value, "as-user-extra") for value in as_sequence(values, "as-user-extra"))
        for key, values in user.mapping("as-user-extra").items()
    }
    return Impersonation(
        user=user.text("as"),
        groups=tuple(as_text(group, "as-groups") for group in as_sequence(user.data.get("as-groups"), "as-groups")),
        uid=user.text("as-uid"),
        extra=extra,
    )


def _checked(impersonate: Impersonation) -> Impersonation:
    if impersonate and not impersonate.user:
        raise ConfigError("a group, uid or extra to act as needs a user to act as; add --as NAME")
    values = [value for values in impersonate.extra.values() for value in values]
    if not all(text.isprintable() for text in (impersonate.user, impersonate.uid, *impersonate.groups, *values)):
        raise ConfigError("the user, uid, group or extra to act as has control characters; write it again")
    return impersonate
