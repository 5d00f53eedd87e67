"""kubectl's flags in place of what a kubeconfig says, with client-go's precedence."""

import base64
from pathlib import Path
from typing import Any

import pytest
import yaml

from kubedx.errors import ConfigError
from kubedx.source import ClusterAccess, Impersonation, Overrides, is_cluster_configured, load_cluster

CA = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.fixture
def kubeconfig(tmp_path: Path) -> str:
    """Two clusters, two users, and a context of the first of each."""
    document: dict[str, Any] = {
        "clusters": [
            {
                "name": "shop",
                "cluster": {
                    "server": "https://shop.example:6443",
                    "certificate-authority-data": encoded(CA),
                    "tls-server-name": "api.shop.example",
                },
            },
            {"name": "till", "cluster": {"server": "https://till.example:6443"}},
        ],
        "users": [
            {"name": "ann", "user": {"client-certificate-data": encoded("ann"), "client-key-data": encoded("key")}},
            {"name": "bob", "user": {"username": "bob", "password": "pass"}},
        ],
        "contexts": [{"name": "shop", "context": {"cluster": "shop", "user": "ann", "namespace": "cart"}}],
        "current-context": "shop",
    }
    path = tmp_path / "config"
    path.write_text(yaml.safe_dump(document))
    return str(path)


def load(kubeconfig: str, **flags: Any) -> ClusterAccess:
    return load_cluster(kubeconfig, None, None, {}, overrides=Overrides(**flags))


def authorization(access: ClusterAccess) -> str:
    return access.credentials.identity().authorization


def test_another_cluster_keeps_user_and_namespace_of_the_context(kubeconfig: str) -> None:
    access = load(kubeconfig, cluster="till")
    assert (access.server, access.namespace, access.tls.authority) == ("https://till.example:6443", "cart", "")
    certificate = access.credentials.identity().certificate
    assert certificate is not None
    assert certificate.certificate == b"ann"


def test_another_user(kubeconfig: str) -> None:
    access = load(kubeconfig, user="bob")
    assert authorization(access) == f"Basic {encoded('bob:pass')}"
    assert access.credentials.identity().certificate is None


def test_another_server_forgets_the_name_in_the_certificate_and_keeps_who_signed_it(kubeconfig: str) -> None:
    access = load(kubeconfig, server="https://localhost:8443/")
    assert (access.server, access.tls.server_name, access.tls.authority) == ("https://localhost:8443", "", CA)
    assert load(kubeconfig, server="https://localhost:8443", server_name="shop").tls.server_name == "shop"


def test_no_check_of_the_certificate_takes_the_place_of_the_authority(kubeconfig: str) -> None:
    access = load(kubeconfig, insecure=True)
    assert (access.tls.insecure, access.tls.authority) == (True, "")


def test_another_authority_is_read_from_the_current_folder(kubeconfig: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "ca.pem").write_text("other")
    monkeypatch.chdir(elsewhere)
    assert load(kubeconfig, authority="ca.pem").tls.authority == "other"
    with pytest.raises(ConfigError, match=r"ca\.pem.*remove one|both a certificate-authority and insecure"):
        load(kubeconfig, authority="ca.pem", insecure=True)


@pytest.mark.parametrize("user", ["ann", "bob"])
def test_a_token_takes_the_place_of_passwords(kubeconfig: str, user: str) -> None:
    assert authorization(load(kubeconfig, user=user, token="t0ken")) == "Bearer t0ken"


def test_another_certificate(kubeconfig: str, tmp_path: Path) -> None:
    for name in ("cert", "key"):
        (tmp_path / name).write_text(f"new {name}")
    access = load(kubeconfig, certificate=str(tmp_path / "cert"), key=str(tmp_path / "key"))
    certificate = access.credentials.identity().certificate
    assert certificate is not None
    assert (certificate.certificate, certificate.key) == (b"new cert", b"new key")


@pytest.mark.parametrize("flags", [{"cluster": "shpo"}, {"user": "ane"}])
def test_a_name_that_no_file_defines_is_told_with_those_that_there_are(kubeconfig: str, flags: dict[str, str]) -> None:
    with pytest.raises(
        ConfigError, match=r"^a flag names (cluster 'shpo'|user 'ane'), which no kubeconfig file defines; .*: (shop, till|ann, bob)$"
    ):
        load(kubeconfig, **flags)


def test_a_server_needs_no_kubeconfig(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path)}
    flags = Overrides(server="http://localhost:8080", token="t0ken", request_seconds=3.0)
    assert is_cluster_configured(None, None, environ, overrides=flags)
    access = load_cluster(None, None, Impersonation(user="ann", uid="7"), environ, overrides=flags)
    assert (access.name, access.server, authorization(access)) == ("http://localhost:8080", "http://localhost:8080", "Bearer t0ken")
    assert (access.impersonate.uid, access.request_seconds) == ("7", 3.0)


def test_a_pod_may_be_given_another_token(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("own")
    environ = {"KUBERNETES_SERVICE_HOST": "10.0.0.1", "HOME": str(tmp_path)}
    access = load_cluster(None, None, None, environ, tmp_path, Overrides(token="t0ken"))
    assert (access.name, authorization(access)) == ("in-cluster", "Bearer t0ken")


def test_nothing_of_a_token_is_printed() -> None:
    assert "t0ken" not in repr(Overrides(token="t0ken"))
