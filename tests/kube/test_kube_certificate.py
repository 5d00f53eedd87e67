"""Of a TLS certificate the facts are kept, and nothing of the key beside it."""

import base64
from datetime import UTC, datetime

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kubedx.kube import Secret, certificates_in_bundle, decode_object

FROM, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
KEY = ec.generate_private_key(ec.SECP256R1())


def pem(hosts: tuple[str, ...] = ("shop.example.com",)) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "shop")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(KEY.public_key()).serial_number(7)
    builder = builder.not_valid_before(FROM).not_valid_after(UNTIL)
    if hosts:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), critical=False)
    return builder.sign(KEY, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def private(key: ec.EllipticCurvePrivateKey = KEY) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def secret(certificate: bytes, key: bytes) -> Secret:
    data = {"tls.crt": base64.b64encode(certificate).decode(), "tls.key": base64.b64encode(key).decode()}
    decoded = decode_object(Secret.KIND, {"metadata": {"name": "web", "namespace": "shop"}, "type": "kubernetes.io/tls", "data": data})
    assert isinstance(decoded, Secret)
    return decoded


def test_the_facts_stay() -> None:
    served = secret(pem(), private()).certificate

    assert served is not None
    assert served.key_fits is True
    leaf = served.chain[0]
    assert (leaf.subject, leaf.issuer, leaf.hosts, leaf.not_before, leaf.not_after) == (
        "CN=shop",
        "CN=shop",
        ("shop.example.com",),
        FROM,
        UNTIL,
    )
    assert leaf.self_signed


def test_nothing_of_the_key_stays() -> None:
    kept = msgspec.json.encode(secret(pem() + private(), private()))

    lines = [line for line in private().splitlines() if b"-----" not in line]
    assert not any(line in kept for line in lines)
    assert b"PRIVATE" not in kept


def test_a_key_of_another_certificate_does_not_fit() -> None:
    served = secret(pem(), private(ec.generate_private_key(ec.SECP256R1()))).certificate

    assert served is not None
    assert served.key_fits is False


@pytest.mark.parametrize("key", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_whether_a_key_fits_that_cannot_be_read_is_not_known(key: bytes) -> None:
    served = secret(pem(), key).certificate

    assert served is not None
    assert served.key_fits is None


@pytest.mark.parametrize(
    "text", [b"x" * 5000, b"\xff\x00" * 200, b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" + b" " * 99]
)
def test_what_is_no_certificate_leaves_an_empty_chain(text: bytes) -> None:
    served = secret(text + b".", private()).certificate

    assert served is not None
    assert served.chain == ()
    assert served.key_fits is None


@pytest.mark.parametrize("text", [b"", b"REDACTED", b"  \n "])
def test_a_value_that_was_blanked_was_not_read(text: bytes) -> None:
    assert secret(text, text).certificate is None


@pytest.mark.parametrize("value", [7, None, ["x"], "%%%"])
def test_a_value_of_the_wrong_kind_was_not_read(value: object) -> None:
    decoded = decode_object(Secret.KIND, {"metadata": {"name": "web", "namespace": "shop"}, "data": {"tls.crt": value}})

    assert not isinstance(decoded, Secret) or decoded.certificate is None


def test_a_bundle_is_certificates_nothing_or_wrong() -> None:
    both = certificates_in_bundle(base64.b64encode(pem() + pem(())).decode())

    assert both is not None
    assert [one.hosts for one in both] == [("shop.example.com",), ()]
    assert certificates_in_bundle("") == certificates_in_bundle("Cg==") == ()
    assert certificates_in_bundle("%") is certificates_in_bundle("bm8gUEVN") is None


def test_many_beginnings_without_an_end_cost_no_more_than_they_are_long() -> None:
    served = secret(b"-----BEGIN CERTIFICATE-----\n" * 200_000, b"").certificate

    assert served is not None
    assert served.chain == ()
