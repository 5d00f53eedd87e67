"""A certificate that says what it is told to, in place of one that must not be shown."""

import base64
import hashlib
from typing import TYPE_CHECKING

from kubedx.kube.certificate import Certificate

if TYPE_CHECKING:
    from cryptography import x509


def bundle_of_stand_ins(certificates: tuple[Certificate, ...]) -> str:
    """A `caBundle` (base64 of PEM) of certificates with these subjects, key ids and times, by keys of nobody. The same give the same."""
    return base64.b64encode(b"".join(map(_stand_in, certificates))).decode()


def _stand_in(facts: Certificate) -> bytes:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding

    key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(facts.public_key.encode()).digest())
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(facts.subject))
        .issuer_name(_name(facts.issuer))
        .not_valid_before(facts.not_before)
        .not_valid_after(facts.not_after)
        .serial_number(1)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    )
    if facts.key_id:
        builder = builder.add_extension(x509.SubjectKeyIdentifier(bytes.fromhex(facts.key_id)), critical=False)
    return builder.sign(key, None).public_bytes(Encoding.PEM)


def _name(text: str) -> "x509.Name":
    """A name as RFC 4514 writes it; as a common name, where it cannot be read as one."""
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    try:
        return x509.Name.from_rfc4514_string(text)
    except ValueError:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:64] or "redacted")])
