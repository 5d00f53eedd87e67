"""When a client certificate expires: the one field of X.509 that we need, so no package is."""

import base64
import binascii
import re
from datetime import UTC, datetime

from kubedx.kube import pattern_of

_PEM = pattern_of(rb"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", re.DOTALL)
_UTC_TIME, _GENERALIZED_TIME = 0x17, 0x18
_EXPLICIT_VERSION = 0xA0


def expiry_of(pem: bytes) -> datetime | None:
    """When the first certificate in a PEM text expires, None where it cannot be told.

    The place of `validity` is that of RFC 5280, section 4.1.
    """
    found = _PEM.search(pem)
    if not found:
        return None
    try:
        certificate = _element(base64.b64decode(found[1]), 0)[1]
        fields = _elements(_element(certificate, 0)[1])
        if fields[0][0] == _EXPLICIT_VERSION:
            fields = fields[1:]
        _serial, _algorithm, _issuer, validity = fields[:4]
        return _time(*_elements(validity[1])[1])
    except (ValueError, IndexError, binascii.Error):
        return None


def _element(der: bytes, start: int) -> tuple[int, bytes, int]:
    """The tag and content of the DER element at `start`, and where the next begins."""
    tag, length, at = der[start], der[start + 1], start + 2
    if length & 0x80:
        size = length & 0x7F
        length, at = int.from_bytes(der[at : at + size], "big"), at + size
    if at + length > len(der):
        raise ValueError("a DER element goes beyond its end")
    return tag, der[at : at + length], at + length


def _elements(der: bytes) -> list[tuple[int, bytes]]:
    found, at = [], 0
    while at < len(der):
        tag, content, at = _element(der, at)
        found.append((tag, content))
    return found


def _time(tag: int, content: bytes) -> datetime | None:
    text = content.decode("ascii")
    if tag == _UTC_TIME:
        # RFC 5280: years 00 to 49 are of this century.
        text = ("20" if text[:2] < "50" else "19") + text
    elif tag != _GENERALIZED_TIME:
        return None
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
