"""A real etcd and kube-apiserver on free ports of this machine, with users and a way to make objects."""

import base64
import datetime as dt
import http.client
import ipaddress
import json
import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

START_SECONDS = 60.0


def find_assets() -> Path | str:
    """The directory with etcd and kube-apiserver, or why there is none."""
    named = os.environ.get("KUBEBUILDER_ASSETS")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "kubedx-kube", "bin")
    directory = Path(named) if named else cache
    missing = [name for name in ("etcd", "kube-apiserver") if not _program(directory, name)]
    return f"no {' and no '.join(missing)} in {directory}: run scripts/kube-assets" if missing else directory


def _program(directory: Path, name: str) -> str | None:
    """A program of the assets; etcd may come from the system."""
    here = directory / name
    if os.access(here, os.X_OK):
        return str(here)
    return shutil.which(name) if name == "etcd" else None


class Authority:
    """A certificate authority of our own."""

    def __init__(self, name: str = "test-authority") -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._certificate = self._signed(self._name, self._key, authority=True)
        self.pem = _pem(self._certificate)

    def issue(
        self,
        user: str,
        groups: Iterable[str] = (),
        *,
        addresses: Iterable[str] = (),
        names: Iterable[str] = (),
        valid_until: dt.datetime | None = None,
    ) -> tuple[bytes, bytes]:
        """A certificate and its key, PEM: of a user, or of a server where it has addresses or names."""
        key = ec.generate_private_key(ec.SECP256R1())
        parts = [x509.NameAttribute(NameOID.COMMON_NAME, user)]
        parts += [x509.NameAttribute(NameOID.ORGANIZATION_NAME, group) for group in groups]
        alternatives: list[x509.GeneralName] = [x509.DNSName(name) for name in names]
        alternatives += [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses]
        certificate = self._signed(x509.Name(parts), key, alternatives=alternatives, valid_until=valid_until)
        return _pem(certificate), _key_pem(key)

    def _signed(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        *,
        authority: bool = False,
        alternatives: Iterable[x509.GeneralName] = (),
        valid_until: dt.datetime | None = None,
    ) -> x509.Certificate:
        now = dt.datetime.now(dt.UTC)
        until = valid_until or now + dt.timedelta(days=2)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(min(now, until) - dt.timedelta(days=2))
            .not_valid_after(until)
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        )
        if not authority:
            usages = [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]
            builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        alternatives = list(alternatives)
        if alternatives:
            builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        return builder.sign(self._key, hashes.SHA256())


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class Cluster:
    """The running API server. `kubeconfig` makes a file for a user; `create` makes objects as an administrator."""

    USERS = ("root", "shop-reader", "shop-lister", "no-nodes", "nobody")

    def __init__(self, assets: Path, directory: Path) -> None:
        self.directory = directory
        self.authority = Authority()
        self.port = free_port()
        self.server = f"https://127.0.0.1:{self.port}"
        self._processes: list[subprocess.Popen[bytes]] = []
        self._local = threading.local()
        self._connections: list[http.client.HTTPSConnection] = []
        certificate, key = self.authority.issue("admin", ["system:masters"])
        self.admin_certificate, self.admin_key = certificate, key
        self._write("ca.crt", self.authority.pem)
        self._write("admin.pem", certificate + key)
        try:
            self._start_etcd(assets)
            self._start_apiserver(assets)
            self._wait()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        for connection in self._connections:
            connection.close()
        for process in reversed(self._processes):
            process.terminate()
        for process in reversed(self._processes):
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    @property
    def etcd(self) -> str:
        """Where etcd listens: for whoever fills the cluster past the API server."""
        return self._etcd

    def pid_of(self, name: str) -> int:
        """The process of `etcd` or `kube-apiserver`."""
        return next(process.pid for process in self._processes if Path(str(process.args[0])).name == name)  # type: ignore[index]  # we start them with sequences alone

    def _write(self, name: str, content: bytes | str) -> Path:
        path = self.directory / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def _start(self, name: str, *command: str) -> None:
        with (self.directory / f"{name}.log").open("wb") as log:
            self._processes.append(subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL))

    def _start_etcd(self, assets: Path) -> None:
        client, peer = f"http://127.0.0.1:{free_port()}", f"http://127.0.0.1:{free_port()}"
        self._etcd = client
        self._start(
            "etcd",
            _program(assets, "etcd") or "etcd",
            f"--data-dir={self.directory / 'etcd'}",
            f"--listen-client-urls={client}",
            f"--advertise-client-urls={client}",
            f"--listen-peer-urls={peer}",
            f"--initial-advertise-peer-urls={peer}",
            f"--initial-cluster=default={peer}",
            "--unsafe-no-fsync",
        )

    def _start_apiserver(self, assets: Path) -> None:
        certificate, key = self.authority.issue("kube-apiserver", addresses=["127.0.0.1"], names=["localhost", "kubernetes.default"])
        served = self._write("apiserver.crt", certificate), self._write("apiserver.key", key)
        tokens = self._write("tokens.csv", "".join(self._token_line(user) for user in self.USERS))
        self._start(
            "kube-apiserver",
            str(assets / "kube-apiserver"),
            f"--etcd-servers={self._etcd}",
            "--bind-address=127.0.0.1",
            f"--secure-port={self.port}",
            "--endpoint-reconciler-type=none",
            "--service-cluster-ip-range=10.0.0.0/16",
            f"--tls-cert-file={served[0]}",
            f"--tls-private-key-file={served[1]}",
            f"--client-ca-file={self.directory / 'ca.crt'}",
            f"--token-auth-file={tokens}",
            "--authorization-mode=RBAC",
            "--disable-admission-plugins=ServiceAccount",
            "--service-account-issuer=https://kubernetes.default",
            f"--service-account-key-file={served[1]}",
            f"--service-account-signing-key-file={served[1]}",
            f"--cert-dir={self.directory}",
        )

    @staticmethod
    def token(user: str) -> str:
        """The token of one of USERS; root may do everything."""
        return f"token-of-{user}"

    def _token_line(self, user: str) -> str:
        return f"{self.token(user)},{user},{user},{'system:masters' if user == 'root' else ''}\n"

    def _wait(self) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if any(process.poll() is not None for process in self._processes):
                break
            try:
                if self.request("GET", "/readyz")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        tail = (self.directory / "kube-apiserver.log").read_text(errors="replace")[-2000:]
        raise RuntimeError(f"the API server did not start: {tail}")

    def request(
        self, method: str, path: str, body: Mapping[str, Any] | list[Any] | None = None, content_type: str = "application/json"
    ) -> tuple[int, Any]:
        """A request as an administrator, over a connection of the calling thread."""
        connection = getattr(self._local, "connection", None)
        if connection is None:
            context = ssl.create_default_context(cadata=self.authority.pem.decode())
            context.verify_flags &= ~ssl.VERIFY_X509_STRICT
            context.load_cert_chain(self.directory / "admin.pem")
            connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=context, timeout=30)
            self._local.connection = connection
            self._connections.append(connection)
        try:
            headers = {"Content-Type": content_type, "Accept": "application/json"}
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            response = connection.getresponse()
            content = response.read()
        except OSError:
            self._local.connection = None
            connection.close()
            raise
        is_json = "json" in response.headers.get("Content-Type", "")
        return response.status, json.loads(content) if is_json else content.decode()

    def create(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        status, answer = self.request("POST", path, body)
        assert status in {200, 201}, answer
        assert isinstance(answer, dict)
        return answer

    def namespace(self, name: str) -> str:
        self.create("/api/v1/namespaces", {"metadata": {"name": name}})
        return name

    def allow(self, user: str, rules: list[dict[str, Any]], namespace: str = "") -> None:
        """Grant rules to a user, in one namespace or everywhere."""
        name = f"{user}-{'in' if namespace else 'everywhere'}"
        scope, prefix = (f"/namespaces/{namespace}", "") if namespace else ("", "Cluster")
        base = f"/apis/rbac.authorization.k8s.io/v1{scope}/{prefix.lower()}role"
        self.create(f"{base}s", {"metadata": {"name": name}, "rules": rules})
        reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": f"{prefix}Role", "name": name}
        subject = {"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user}
        self.create(f"{base}bindings", {"metadata": {"name": name}, "roleRef": reference, "subjects": [subject]})

    def user(self, user: str) -> dict[str, Any]:
        """A kubeconfig user: the administrator, or one with a token."""
        if user == "admin":
            return {
                "client-certificate-data": base64.b64encode(self.admin_certificate).decode(),
                "client-key-data": base64.b64encode(self.admin_key).decode(),
            }
        return {"token": self.token(user)}

    def kubeconfig(
        self,
        path: Path,
        user: Mapping[str, Any] | str = "admin",
        *,
        namespace: str = "",
        cluster: Mapping[str, Any] | None = None,
    ) -> str:
        """Write a kubeconfig with one context, `test`; `cluster` adds to or replaces what the cluster's entry says."""
        entry: dict[str, Any] = {"server": self.server, "certificate-authority-data": base64.b64encode(self.authority.pem).decode()}
        entry |= cluster or {}
        context = {"cluster": "here", "user": "me"} | ({"namespace": namespace} if namespace else {})
        document = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "test",
            "clusters": [{"name": "here", "cluster": entry}],
            "users": [{"name": "me", "user": self.user(user) if isinstance(user, str) else dict(user)}],
            "contexts": [{"name": "test", "context": context}],
        }
        path.write_text(json.dumps(document))
        return str(path)

    def until(self, path: str, wanted: Callable[[Any], bool]) -> None:
        """Wait until an answer is as wanted."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            status, answer = self.request("GET", path)
            if status == 200 and wanted(answer):
                return
            time.sleep(0.05)
        raise TimeoutError(path)
