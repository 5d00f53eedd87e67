"""X.509 certificates: the facts of them that are kept. Neither a key nor the text of a certificate stays.

The package cryptography does the parsing and is loaded by the first certificate, which most clusters' lists do not hold.
"""

import base64
import binascii
import hashlib
from typing import TYPE_CHECKING

from kubedx.kube.object import Struct, Timestamp

if TYPE_CHECKING:
    from cryptography import x509

MAX_TEXT = 256 * 1024
"""Bytes of PEM that are looked at. An object of the API is smaller than 1.5 MB, a chain of certificates than 20 KB."""
MAX_CERTIFICATES = 100

_BEGIN, _END = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----"


class Certificate(Struct, frozen=True):
    """What a certificate says. `hosts` are its DNS names and IP addresses (subjectAltName), not its common name.

    `public_key` is the SHA-256 of the public key (SubjectPublicKeyInfo, DER), in hex; `key_id` and `issuer_key_id` are the
    extensions of RFC 5280 by which a chain is built, in hex, empty when absent.
    """

    not_before: Timestamp
    not_after: Timestamp
    subject: str = ""
    common_name: str = ""
    issuer: str = ""
    hosts: tuple[str, ...] = ()
    public_key: str = ""
    key_id: str = ""
    issuer_key_id: str = ""

    @property
    def self_signed(self) -> bool:
        """Whether it names itself as its issuer."""
        return self.subject == self.issuer and self.issuer_key_id in {"", self.key_id}


class ServedCertificate(Struct, frozen=True):
    """What the keys tls.crt and tls.key of a Secret hold: the chain, the server's own certificate first.

    An empty `chain` means that there is no certificate in it that can be parsed. `key_fits` tells whether the private key
    belongs to the first certificate; None when there is no key, or none that can be read.
    """

    chain: tuple[Certificate, ...] = ()
    key_fits: bool | None = None


def certificates_in(pem: bytes) -> tuple[Certificate, ...]:
    """The certificates of a PEM text, in its order, without those that cannot be parsed."""
    bodies = [part.partition(_END) for part in pem[:MAX_TEXT].split(_BEGIN)[1 : MAX_CERTIFICATES + 1]]
    blocks = (_BEGIN + body + end for body, end, _rest in bodies if end)
    return tuple(facts for block in blocks if (facts := _facts(block)) is not None)


def certificates_in_bundle(bundle: str) -> tuple[Certificate, ...] | None:
    """The certificates of a `caBundle` (base64 of PEM); None when it holds text, but no certificate that can be parsed."""
    try:
        pem = base64.b64decode("".join(bundle.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    if not pem.strip():
        return ()
    return certificates_in(pem) or None


def served_certificate(certificate: bytes, key: bytes) -> ServedCertificate:
    """The facts of a certificate and whether a key belongs to it. Nothing of the key is kept."""
    chain = certificates_in(certificate)
    public = _public_half(key) if chain and key.strip() else ""
    return ServedCertificate(chain=chain, key_fits=public == chain[0].public_key if public else None)


def _facts(block: bytes) -> Certificate | None:
    from cryptography import x509

    try:
        parsed = x509.load_pem_x509_certificate(block)
        return Certificate(
            subject=parsed.subject.rfc4514_string(),
            common_name=_common_name(parsed),
            issuer=parsed.issuer.rfc4514_string(),
            hosts=_hosts(parsed),
            not_before=parsed.not_valid_before_utc,
            not_after=parsed.not_valid_after_utc,
            public_key=_fingerprint(parsed.public_key()),
            key_id=_key_id(parsed),
            issuer_key_id=_issuer_key_id(parsed),
        )
    except Exception:  # noqa: BLE001  # what the parser raises over hostile bytes is not written down; such a block is no certificate
        return None


def _common_name(parsed: "x509.Certificate") -> str:
    from cryptography.x509.oid import NameOID

    names = parsed.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""


def _hosts(parsed: "x509.Certificate") -> tuple[str, ...]:
    from cryptography import x509

    try:
        names = parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return (*names.get_values_for_type(x509.DNSName), *(str(one) for one in names.get_values_for_type(x509.IPAddress)))


def _key_id(parsed: "x509.Certificate") -> str:
    from cryptography import x509

    try:
        return parsed.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest.hex()
    except x509.ExtensionNotFound:
        return ""


def _issuer_key_id(parsed: "x509.Certificate") -> str:
    from cryptography import x509

    try:
        return (parsed.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier or b"").hex()
    except x509.ExtensionNotFound:
        return ""


def _public_half(key: bytes) -> str:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        return _fingerprint(load_pem_private_key(key[:MAX_TEXT], None, unsafe_skip_rsa_key_validation=True).public_key())
    except Exception:  # noqa: BLE001  # an encrypted, unknown or broken key: whether it fits is not known
        return ""


def _fingerprint(public_key: object) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    encoded: bytes = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined]  # each kind of key has it
    return hashlib.sha256(encoded).hexdigest()
