"""What somebody has said need not be reported: by an annotation, in the config, or in a baseline."""

import enum
from collections.abc import Mapping
from datetime import date

import msgspec

from kubedx.findings.scale import Severity
from kubedx.kube import Ref


class SuppressedBy(enum.StrEnum):
    """Where it was said."""

    ANNOTATION = "annotation"
    BASELINE = "baseline"
    CONFIG = "config"


class Ignore(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """An `ignore` entry of the config: findings of this code, on objects that match the patterns (`*` and `?` are wildcards).

    `expires` is the last day on which it holds; None is for ever.
    """

    code: str
    kind: str = "*"
    namespace: str = "*"
    name: str = "*"
    reason: str
    expires: date | None = None


class Acknowledgement(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """An incident that a baseline acknowledges: by its id, for a reason, until the end of a day, and as long as it gets no worse."""

    id: str
    severity: Severity
    title: str = ""
    reason: str
    expires: date | None = None


class Suppressions(msgspec.Struct, frozen=True):
    """Everything but the annotations, which the objects bear themselves."""

    ignores: tuple[Ignore, ...] = ()
    baseline: Mapping[str, Acknowledgement] = {}


class Suppressed(msgspec.Struct, frozen=True, gc=False, order=True, kw_only=True):
    """An incident that is not reported, by whose word, and why."""

    id: str
    severity: Severity
    title: str
    subject: Ref
    by: SuppressedBy
    reason: str
    expires: date | None = None
    code: str = ""
    """Of its root cause; empty in documents of older versions."""
