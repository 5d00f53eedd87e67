"""The shapes of identifiers in any text, and of the stand-ins that take their place in a prompt.

A stand-in keeps the shape of what it stands for: `10.0.0.1` is an address, `host-1.example` a host, `00000000-0000-4000-8000-…` a uid.
Networks and domains are those that are set aside for examples: RFC 1918, RFC 3849, RFC 2606.
"""

import ipaddress
from collections.abc import Set as AbstractSet

from kubedx.redact.names import IDENTIFIERS

PUBLIC_ACCOUNTS = frozenset({"000000000000", "aws"})

_FIRST = (
    r"(?P<arn>\barn:aws[\w-]{0,12}:[\w-]{0,40}:[\w-]{0,30}:[\w-]{0,20}:[^\s\"'`<>,;)\]}]{1,300})"
    r"|(?P<uid>(?<![0-9A-Za-z])[0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12}(?![0-9A-Za-z]))"
    r"|(?P<mapped>(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,6}(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?!\w|\.\d))"
    r"|(?P<hex>(?<![0-9A-Za-z])(?:0x[0-9a-f]{12,32}|[0-9a-f]{32,128})(?![0-9A-Za-z]))"
    r"|(?P<ocid>\bocid1\.[a-z0-9]{1,40}(?:\.[a-z0-9-]{0,40}){2,3}\.[a-z0-9]{8,80}|\biqn\.[0-9]{4}-[0-9]{2}(?:\.[\w-]{1,63}){1,6}(?::[\w.:-]{1,120}\w)?)"
    r"|(?P<number>(?<![\w-])(?:[0-9]{4}[ -]){3}[0-9]{4}(?![\w-])|(?<![\w-])[a-z]{2}[0-9]{2}(?:[ ]?[0-9]{4}){3,6}[0-9]{0,3}(?![\w-])"
    r"|(?<![\w.+:-])\+[1-9][0-9]{0,2}[ -](?:\(?[0-9]{1,5}\)?[ -]?){1,4}[0-9]{3,9}(?![\w]))"
    r"|(?P<mac>(?<![\w:-])(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}(?![\w:-]))"
    r"|(?P<bucket>(?<=s3://|gs://)[\w.-]{1,62}\w|(?<=s3a://)[\w.-]{1,62}\w)"
)
_LAST = (
    r"|(?P<site>(?<=://)[^\s/:@?\#\"'`<>\[\]()\\|,;{}$]{0,252}\w)"
    r"|(?P<dashed>(?<![\w.-])ip-[0-9]{1,3}(?:-[0-9]{1,3}){3}(?![\w-]))"
    r"|(?P<home>(?<=/home/)[\w.-]{1,60}\w|(?<=/Users/)[\w.-]{1,60}\w|(?<=\\Users\\)[\w.-]{1,60}\w)"
    r"|(?P<login>(?<=\buser=|\buser:)[\w.+-]{1,60}\w|(?<=username=|username:)[\w.+-]{1,60}\w|(?<=\blogin=)[\w.+-]{1,60}\w)"
    r"|(?P<project>(?<=projects/)[\w-]{1,60}\w|(?<=resourceGroups/)[\w.-]{1,88}\w)"
)
SHAPES = f"{_FIRST}|{IDENTIFIERS}{_LAST}"
"""What gives itself away by its form."""

_KINDS_BY_GROUP = {
    "uid": "uid",
    "mac": "mac",
    "bucket": "bucket",
    "dashed": "node",
    "hex": "hash",
    "home": "login",
    "number": "number",
    "ocid": "resource",
    "login": "login",
    "project": "project",
    "email": "user",
    "account": "account",
}
KINDS = frozenset(
    {
        "account",
        "bucket",
        "container",
        "hash",
        "image",
        "login",
        "name",
        "namespace",
        "node",
        "number",
        "project",
        "resource",
        "pod",
        "service",
    }
)
"""Kinds of plain stand-ins (`name-1`) that any text may need."""


def kind_of_shape(group: str, text: str) -> str:
    """The kind of stand-in for what a group of SHAPES found; empty for what only looks so, and what is the same everywhere."""
    if group in {"ipv4", "ipv6", "mapped"} or _is_address(text):
        return _kind_of_address(text)
    return _KINDS_BY_GROUP.get(group, "host")


def stand_in(kind: str, number: int) -> str:
    """The stand-in of a kind with a number."""
    shapes = {
        "ipv4": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
        "ipv6": f"2001:db8::{number:x}",
        "mac": f"02:00:00:00:{number >> 8 & 255:02x}:{number & 255:02x}",
        "uid": f"00000000-0000-4000-8000-{number:012x}",
        "user": f"user-{number}@mail.example",
        "host": f"host-{number}.example",
    }
    return shapes.get(kind) or f"{kind}-{number}"


def alike(kinds: AbstractSet[str]) -> str:
    """A pattern for all that looks like a stand-in, of these kinds or of a shape of its own."""
    plain = "|".join(sorted(kinds | KINDS, key=lambda kind: (-len(kind), kind)))
    return (
        r"host-[0-9]{1,6}\.example|user-[0-9]{1,6}@mail\.example|00000000-0000-4000-8000-[0-9a-f]{12}"
        r"|10\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}|2001:db8::[0-9a-f]{1,6}|02:00:00:00:[0-9a-f]{2}:[0-9a-f]{2}"
        rf"|(?:{plain})-[0-9]{{1,6}}"
    )


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _kind_of_address(text: str) -> str:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    if address.is_loopback or address.is_unspecified or text == "255.255.255.255":
        return ""
    return "ipv6" if address.version == 6 else "ipv4"
