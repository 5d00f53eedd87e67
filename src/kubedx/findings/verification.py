"""What has become of one incident since it was reported."""

import enum

import msgspec

from kubedx.findings.comparison import Summary


class Standing(enum.StrEnum):
    """How it stands."""

    RESOLVED = "resolved"
    PERSISTS = "persists"
    AFTERMATH = "aftermath"
    """The cause is gone, but not what followed from it."""
    UNCLEAR = "unclear"


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """One incident, looked at again. `seconds` is how long it took to resolve, or was waited for; None without waiting.

    `incident` is the incident as it is now, where it persists; `left` are the titles of what is still left of its symptoms; `reason` is
    why it is unclear.
    """

    id: str
    title: str
    standing: Standing
    seconds: int | None = None
    incident: Summary | None = None
    left: tuple[str, ...] = ()
    reason: str = ""
