"""Stand-ins for addresses: networks stay networks, and what lies in one lies in its stand-in.

Prefix-preserving, as Crypto-PAn does it (https://en.wikipedia.org/wiki/Crypto-PAn): whether a bit is turned depends on the bits before it,
and on a key that is made of the recording itself. Private networks stay private, and what is the same everywhere (loopback,
`0.0.0.0`, link-local, documentation) stays as it is.
"""

import hashlib
import ipaddress
from collections.abc import Collection

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_KEPT = tuple(
    ipaddress.ip_network(network)
    for network in ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "255.255.255.255/32", "224.0.0.0/4", "::/127", "fe80::/10", "ff00::/8")
)
# How many bits of them stay, so that what is private stays private.
_PRIVATE = tuple(
    ipaddress.ip_network(network) for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)
_TRIES = 64


class AddressMasker:
    """The stand-ins of one recording. No stand-in is one of the `originals`."""

    def __init__(self, originals: Collection[str], seed: str) -> None:
        self._originals = frozenset(originals)
        for attempt in range(_TRIES):
            self._key = hashlib.sha256(f"{seed}/{attempt}".encode("utf-8", "surrogatepass")).digest()
            if not any(self.mask(text) in self._originals for text in self._originals if not self._stays(text)):
                return

    def mask(self, text: str) -> str:
        """The stand-in of an address or of a network with its prefix length; anything else as it is."""
        address, slash, length = text.partition("/")
        try:
            found = ipaddress.ip_address(address)
            prefix = int(length) if slash else found.max_prefixlen
        except ValueError:
            return text
        if any(found in network for network in _KEPT if network.version == found.version) or prefix > found.max_prefixlen:
            return text
        masked = int(self._masked(found))
        host = (1 << (found.max_prefixlen - prefix)) - 1
        if slash and not int(found) & host:
            masked &= ~host  # a network has no host bits, and neither has its stand-in
        return f"{type(found)(masked)}{slash}{length}"

    def _stays(self, text: str) -> bool:
        return self.mask(text) == text

    def _masked(self, address: Address) -> Address:
        width = address.max_prefixlen
        kept = next((network.prefixlen for network in _PRIVATE if network.version == address.version and address in network), 0)
        value = int(address)
        for bit in range(kept, width):
            turned = self._turned(address.version, bit, int(address) >> (width - bit))
            value ^= turned << (width - bit - 1)
        return type(address)(value)

    def _turned(self, version: int, bit: int, prefix: int) -> int:
        """Whether (0 or 1) the bit behind a prefix is turned."""
        return hashlib.blake2b(f"{version}/{bit}/{prefix}".encode(), key=self._key, digest_size=1).digest()[0] & 1
