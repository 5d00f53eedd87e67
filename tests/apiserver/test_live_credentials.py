"""Every way of a kubeconfig to say who we are and where the API server is, against a real one."""

import base64
import datetime as dt
import http.server
import json
import select
import socket
import ssl
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from apiserver.cluster import Authority, Cluster
from kubedx.errors import ClusterError, ClusterUnreachable, ConfigError, NothingReadable, Unauthorized
from kubedx.kube import Node, Pod
from kubedx.source import Impersonation, LiveSource, Scope, load_cluster

POD = Pod.KIND


def pods(
    kubeconfig: str, impersonate: Impersonation | None = None, namespace: str = "", environ: Mapping[str, str] | None = None
) -> list[str]:
    live = LiveSource(load_cluster(kubeconfig, None, impersonate, environ or {}))
    try:
        reading = live.read([POD], Scope(namespaces=(namespace,) if namespace else ()))
    finally:
        live.close()
    return [found.name for found in reading.objects[POD.group_kind]]


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_client_certificates_in_files_beside_the_kubeconfig(cluster: Cluster, shop: str, tmp_path: Path) -> None:
    (tmp_path / "me.crt").write_bytes(cluster.admin_certificate)
    (tmp_path / "me.key").write_bytes(cluster.admin_key)
    (tmp_path / "ca.crt").write_bytes(cluster.authority.pem)
    files = {"client-certificate": "me.crt", "client-key": "me.key"}
    entry = {"certificate-authority": "ca.crt", "certificate-authority-data": None}
    assert "cart" in pods(cluster.kubeconfig(tmp_path / "config", files, cluster=entry))


def test_an_expired_client_certificate(cluster: Cluster, shop: str, tmp_path: Path) -> None:
    past = dt.datetime(2020, 5, 17, 12, 30, tzinfo=dt.UTC)
    certificate, key = cluster.authority.issue("admin", ["system:masters"], valid_until=past)
    user = {"client-certificate-data": encoded(certificate), "client-key-data": encoded(key)}
    with pytest.raises(Unauthorized, match="client certificate of context 'test' expired at 2020-05-17 12:30 UTC; renew it"):
        pods(cluster.kubeconfig(tmp_path / "config", user))


def test_a_token_that_is_not_known(cluster: Cluster, shop: str, tmp_path: Path) -> None:
    kubeconfig = cluster.kubeconfig(tmp_path / "config", {"token": "expired-secret-token"})
    with pytest.raises(Unauthorized, match="the token of context 'test' is wrong or has expired; sign in again") as caught:
        pods(kubeconfig)
    assert "expired-secret-token" not in str(caught.value)


def test_a_token_file_that_is_rotated(cluster: Cluster, shop: str, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("old-token\n")
    live = LiveSource(load_cluster(cluster.kubeconfig(tmp_path / "config", {"tokenFile": "token"}), None, None, {}))
    with pytest.raises(Unauthorized):
        live.read([POD], Scope())
    (tmp_path / "token").write_text(f"{cluster.token('root')}\n")
    assert live.read([POD], Scope()).objects[POD.group_kind]
    live.close()


def test_in_a_pod(cluster: Cluster, shop: str, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(cluster.token("shop-reader"))
    (tmp_path / "ca.crt").write_bytes(cluster.authority.pem)
    (tmp_path / "namespace").write_text(shop)
    environ = {"KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": str(cluster.port), "HOME": str(tmp_path / "home")}
    live = LiveSource(load_cluster(None, None, None, environ, service_account=tmp_path))
    reading = live.read([POD], Scope())
    live.close()
    assert reading.cluster.name == "in-cluster"
    assert [found.name for found in reading.objects[POD.group_kind]] == ["cart"]


def exec_user(script: Path, **more: Any) -> dict[str, Any]:
    plugin = {"apiVersion": "client.authentication.k8s.io/v1", "command": sys.executable, "args": [str(script)], "interactiveMode": "Never"}
    return {"exec": plugin | more}


def write_plugin(tmp_path: Path, *statuses: dict[str, Any], version: str = "v1") -> Path:
    """A plugin that prints one status after another, the last for ever, and keeps what it was told."""
    script = tmp_path / "plugin.py"
    script.write_text(
        f"""import json, os, pathlib
here = pathlib.Path({str(tmp_path)!r})
calls = here / "calls"
told = calls.read_text().splitlines() if calls.exists() else []
told.append(json.dumps({{"info": json.loads(os.environ["KUBERNETES_EXEC_INFO"]), "extra": os.environ.get("EXTRA")}}))
calls.write_text("\\n".join(told))
statuses = {statuses!r}
status = statuses[min(len(told), len(statuses)) - 1]
print(json.dumps({{"apiVersion": "client.authentication.k8s.io/{version}", "kind": "ExecCredential", "status": status}}))
""",
    )
    return script


def calls(tmp_path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (tmp_path / "calls").read_text().splitlines()]


def test_an_exec_plugin_runs_once_and_is_told_of_the_cluster(cluster: Cluster, shop: str, tmp_path: Path) -> None:
    script = write_plugin(tmp_path, {"token": cluster.token("root")})
    user = exec_user(script, provideClusterInfo=True, env=[{"name": "EXTRA", "value": "more"}])
    extensions = [{"name": "client.authentication.k8s.io/exec", "extension": {"audience": "shop"}}]
    kubeconfig = cluster.kubeconfig(tmp_path / "config", user, cluster={"extensions": extensions})
    assert "cart" in pods(kubeconfig)
    (call,) = calls(tmp_path)
    assert call["extra"] == "more"
    assert call["info"]["apiVersion"] == "client.authentication.k8s.io/v1"
    assert call["info"]["spec"]["interactive"] is False
    told = call["info"]["spec"]["cluster"]
    assert told["server"] == cluster.server
    assert base64.b64decode(told["certificate-authority-data"]) == cluster.authority.pem
    assert told["config"] == {"audience": "shop"}


def test_an_exec_plugin_makes_client_certificates(cluster: Cluster, shop: str, tmp_path: Path) -> None:
    status = {"clientCertificateData": cluster.admin_certificate.decode(), "clientKeyData": cluster.admin_key.decode()}
    script = write_plugin(tmp_path, status, version="v1beta1")
    user = exec_user(script, apiVersion="client.authentication.k8s.io/v1beta1")
    assert "cart" in pods(cluster.kubeconfig(tmp_path / "config", user))
    assert "cluster" not in calls(tmp_path)[0]["info"]["spec"]


def test_an_exec_plugin_runs_again_after_a_401(cluster: Cluster, shop: str, tmp_path: Path) -> None:
    script = write_plugin(tmp_path, {"token": "stale"}, {"token": cluster.token("root")})
    assert "cart" in pods(cluster.kubeconfig(tmp_path / "config", exec_user(script)))
    assert len(calls(tmp_path)) == 2


def test_an_exec_plugin_runs_again_after_expiry(cluster: Cluster, shop: str, tmp_path: Path) -> None:
    expired = {"token": cluster.token("root"), "expirationTimestamp": "2020-01-01T00:00:00Z"}
    script = write_plugin(tmp_path, expired, {"token": cluster.token("root")})
    assert "cart" in pods(cluster.kubeconfig(tmp_path / "config", exec_user(script)))
    assert len(calls(tmp_path)) == 2


def test_an_exec_plugin_whose_credentials_are_never_good(cluster: Cluster, shop: str, tmp_path: Path) -> None:
    script = write_plugin(tmp_path, {"token": "stale"}, {"token": "staler"}, {"token": "stalest"})
    with pytest.raises(Unauthorized, match="exec plugin"):
        pods(cluster.kubeconfig(tmp_path / "config", exec_user(script)))


def test_acting_as_another_user(cluster: Cluster, shop: str, tmp_path: Path) -> None:
    kubeconfig = cluster.kubeconfig(tmp_path / "config", cluster.user("admin") | {"as": "nobody"})
    assert pods(cluster.kubeconfig(tmp_path / "plain"), Impersonation(user="shop-reader"), namespace=shop) == ["cart"]
    with pytest.raises(NothingReadable, match='User "nobody"'):
        pods(kubeconfig)
    # The flag replaces what the kubeconfig says.
    assert "cart" in pods(kubeconfig, Impersonation(user="someone", groups=("system:masters", "others"), uid="7", extra={"team": ("a",)}))


def test_who_may_not_act_as_another(cluster: Cluster, shop: str, tmp_path: Path) -> None:
    with pytest.raises(ClusterError, match="cannot impersonate"):
        pods(cluster.kubeconfig(tmp_path / "config", "shop-reader"), Impersonation(user="root"))


def test_a_server_of_another_authority(cluster: Cluster, shop: str, tmp_path: Path) -> None:
    other = {"certificate-authority-data": encoded(Authority("other").pem)}
    with pytest.raises(ClusterUnreachable, match="certificate of an authority that is not trusted; set certificate-authority"):
        pods(cluster.kubeconfig(tmp_path / "config", cluster=other))
    insecure = {"certificate-authority-data": None, "insecure-skip-tls-verify": True}
    assert "cart" in pods(cluster.kubeconfig(tmp_path / "config", cluster=insecure))


def test_the_name_on_the_certificate(cluster: Cluster, shop: str, tmp_path: Path) -> None:
    named = {"tls-server-name": "kubernetes.default"}
    assert "cart" in pods(cluster.kubeconfig(tmp_path / "config", cluster=named))
    with pytest.raises(ClusterUnreachable, match=r"not made out to 'other\.example'"):
        pods(cluster.kubeconfig(tmp_path / "config", cluster={"tls-server-name": "other.example"}))


def test_plain_http_to_a_tls_server(cluster: Cluster, shop: str, tmp_path: Path) -> None:
    with pytest.raises(ClusterError, match="HTTP request to an HTTPS server"):
        pods(cluster.kubeconfig(tmp_path / "config", cluster={"server": cluster.server.replace("https", "http")}))


class Proxy(http.server.BaseHTTPRequestHandler):
    """A proxy that opens tunnels for who gives the password."""

    seen: list[str]

    def do_CONNECT(self) -> None:
        self.seen.append(self.path)
        if self.headers.get("Proxy-Authorization") != "Basic " + encoded(b"me:proxy-password"):
            self.send_response(407)
            self.end_headers()
            return
        host, port = self.path.rsplit(":", 1)
        with socket.create_connection((host, int(port))) as beyond:
            self.send_response(200)
            self.end_headers()
            relay(self.connection, beyond)
        self.close_connection = True

    def log_message(self, *args: object) -> None:
        pass


def relay(one: socket.socket, other: socket.socket) -> None:
    one.settimeout(30)
    while True:
        pending = isinstance(one, ssl.SSLSocket) and one.pending()
        ready = [one] if pending else select.select([one, other], [], [], 30)[0]
        for end in ready:
            try:
                data = end.recv(65536)
            except OSError:
                return
            if not data:
                return
            (other if end is one else one).sendall(data)


@pytest.fixture(params=["http", "https"])
def proxy(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, list[str]]]:
    """A proxy, in plain text and with TLS of its own, and the tunnels that were asked of it."""
    seen: list[str] = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Proxy,), {"seen": seen}))
    if request.param == "https":
        authority = Authority("proxy-authority")
        certificate, key = authority.issue("proxy", addresses=["127.0.0.1"])
        (tmp_path / "proxy.pem").write_bytes(certificate + key)
        (tmp_path / "trusted.pem").write_bytes(authority.pem)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "trusted.pem"))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tmp_path / "proxy.pem")
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"{request.param}://me:{{}}@127.0.0.1:{server.server_address[1]}", seen
    server.shutdown()
    server.server_close()


def test_through_a_proxy(cluster: Cluster, many_pods: str, proxy: tuple[str, list[str]], tmp_path: Path) -> None:
    url, seen = proxy
    kubeconfig = cluster.kubeconfig(tmp_path / "config", cluster={"proxy-url": url.format("proxy-password")})
    live = LiveSource(load_cluster(kubeconfig, None, None, {}), workers=2)
    reading = live.read([POD, Node.KIND], Scope())
    live.close()
    assert len(reading.objects[POD.group_kind]) >= 1200
    assert set(seen) == {f"127.0.0.1:{cluster.port}"}


def test_a_proxy_that_refuses(cluster: Cluster, shop: str, proxy: tuple[str, list[str]], tmp_path: Path) -> None:
    kubeconfig = cluster.kubeconfig(tmp_path / "config", cluster={"proxy-url": proxy[0].format("wrong-password")})
    with pytest.raises(ClusterUnreachable, match="user name and password") as caught:
        pods(kubeconfig)
    assert "wrong-password" not in str(caught.value)


def test_a_socks_proxy_is_refused(cluster: Cluster, shop: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="socks5 proxy"):
        pods(cluster.kubeconfig(tmp_path / "config", cluster={"proxy-url": "socks5://127.0.0.1:1"}))
