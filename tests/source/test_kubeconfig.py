"""Kubeconfig files: where they are, how several become one, and what each entry means."""

import base64
import datetime as dt
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kubedx.errors import ConfigError
from kubedx.source import ClusterAccess, Impersonation, is_cluster_configured, load_cluster
from kubedx.source.access import Identity
from kubedx.source.certificate import expiry_of

Write = Callable[..., str]


def document(
    name: str = "shop",
    *,
    cluster: dict[str, Any] | None = None,
    user: dict[str, Any] | None = None,
    context: dict[str, Any] | None = None,
    current: str | None = None,
) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": f"{name}-cluster", "cluster": {"server": f"https://{name}.example:6443"} | (cluster or {})}],
        "users": [{"name": f"{name}-user", "user": user if user is not None else {"token": f"{name}-token"}}],
        "contexts": [{"name": name, "context": {"cluster": f"{name}-cluster", "user": f"{name}-user"} | (context or {})}],
        "current-context": name if current is None else current,
    }


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(content: Any, name: str = "config") -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else yaml.safe_dump(content))
        return str(path)

    return write


def load(kubeconfig: str | None = None, context: str | None = None, environ: dict[str, str] | None = None, **more: Any) -> ClusterAccess:
    return load_cluster(kubeconfig, context, more.pop("impersonate", None), environ or {}, **more)


def sent(access: ClusterAccess) -> Identity:
    return access.credentials.identity()


def fails(kubeconfig: str, match: str, **more: Any) -> None:
    with pytest.raises(ConfigError, match=match) as caught:
        sent(load(kubeconfig, **more))
    assert "\n" not in str(caught.value)


def test_one_file(write: Write) -> None:
    access = load(write(document(context={"namespace": "cart"})))
    assert (access.name, access.server, access.namespace) == ("shop", "https://shop.example:6443", "cart")
    assert sent(access).authorization == "Bearer shop-token"


def test_json_is_a_kubeconfig_too(write: Write) -> None:
    assert load(write(json.dumps(document()))).name == "shop"


def test_the_flag_comes_before_the_environment_and_that_before_the_home(write: Write, tmp_path: Path) -> None:
    flag, variable = write(document("flag"), "flag"), write(document("variable"), "variable")
    write(document("home"), ".kube/config")
    environ = {"KUBECONFIG": variable, "HOME": str(tmp_path)}
    assert load(flag, environ=environ).name == "flag"
    assert load(environ=environ).name == "variable"
    assert load(environ=environ | {"KUBECONFIG": ""}).name == "home"


def test_several_files_in_the_environment(write: Write, tmp_path: Path) -> None:
    first, second = document("one", current=""), document("two")
    second["users"].append({"name": "one-user", "user": {"token": "never", "username": "never"}})
    second["contexts"].append({"name": "mixed", "context": {"cluster": "two-cluster", "user": "one-user"}})
    names = [write(first, "a/config"), str(tmp_path / "missing"), write("", "empty"), write(second, "b/config")]
    environ = {"KUBECONFIG": os.pathsep.join(["", *names])}
    # The first file sets no current context, the second does.
    assert load(environ=environ).name == "two"
    # An entry of the first file wins whole: nothing is added from a later one of the same name.
    assert sent(load(environ=environ, context="mixed")).authorization == "Bearer one-token"


def test_paths_are_relative_to_the_file_that_names_them(write: Write) -> None:
    write("the-token\n", "a/secrets/token")
    authority = write("the authority", "b/ca.crt")
    one = document("one", user={"tokenFile": "secrets/token"})
    two = document("two", cluster={"certificate-authority": "ca.crt"})
    two["contexts"][0]["context"]["user"] = "one-user"
    environ = {"KUBECONFIG": os.pathsep.join([write(one, "a/config"), write(two, "b/config")])}
    access = load(environ=environ, context="two")
    assert access.tls.authority == Path(authority).read_text()
    assert sent(access).authorization == "Bearer the-token"


def test_what_is_configured_at_all(write: Write, tmp_path: Path) -> None:
    nothing = {"HOME": str(tmp_path / "nobody")}
    assert not is_cluster_configured(None, None, {})
    assert not is_cluster_configured(None, None, nothing)
    assert not is_cluster_configured(None, None, nothing | {"KUBECONFIG": os.devnull})
    assert is_cluster_configured("anything", None, nothing)
    assert is_cluster_configured(None, "anything", nothing)
    # A path that leads nowhere was meant to lead somewhere.
    assert is_cluster_configured(None, None, nothing | {"KUBECONFIG": str(tmp_path / "missing")})
    assert is_cluster_configured(None, None, nothing | {"KUBECONFIG": write(document(current=""))})
    write(document(), ".kube/config")
    assert is_cluster_configured(None, None, {"HOME": str(tmp_path)})


def test_in_a_pod(write: Write, tmp_path: Path) -> None:
    write("pod-token", "account/token")
    write("shop\n", "account/namespace")
    write("the authority", "account/ca.crt")
    environ = {"KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "6443", "HOME": str(tmp_path / "nobody")}
    account = tmp_path / "account"
    assert is_cluster_configured(None, None, environ, service_account=account)
    access = load(environ=environ, service_account=account)
    assert (access.name, access.server, access.namespace) == ("in-cluster", "https://[fd00::1]:6443", "shop")
    assert access.tls.authority == "the authority"
    assert sent(access).authorization == "Bearer pod-token"
    # A kubeconfig comes before the pod's own account.
    assert load(write(document()), environ=environ, service_account=account).name == "shop"
    assert not is_cluster_configured(None, None, environ, service_account=tmp_path / "none")


def test_a_token_file_is_read_again_when_it_was_refused(write: Write) -> None:
    write("first", "token")
    credentials = load(write(document(user={"tokenFile": "token", "token": "fixed"}))).credentials
    first = credentials.identity()
    assert first.authorization == "Bearer first"
    assert not credentials.renew(first)
    path = Path(write("second", "token"))
    assert credentials.identity() == first
    assert credentials.renew(first)
    assert credentials.identity().authorization == "Bearer second"
    # As client-go does, the fixed token stands in for a file that is gone.
    path.unlink()
    assert credentials.renew(credentials.identity())
    assert credentials.identity().authorization == "Bearer fixed"


def test_a_user_name_and_password(write: Write) -> None:
    header = sent(load(write(document(user={"username": "me", "password": "pässword"})))).authorization
    assert base64.b64decode(header.removeprefix("Basic ")).decode() == "me:pässword"


def test_data_comes_before_files(write: Write) -> None:
    encoded = base64.b64encode(b"from data").decode()
    user = {
        "client-certificate": "missing",
        "client-certificate-data": encoded,
        "client-key-data": base64.b64encode(b"key from data").decode(),
    }
    access = load(write(document(user=user, cluster={"certificate-authority": "missing", "certificate-authority-data": encoded})))
    certificate = sent(access).certificate
    assert certificate
    assert (certificate.certificate, certificate.key) == (b"from data", b"key from data")
    assert access.tls.authority == "from data"


def test_settings_of_the_connection(write: Write) -> None:
    cluster = {"tls-server-name": "other.example", "proxy-url": "http://me:secret@proxy.example:3128", "insecure-skip-tls-verify": True}
    access = load(write(document(cluster=cluster)))
    assert (access.tls.server_name, access.tls.insecure, access.proxy) == ("other.example", True, cluster["proxy-url"])
    assert not load(write(document())).tls.insecure


@pytest.mark.parametrize(
    ("server", "cluster", "wanted"),
    [
        ("shop.example:8080", {}, "http://shop.example:8080"),
        ("shop.example:6443", {"insecure-skip-tls-verify": True}, "https://shop.example:6443"),
        ("https://shop.example/k8s/clusters/c-1/", {}, "https://shop.example/k8s/clusters/c-1"),
    ],
)
def test_servers(write: Write, server: str, cluster: dict[str, Any], wanted: str) -> None:
    assert load(write(document(cluster={"server": server} | cluster))).server == wanted


@pytest.mark.parametrize(
    ("environ", "server", "wanted"),
    [
        ({"HTTPS_PROXY": "http://proxy.example:1"}, "https://shop.example", "http://proxy.example:1"),
        ({"https_proxy": "proxy.example:1"}, "https://shop.example", "http://proxy.example:1"),
        ({"HTTP_PROXY": "http://proxy.example:1"}, "https://shop.example", ""),
        ({"HTTP_PROXY": "http://proxy.example:1"}, "http://shop.example", "http://proxy.example:1"),
        ({"HTTPS_PROXY": "http://proxy.example:1"}, "https://127.0.0.1:6443", ""),
        ({"HTTPS_PROXY": "http://proxy.example:1"}, "https://localhost:6443", ""),
        ({"HTTPS_PROXY": "http://proxy.example:1", "NO_PROXY": "other, .example"}, "https://shop.example", ""),
        ({"HTTPS_PROXY": "http://proxy.example:1", "NO_PROXY": "op.example"}, "https://shop.example", "http://proxy.example:1"),
        ({"HTTPS_PROXY": "http://proxy.example:1", "no_proxy": "10.0.0.0/8"}, "https://10.1.2.3:6443", ""),
        ({"HTTPS_PROXY": "http://proxy.example:1", "NO_PROXY": "10.0.0.0/8"}, "https://11.1.2.3:6443", "http://proxy.example:1"),
        ({"HTTPS_PROXY": "http://proxy.example:1", "NO_PROXY": "*"}, "https://shop.example", ""),
    ],
)
def test_proxies_of_the_environment(write: Write, environ: dict[str, str], server: str, wanted: str) -> None:
    assert load(write(document(cluster={"server": server})), environ=environ).proxy == wanted


def test_impersonation(write: Write) -> None:
    user = {"token": "t", "as": "jane", "as-groups": ["dev", "ops"], "as-uid": 42, "as-user-extra": {"scopes": ["view", "list"]}}
    kubeconfig = write(document(user=user))
    assert load(kubeconfig).impersonate == Impersonation("jane", ("dev", "ops"), "42", {"scopes": ("view", "list")})
    assert load(kubeconfig, impersonate=Impersonation("joe")).impersonate == Impersonation("joe")
    with pytest.raises(ConfigError, match="--as"):
        load(kubeconfig, impersonate=Impersonation(groups=("dev",)))
    with pytest.raises(ConfigError, match="control characters"):
        load(kubeconfig, impersonate=Impersonation("joe\r\nX-Evil: yes"))


def test_numbers_and_dates_are_names_too(write: Write) -> None:
    text = yaml.safe_dump(document()).replace("shop-user", "20240101").replace("name: shop\n", "name: 2024-01-01\n")
    assert load(write(text), context="2024-01-01").name == "2024-01-01"


def test_nulls_are_absent(write: Write) -> None:
    nulls = {"token": "t", "exec": None, "auth-provider": None, "tokenFile": None, "as-groups": None, "client-certificate-data": None}
    content = document(user=nulls, cluster={"certificate-authority": None, "extensions": None, "proxy-url": None})
    assert sent(load(write(content | {"preferences": None}))).authorization == "Bearer t"


def test_secrets_are_not_shown(write: Write) -> None:
    access = load(write(document(user={"token": "very-secret"}, cluster={"proxy-url": "http://me:hidden@proxy.example"})))
    shown = f"{access!r} {sent(access)!r} {access.credentials!r} {access.credentials.describe()}"
    assert "very-secret" not in shown
    assert "hidden" not in shown


def exec_plugin(**more: Any) -> dict[str, Any]:
    return {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "no-such-plugin", "interactiveMode": "Never"} | more}


def printing(text: str) -> dict[str, Any]:
    return exec_plugin(command=sys.executable, args=["-c", f"print({text!r})"], installHint="ask the platform team")


CREDENTIAL = {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential"}


@pytest.mark.parametrize(
    ("user", "match"),
    [
        ({"auth-provider": {"name": "gcp"}}, "auth-provider 'gcp', which Kubernetes removed"),
        ({"token": "a", "username": "b"}, "both a token and a username"),
        ({"tokenFile": "missing"}, "cannot read the token file .*missing"),
        ({"tokenFile": "empty"}, "is empty"),
        ({"tokenFile": "binary"}, "it is not text"),
        ({"token": "two\nlines"}, "characters that no token has"),
        ({"token": ["a"]}, "'token' in the kubeconfig is not a text"),
        ({"client-certificate-data": "aGk="}, "no client-key"),
        ({"client-key-data": "aGk="}, "no client-certificate"),
        ({"client-certificate": "missing", "client-key": "missing"}, "cannot read .*missing, the client-certificate"),
        ({"client-certificate-data": "a", "client-key-data": "a"}, "not base64"),
        (exec_plugin(), "exec plugin 'no-such-plugin' of the kubeconfig is not installed, or not on the PATH"),
        (exec_plugin(installHint="brew install it"), "brew install it"),
        (exec_plugin(command=""), "names no command"),
        (exec_plugin(command="./no-such-plugin"), "/no-such-plugin' of the kubeconfig is not installed, or not on the PATH"),
        (exec_plugin(apiVersion="client.authentication.k8s.io/v1alpha1"), "v1alpha1'; use client.authentication.k8s.io/v1,"),
        (exec_plugin(interactiveMode="Sometimes"), "none of Never, IfAvailable and Always"),
        (exec_plugin(interactiveMode="Always"), "asks for a terminal"),
        (exec_plugin(command=sys.executable, args=["-c", "raise SystemExit(3)"]), "ended with exit code 3"),
        (printing("no json"), "did not print an ExecCredential as JSON; ask the platform team"),
        (printing("{}"), "something else than an ExecCredential"),
        (printing(json.dumps(CREDENTIAL)), "neither a token nor a client certificate"),
        (printing(json.dumps(CREDENTIAL | {"status": {"clientKeyData": "x"}})), "only one of clientCertificateData and clientKeyData"),
    ],
)
def test_users_that_cannot_be_used(write: Write, user: dict[str, Any], match: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.stdin", None)
    write("", "empty")
    write(b"\xff\xfe\x00", "binary")
    fails(write(document(user=user)), match)


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (document(cluster={"server": ""}), "has no server"),
        (document(cluster={"insecure-skip-tls-verify": True, "certificate-authority-data": "aGk="}), "has both a certificate-authority"),
        (document(cluster={"insecure-skip-tls-verify": "yes please"}), "neither true nor false"),
        (document(cluster={"certificate-authority": "missing"}), "cannot read .*missing, the certificate-authority"),
        (document(current="other"), "has no context 'other'; choose one with --kubecontext: shop"),
        (document(current=""), "sets no current-context; choose one with --kubecontext: shop"),
        (document(context={"cluster": "other"}), "context 'shop' names cluster 'other', which no kubeconfig file defines"),
        (document(context={"user": "other"}), "context 'shop' names user 'other'"),
        (document() | {"clusters": {}}, "'clusters' in the kubeconfig is not a list"),
        (document() | {"users": ["x"]}, "'users' in the kubeconfig is not a mapping"),
        ({}, "sets no current-context; .* there is none yet"),
        ("a: [", "is not valid YAML at line"),
        ("- a", "is not a mapping"),
        (b"\x00\x01", "is not valid YAML"),
        ("[" * 100_000, "is not valid YAML"),
    ],
)
def test_files_that_cannot_be_used(write: Write, content: Any, match: str) -> None:
    fails(write(content), match)


def test_files_that_are_not_there(tmp_path: Path) -> None:
    fails(str(tmp_path / "missing"), "missing does not exist; give --kubeconfig the path of one")
    fails(str(tmp_path), "cannot read the kubeconfig")
    with pytest.raises(ConfigError, match=r"KUBECONFIG names .*missing, which does not exist"):
        load(environ={"KUBECONFIG": str(tmp_path / "missing")})
    with pytest.raises(ConfigError, match="no cluster is configured"):
        load(environ={"HOME": str(tmp_path)})


@pytest.mark.parametrize("year", [2021, 2049, 2050, 2099])
def test_when_a_certificate_expires(year: int) -> None:
    expiry = dt.datetime(year, 2, 3, 4, 5, 6, tzinfo=dt.UTC)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "jane")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    certificate = builder.not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC)).not_valid_after(expiry).sign(key, hashes.SHA256())
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    assert expiry_of(b"text before\n" + pem) == expiry
    assert expiry_of(pem[:100] + pem[-60:]) is None


@pytest.mark.parametrize(
    "pem", [b"", b"-----BEGIN CERTIFICATE-----AAAA-----END CERTIFICATE-----", b"-----BEGIN CERTIFICATE-----M-----END CERTIFICATE-----"]
)
def test_what_is_no_certificate_has_no_expiry(pem: bytes) -> None:
    assert expiry_of(pem) is None
