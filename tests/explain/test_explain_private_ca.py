"""A backend behind a certificate of a private CA: `--ca-file` trusts it, SSL_CERT_FILE too, and nobody else's word does."""

import json
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from apiserver.cluster import Authority
from explain.test_explain_provider_wire import VENDORS, Vendor, ask, asked, needs, vendors
from explain.vendors import VendorServer, document, vendor_server
from kubedx.errors import ProviderNotConfigured
from kubedx.explain import ProviderRefused

__all__ = ["vendors"]  # the fixture, whose credentials of nobody are used

pytestmark = pytest.mark.usefixtures("calls_allowed", "vendors")

# One of each way to make requests: OpenAI's client, Anthropic's, Google's, and our own with and without a signature.
STACKS = tuple(vendor for vendor in VENDORS if vendor.name in {"openai", "anthropic", "google", "amazonbedrock", "cohere"})
every_stack = pytest.mark.parametrize("vendor", STACKS, ids=lambda vendor: vendor.name)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority("private-ca")


@pytest.fixture
def secure(authority: Authority, tmp_path: Path) -> Iterator[VendorServer]:
    certificate, key = authority.issue("model", addresses=["127.0.0.1"])
    (tmp_path / "ca.pem").write_bytes(authority.pem)
    (tmp_path / "model.pem").write_bytes(certificate + key)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(tmp_path / "model.pem")
    with vendor_server(tls) as server:
        yield server


@every_stack
def test_the_flag_trusts_it(vendor: Vendor, secure: VendorServer, tmp_path: Path) -> None:
    needs(vendor)
    secure.replies(document(vendor.good))
    answer, _ = ask(vendor.of(secure), ca_file=str(tmp_path / "ca.pem"))
    assert answer.text == "all is well"
    assert len(asked(secure)) == 1


@every_stack
def test_the_environment_trusts_it(vendor: Vendor, secure: VendorServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    needs(vendor)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    secure.replies(document(vendor.good))
    assert ask(vendor.of(secure))[0].text == "all is well"


@every_stack
def test_without_either_nothing_is_sent_and_that_is_one_sentence(vendor: Vendor, secure: VendorServer) -> None:
    needs(vendor)
    secure.replies(document(vendor.good))
    with pytest.raises(ProviderRefused, match=r"cannot be reached.*certificate"):
        ask(vendor.of(secure))
    assert secure.requests == []


def test_the_ca_of_somebody_else_is_no_help(secure: VendorServer, tmp_path: Path) -> None:
    (tmp_path / "other.pem").write_bytes(Authority("other-ca").pem)
    secure.replies(document(STACKS[0].good))
    with pytest.raises(ProviderRefused, match="certificate"):
        ask(STACKS[0].of(secure), ca_file=str(tmp_path / "other.pem"))


@pytest.mark.parametrize("content", [None, "no certificates", json.dumps({})])
def test_a_file_that_holds_none_is_one_sentence(secure: VendorServer, tmp_path: Path, content: str | None) -> None:
    place = tmp_path / "broken.pem"
    if content is not None:
        place.write_text(content)
    with pytest.raises(ProviderNotConfigured, match=r"CA file .* cannot be used: .*; correct --ca-file"):
        ask(STACKS[0].of(secure), ca_file=str(place))
