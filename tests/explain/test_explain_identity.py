"""Who we are to a cloud where there is no key: what its own chain finds in a pod, against fakes of the endpoints that it asks."""

import json
import urllib.parse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from explain.test_explain_provider_wire import (
    CHAT,
    CONVERSE,
    GEMINI,
    TOKEN,
    VENDORS,
    Vendor,
    ask,
    asked,
    converse,
    needs,
    vendors,
)
from explain.vendors import Reply, Request, VendorServer, document
from kubedx.config import SecretText
from kubedx.errors import ProviderFailed, ProviderNotConfigured
from kubedx.explain.providers import connect

__all__ = ["vendors"]  # the fixture

pytestmark = pytest.mark.usefixtures("calls_allowed")

EXPIRES = "2100-01-01T00:00:00Z"
LENT = {"AccessKeyId": "ASIALENT", "SecretAccessKey": "s", "Token": "session-of-nobody", "Expiration": EXPIRES}


def vendor_of(name: str) -> Vendor:
    vendor = next(vendor for vendor in VENDORS if vendor.name == name)
    needs(vendor)
    return vendor


def answering(server: VendorServer, good: Any, **others: Callable[[Request], Reply]) -> None:
    """The vendor's answer, but where a path begins like one of the others (`_` for `/`)."""
    server.tokens = None

    def answer(request: Request) -> Reply:
        found = next((tell for begin, tell in others.items() if request.path.startswith("/" + begin.replace("_", "/"))), None)
        return found(request) if found else document(good)

    server.answer = answer


def no_static_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)


def test_irsa_trades_the_token_of_the_service_account_for_keys(
    vendors: VendorServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html and the API of STS."""
    needs(converse("amazonbedrock"))
    no_static_keys(monkeypatch)
    (tmp_path / "token").write_text("token-of-the-service-account")
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(tmp_path / "token"))
    monkeypatch.setenv("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/kubedx")
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", vendors.url + "/sts")
    keys = (
        f"<AccessKeyId>ASIALENT</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
        f"<SessionToken>session-of-nobody</SessionToken><Expiration>{EXPIRES}</Expiration>"
    )
    body = (
        '<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>'
        f"<Credentials>{keys}</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>"
    )
    answering(vendors, CONVERSE, sts=lambda _request: Reply(200, body.encode(), (), "text/xml"))
    answer, _ = ask(converse("amazonbedrock").of(vendors))
    assert answer.text == "all is well"
    traded, sent = vendors.requests
    form = urllib.parse.parse_qs(traded.raw.decode())
    assert form["Action"] == ["AssumeRoleWithWebIdentity"]
    assert form["WebIdentityToken"] == ["token-of-the-service-account"]
    assert form["RoleArn"] == ["arn:aws:iam::111122223333:role/kubedx"]
    assert sent.headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=ASIALENT/")
    assert sent.headers["x-amz-security-token"] == "session-of-nobody"


def test_a_role_that_may_not_be_taken_is_one_sentence(vendors: VendorServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    needs(converse("amazonbedrock"))
    no_static_keys(monkeypatch)
    (tmp_path / "token").write_text("token-of-the-service-account")
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(tmp_path / "token"))
    monkeypatch.setenv("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/kubedx")
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", vendors.url + "/sts")
    body = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>Not authorized to assume the role</Message></Error></ErrorResponse>"
    answering(vendors, CONVERSE, sts=lambda _request: Reply(403, body.encode(), (), "text/xml"))
    with pytest.raises((ProviderFailed, ProviderNotConfigured), match="Not authorized to assume the role") as caught:
        ask(converse("amazonbedrock").of(vendors))
    assert str(caught.value).isprintable()
    assert "token-of-the-service-account" not in str(caught.value)


def test_pod_identity_of_eks_lends_keys(vendors: VendorServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html"""
    needs(converse("amazonbedrock"))
    no_static_keys(monkeypatch)
    (tmp_path / "token").write_text("token-of-the-pod")
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", vendors.url + "/v1/credentials")
    monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", str(tmp_path / "token"))
    answering(vendors, CONVERSE, v1_credentials=lambda _request: document(LENT))
    ask(converse("amazonbedrockconverse").of(vendors))
    lent, sent = vendors.requests
    assert (lent.method, lent.headers["authorization"]) == ("GET", "token-of-the-pod")
    assert sent.headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=ASIALENT/")


def test_mantle_and_sagemaker_find_the_same_keys(vendors: VendorServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    no_static_keys(monkeypatch)
    (tmp_path / "token").write_text("token-of-the-pod")
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", vendors.url + "/v1/credentials")
    monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", str(tmp_path / "token"))
    for name, service in (("bedrockmantle", "bedrock-mantle"), ("amazonsagemaker", "sagemaker")):
        vendor = vendor_of(name)
        answering(vendors, vendor.good, v1_credentials=lambda _request: document(LENT))
        ask(vendor.of(vendors, password=SecretText()))
        assert f"/{service}/aws4_request" in vendors.requests[-1].headers["authorization"]
        assert "Credential=ASIALENT/" in vendors.requests[-1].headers["authorization"]


def test_the_metadata_server_of_google_gives_a_token(vendors: VendorServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workload identity of GKE: https://cloud.google.com/compute/docs/metadata/overview"""
    vertex = vendor_of("googlevertexai")
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS")
    monkeypatch.setenv("CLOUDSDK_CONFIG", "/nonexistent")
    host = vendors.url.removeprefix("http://")
    for name in ("GCE_METADATA_HOST", "GCE_METADATA_IP", "GCE_METADATA_ROOT"):
        monkeypatch.setenv(name, host)
    flavor = ("Metadata-Flavor", "Google")
    told = {
        "/computeMetadata/v1/project/project-id": Reply(200, b"own-project", (flavor,), "application/text"),
        "/computeMetadata/v1/universe/universe-domain": Reply(404, b"", (flavor,)),
    }
    account = document({"email": "kubedx@own-project.iam.gserviceaccount.com", "scopes": [], "aliases": []}, 200, flavor)
    lent = document({"access_token": TOKEN, "expires_in": 3600, "token_type": "Bearer"}, 200, flavor)

    def metadata(request: Request) -> Reply:
        path = request.path.partition("?")[0]
        return lent if path.endswith("/token") else told.get(path, account)

    answering(vendors, GEMINI, computeMetadata=metadata)
    vendors.answer = _with_root(vendors.answer, flavor)
    answer, _ = ask(vertex.of(vendors))
    assert answer.text == "all is well"
    assert [request for request in asked(vendors) if request.headers.get("authorization") == f"Bearer {TOKEN}"]
    assert all(request.headers["metadata-flavor"] == "Google" for request in vendors.requests if "computeMetadata" in request.path)


def _with_root(answer: Callable[[Request], Reply], flavor: tuple[str, str]) -> Callable[[Request], Reply]:
    """The metadata server is known by what it says at its root."""
    return lambda request: Reply(200, b"", (flavor,)) if request.path == "/" else answer(request)


def test_workload_identity_federation_trades_a_token_from_elsewhere(
    vendors: VendorServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """https://cloud.google.com/iam/docs/workload-identity-federation-with-kubernetes: the file that gcloud writes."""
    vertex = vendor_of("googlevertexai")
    (tmp_path / "token").write_text("token-of-the-pod")
    external = {
        "type": "external_account",
        "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/k",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": f"{vendors.url}/sts/token",
        "credential_source": {"file": str(tmp_path / "token")},
    }
    (tmp_path / "adc.json").write_text(json.dumps(external))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "adc.json"))
    traded = {
        "access_token": TOKEN,
        "issued_token_type": "urn:ietf:params:oauth:token-type:access_token",
        "token_type": "Bearer",
        "expires_in": 3600,
    }
    answering(vendors, GEMINI, sts=lambda _request: document(traded))
    ask(vertex.of(vendors))
    first, last = vendors.requests[0], vendors.requests[-1]
    assert urllib.parse.parse_qs(first.raw.decode())["subject_token"] == ["token-of-the-pod"]
    assert last.headers["authorization"] == f"Bearer {TOKEN}"


def test_the_managed_identity_of_azure_is_asked_at_its_endpoint(vendors: VendorServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference"""
    azure = vendor_of("azureopenai")
    pytest.importorskip("azure.identity", reason="kubedx[azureopenai] is not installed")
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"{vendors.url}/msi")
    monkeypatch.setenv("IDENTITY_HEADER", "header-of-nobody")
    lent = {"access_token": TOKEN, "expires_on": "4102444800", "resource": "r", "token_type": "Bearer"}
    answering(vendors, CHAT, msi=lambda _request: document(lent))
    ask(azure.of(vendors, azureapitype="AZURE_AD", password=SecretText()))
    first, last = vendors.requests[0], vendors.requests[-1]
    assert first.headers["x-identity-header"] == "header-of-nobody"
    assert "resource=https://cognitiveservices.azure.com" in urllib.parse.unquote(first.path)
    assert last.headers["authorization"] == f"Bearer {TOKEN}"
    assert "api-key" not in last.headers


def test_where_nobody_lends_anything_that_is_one_sentence(vendors: VendorServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    needs(converse("amazonbedrock"))
    no_static_keys(monkeypatch)
    (tmp_path / "token").write_text("token-of-the-pod")
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", vendors.url + "/v1/credentials")
    monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", str(tmp_path / "absent"))
    answering(vendors, CONVERSE)
    with pytest.raises(ProviderNotConfigured) as caught:
        connect(converse("amazonbedrock").of(vendors), timeout=1.0)
    assert str(caught.value).isprintable()
    assert vendors.requests == []
