"""Why an image could not be pulled, from what the container runtime says about it.

The words are those of containerd (remotes/docker), CRI-O (containers/image), Docker and the registries in common use.
"""

import re

import msgspec

from kubedx.kube import pattern_of


class PullError(msgspec.Struct, frozen=True):
    """A class of pull errors: its name, and the clause that a message says about it."""

    name: str
    words: str


TAG_ABSENT = PullError("tag-absent", "the registry has no such tag")
REPOSITORY_ABSENT = PullError("repository-absent", "the registry has no such repository, or it is private")
AUTH = PullError("auth", "the registry refuses the login, or there is none")
RATE_LIMIT = PullError("rate-limit", "the registry limits the rate of pulls")
PLATFORM = PullError("platform", "the image is not built for the node's platform")
SIGNATURE = PullError("signature", "the image's signature is not accepted")
DISK_FULL = PullError("disk-full", "the node has no space left for it")
DNS = PullError("registry-unresolved", "the name of the registry does not resolve")
TLS = PullError("registry-tls", "the registry's TLS certificate or protocol is not accepted")
REFUSED = PullError("registry-refused", "the registry refuses the connection")
TIMEOUT = PullError("registry-timeout", "the registry does not answer in time")
BROKEN = PullError("registry-error", "the registry answers with an error")
OTHER = PullError("other", "the container runtime gives no usual reason")

OWN_REASONS = frozenset({TAG_ABSENT, REPOSITORY_ABSENT, AUTH, RATE_LIMIT, PLATFORM, SIGNATURE, TLS})
"""What the registry answers is the image's own fault: no node or network that is broken besides explains it."""

THROTTLED = "pull QPS exceeded"
"""The kubelet's own limit: the pull is tried again within seconds."""

_SIGNS = (
    (RATE_LIMIT, r"toomanyrequests|too many requests|\b429\b|pull rate limit"),
    (
        PLATFORM,
        r"no match(?:ing)? (?:for platform|manifest)|not match the specified platform|no image found in (?:manifest list|image index)",
    ),
    (SIGNATURE, r"SignatureValidationFailed|signature (?:was required|validation failed|verification failed)|Source image rejected"),
    (DISK_FULL, r"no space left on device"),
    (DNS, r"no such host|server misbehaving|temporary failure in name resolution|name or service not known|NXDOMAIN"),
    (TLS, r"x509:|tls: |certificate|server gave HTTP response to HTTPS client"),
    (REFUSED, r"connection refused"),
    (TIMEOUT, r"i/o timeout|context deadline exceeded|Client\.Timeout|TLS handshake timeout|no route to host|network is unreachable"),
    (
        REPOSITORY_ABSENT,
        (
            r"repository does not exist|name unknown|NAME_UNKNOWN|repository \S+ not found|repository with name \S+ does not exist"
            r"|requested access to the resource is denied|insufficient_scope|repository name not known"
        ),
    ),
    (
        AUTH,
        (
            r"\b401\b|\b403\b|unauthorized|authentication required|authorization failed|no basic auth credentials|access denied|\bdenied\b"
            r"|failed to authorize|invalid username|authorization token has expired|permission"
        ),
    ),
    (TAG_ABSENT, r"manifest unknown|MANIFEST_UNKNOWN|manifest for \S+ not found|tag \S+ (?:not found|does not exist)|not found"),
    (BROKEN, r"\b50[0234]\b|unexpected status|unexpected EOF|connection reset|\bEOF\b"),
)
_PATTERNS = tuple((error, pattern_of(pattern, re.IGNORECASE)) for error, pattern in _SIGNS)


def pull_error(message: str) -> PullError:
    """The class of the error that a message tells of."""
    return next((error for error, pattern in _PATTERNS if pattern.search(message)), OTHER)
