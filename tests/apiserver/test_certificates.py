"""Certificates of TLS Secrets: read on request alone, of Secrets in use alone, and nothing but the facts stays."""

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from apiserver.cluster import Cluster
from apiserver.interposer import Interposer
from kubedx.findings import Diagnosis
from kubedx.pipeline import Request, diagnose
from kubedx.source import LiveSource, Scope, load_cluster

HOST = "quay.example.com"


def expired_pair() -> tuple[bytes, bytes]:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    builder = builder.not_valid_before(datetime(2020, 1, 1, tzinfo=UTC)).not_valid_after(datetime(2021, 1, 1, tzinfo=UTC))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
    certificate = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return certificate, private


@pytest.fixture(scope="module")
def quay(cluster: Cluster) -> str:
    """A namespace with an Ingress whose certificate has expired, a TLS Secret that nobody uses, and a Secret of another type."""
    namespace = cluster.namespace("quay")
    secrets = f"/api/v1/namespaces/{namespace}/secrets"
    for name in ("web-tls", "spare-tls"):
        certificate, private = (base64.b64encode(value).decode() for value in expired_pair())
        cluster.create(
            secrets, {"metadata": {"name": name}, "type": "kubernetes.io/tls", "data": {"tls.crt": certificate, "tls.key": private}}
        )
    cluster.create(secrets, {"metadata": {"name": "db"}, "stringData": {"dsn": "postgres://db"}})
    spec = {
        "defaultBackend": {"service": {"name": "web", "port": {"number": 80}}},
        "tls": [{"hosts": [HOST], "secretName": "web-tls"}],
    }
    cluster.create(f"/apis/networking.k8s.io/v1/namespaces/{namespace}/ingresses", {"metadata": {"name": "web"}, "spec": spec})
    return namespace


def scan(cluster: Cluster, namespace: str, tmp_path: Path, via: Interposer, *, read_certificates: bool) -> Diagnosis:
    entry = {"server": via.url, "certificate-authority-data": None}
    access = load_cluster(cluster.kubeconfig(tmp_path / "kubeconfig", "root", cluster=entry), None, None, {})
    source = LiveSource(access, read_certificates=read_certificates)
    try:
        request = Request(filters=("Certificate",), scope=Scope((namespace,)), read_certificates=read_certificates)
        return diagnose(source, request)
    finally:
        source.close()


def codes(diagnosis: Diagnosis) -> list[tuple[str, str]]:
    causes = [incident.root_cause for incident in diagnosis.incidents if incident.root_cause.code.startswith("certificate-")]
    return [(cause.code, str(cause.cause)) for cause in causes]


def got(interposer: Interposer, namespace: str) -> set[str]:
    """The Secrets that were asked for one by one."""
    start = f"/api/v1/namespaces/{namespace}/secrets/"
    return {request.path.removeprefix(start) for request in interposer.seen if request.path.startswith(start)}


def test_without_leave_no_secret_is_read_whole(cluster: Cluster, quay: str, tmp_path: Path, interposer: Interposer) -> None:
    diagnosis = scan(cluster, quay, tmp_path, interposer, read_certificates=False)

    assert codes(diagnosis) == []
    assert got(interposer, quay) == set()
    assert b'tls.key":"' not in b"".join(interposer.answers)


def test_with_leave_the_secrets_in_use_are_read(cluster: Cluster, quay: str, tmp_path: Path, interposer: Interposer) -> None:
    diagnosis = scan(cluster, quay, tmp_path, interposer, read_certificates=True)

    assert codes(diagnosis) == [("certificate-expired", f"Secret {quay}/web-tls")]
    assert got(interposer, quay) == {"web-tls"}
    assert "PRIVATE" not in repr(diagnosis)
