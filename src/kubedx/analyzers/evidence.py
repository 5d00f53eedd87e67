"""Pieces of evidence, quoted from what a rule looks at."""

from typing import Any

import msgspec

from kubedx.findings import Evidence, EvidenceType
from kubedx.kube import Event, KubeObject, Ref, event_count, first_seen, last_seen

MAX_VALUE = 1000
"""Characters of a value that evidence quotes."""
MAX_QUOTE = 600
"""Characters of it that a message quotes."""


def field(subject: KubeObject | Ref, path: str, value: Any) -> Evidence:
    """A field of an object, by its path in the API's spelling. A value that is no text is quoted as compact JSON."""
    ref = subject if isinstance(subject, Ref) else subject.ref
    text = value if isinstance(value, str) else msgspec.json.encode(value, order="deterministic").decode()
    return Evidence(type=EvidenceType.FIELD, ref=ref, path=path, value=text[:MAX_VALUE])


def event(about: Event) -> Evidence:
    """An event, with the object that it is about."""
    involved = about.involved_object
    return Evidence(
        type=EvidenceType.EVENT,
        ref=Ref(involved.api_version, involved.kind, involved.namespace, involved.name),
        value=about.message[:MAX_VALUE],
        reason=about.reason,
        count=event_count(about),
        first_seen=first_seen(about),
        last_seen=last_seen(about),
    )


def log_lines(pod: Ref, container: str, value: str, *, previous: bool = False, count: int = 1) -> Evidence:
    """A line of a log, or several; `count` says how often it stands there."""
    path = f"container/{container}/previous" if previous else f"container/{container}"
    return Evidence(type=EvidenceType.LOG, ref=pod, path=path, value=value[:MAX_VALUE], count=count)


def quoted(text: str) -> str:
    """What a component says, fit for the middle of a message: on one line, without a final period, and not endless."""
    line = " ".join(text.split()).rstrip(".")
    return line if len(line) <= MAX_QUOTE else f"{line[:MAX_QUOTE]}…"
