"""What has become of one incident, for a person and for programs."""

from datetime import timedelta
from typing import Any

import msgspec

from kubedx.findings import Standing, Verification
from kubedx.kube import format_duration
from kubedx.report.printable import printable

MOST_LEFT = 3


def verification_text(verification: Verification) -> str:
    """One sentence on one line."""
    after = f" after {format_duration(timedelta(seconds=verification.seconds))}" if verification.seconds else ""
    match verification.standing:
        case Standing.RESOLVED:
            sentence = f"resolved{after}: {verification.title}"
        case Standing.PERSISTS:
            sentence = f"persists{after}: {verification.incident.title if verification.incident else verification.title}"
        case Standing.AFTERMATH:
            more = len(verification.left) - MOST_LEFT
            left = "; ".join(verification.left[:MOST_LEFT]) + (f"; and {more} more" if more > 0 else "")
            sentence = f"the cause is gone, but not what followed from it{after}: {left}"
        case Standing.UNCLEAR:
            sentence = f"whether it is resolved cannot be judged: {verification.reason}"
    return f"{' '.join(printable(sentence).split())}\n"


def verification_document(verification: Verification) -> dict[str, Any]:
    """A document of JSON's own types."""
    document: dict[str, Any] = msgspec.to_builtins(verification)
    return document
