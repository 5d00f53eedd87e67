"""A finding: one fault on one object, with its evidence."""

import enum
import hashlib
from collections.abc import Collection
from datetime import datetime

import msgspec

from kubedx.findings.scale import Confidence, Effect, Severity
from kubedx.kube import Ref


class EvidenceType(enum.StrEnum):
    """Where a piece of evidence stands in the cluster."""

    FIELD = "field"
    EVENT = "event"
    LOG = "log"


class Evidence(msgspec.Struct, frozen=True, gc=False, rename="camel", kw_only=True):
    """A field, an event or a log line, quoted.

    `path` is the field's path (`status.containerStatuses[api].state.waiting.message`), or `container/api` and
    `container/api/previous` for a log. `reason` and `count` are an event's; `count` also counts equal log lines.
    `id` is unique in an incident (`e1`, `e2` …); `correlate` sets it.
    """

    id: str = ""
    type: EvidenceType
    ref: Ref
    path: str = ""
    value: str
    reason: str = ""
    count: int = 1
    first_seen: datetime | None = None
    last_seen: datetime | None = None


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One fault on one object.

    `code` is the rule's, the finding's only identity beside its subject; `filter` is the name for `--filter` that chooses it, and `also`
    are more such names; `part` the container, port or key;
    `cause` the object a human must change when it is another one (it may not exist); `error_class` tells apart
    crashes and log errors of different kinds; `values` are the named words that playbooks fill in (`image`,
    `meant` …), in English or verbatim from the cluster. One with its `own_reason` tells why it is so, and nothing
    that happens elsewhere explains it, but what keeps its `cause` from being there.
    """

    code: str
    filter: str
    also: tuple[str, ...] = ()
    subject: Ref
    part: str = ""
    severity: Severity
    confidence: Confidence
    message: str
    evidence: tuple[Evidence, ...]
    cause: Ref | None = None
    since: datetime | None = None
    error_class: str = ""
    values: dict[str, str] = {}
    suffers: Effect | None = None
    produces: tuple[Effect, ...] = ()
    own_reason: bool = False

    def __post_init__(self) -> None:
        """Refuse a finding without evidence: we say nothing that we cannot show."""
        if not self.evidence:
            raise ValueError(f"finding {self.code} on {self.subject} has no evidence")

    def under(self, filters: Collection[str]) -> "Finding | None":
        """The finding as it is found under one of these filters: its own, when that is among them; None when no name of it is."""
        if self.filter in filters:
            return self
        name = next((name for name in self.also if name in filters), None)
        return msgspec.structs.replace(self, filter=name) if name else None

    def fingerprint(self, owner: Ref) -> str:
        """A stable identity, 16 hex digits: survives new wording and new pods. `owner` is the subject's top owner."""
        return digest(self.code, _words(owner), self.part, self.error_class)


def digest(*parts: str) -> str:
    """The first 16 hex digits of the SHA-256 over the parts."""
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _words(ref: Ref) -> str:
    return f"{ref.group}/{ref.kind}/{ref.namespace}/{ref.name}"
