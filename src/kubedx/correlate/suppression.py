"""Incidents that somebody has said need not be reported. They are counted, never lost."""

from collections.abc import Callable, Iterable
from datetime import date
from fnmatch import fnmatchcase

import msgspec

from kubedx.findings import Finding, Ignore, Incident, Suppressed, SuppressedBy, Suppressions
from kubedx.inventory import Found, Inventory
from kubedx.kube import KubeObject, Ref

ANNOTATION = "ignore.kubedx.dev/"
"""Before the code of a rule. The value is the reason; an empty one suppresses nothing."""

MOST_OWNERS = 8


class Sifted(msgspec.Struct, frozen=True):
    """Incidents to report, those that are suppressed, and a sentence for each acknowledgement that no longer holds.

    `ignored` says whether a finding is itself annotated or named in the config, whatever the incident that it belongs to.
    """

    incidents: tuple[Incident, ...]
    suppressed: tuple[Suppressed, ...]
    warnings: tuple[str, ...]
    ignored: Callable[[Finding], bool]


class _Reason(msgspec.Struct, frozen=True):
    by: SuppressedBy
    text: str
    expires: date | None = None


def sift(incidents: Iterable[Incident], inventory: Inventory, suppressions: Suppressions) -> Sifted:
    """Part the incidents. One is suppressed when the baseline acknowledges it, or when every finding of its root cause is ignored.

    A finding is ignored by `ignore.kubedx.dev/CODE: REASON` on its object or on an owner of it, or by the config.
    The ranks of those that remain are counted anew.
    """
    today = inventory.now.date()
    kept: list[Incident] = []
    suppressed: list[Suppressed] = []
    warnings: list[str] = []

    ignores = tuple(ignore for ignore in suppressions.ignores if ignore.expires is None or ignore.expires >= today)

    def reason_of(finding: Finding) -> _Reason | None:
        return _annotated(finding, inventory) or _configured(finding, inventory, ignores)

    for incident in incidents:
        reason, warning = _acknowledged(incident, suppressions, today)
        reason = reason or _ignored(incident, reason_of)
        warnings += [warning] if warning and not reason else []
        if reason is None:
            kept.append(msgspec.structs.replace(incident, rank=len(kept) + 1))
        else:
            suppressed.append(_suppressed(incident, reason))
    return Sifted(tuple(kept), tuple(suppressed), tuple(warnings), lambda finding: reason_of(finding) is not None)


def _suppressed(incident: Incident, reason: _Reason) -> Suppressed:
    return Suppressed(
        id=incident.id,
        severity=incident.severity,
        title=incident.title,
        subject=incident.root_cause.subject,
        by=reason.by,
        reason=reason.text,
        expires=reason.expires,
        code=incident.root_cause.code,
    )


def _acknowledged(incident: Incident, suppressions: Suppressions, today: date) -> tuple[_Reason | None, str]:
    """Why the baseline acknowledges it; or else why it no longer does."""
    entry = suppressions.baseline.get(incident.id)
    if entry is None or not entry.reason.strip():
        return None, ""
    if entry.expires is not None and entry.expires < today:
        return None, f'"{incident.title}" was acknowledged until {entry.expires} ({entry.reason}) and is reported again'
    if incident.severity.rank < entry.severity.rank:
        worse = f"is {incident.severity.value} now"
        return None, f'"{incident.title}" was acknowledged as {entry.severity.value} ({entry.reason}), {worse} and is reported again'
    return _Reason(SuppressedBy.BASELINE, entry.reason, entry.expires), ""


def _ignored(incident: Incident, reason_of: Callable[[Finding], _Reason | None]) -> _Reason | None:
    root = incident.root_cause
    of_root = [one for one in incident.findings if (one.code, one.part, one.cause) == (root.code, root.part, root.cause)]
    reasons = [reason_of(finding) for finding in of_root]
    return reasons[0] if reasons and all(reasons) else None


def _annotated(finding: Finding, inventory: Inventory) -> _Reason | None:
    """By the annotation of the object, or of one that controls it."""
    found = inventory.find(finding.subject)
    obj = found.object if isinstance(found, Found) else None
    for _owner in range(MOST_OWNERS):
        if obj is None:
            break
        text = obj.metadata.annotations.get(f"{ANNOTATION}{finding.code}", "").strip()
        if text:
            return _Reason(SuppressedBy.ANNOTATION, text)
        obj = _controller(obj, inventory)
    return None


def _controller(obj: KubeObject, inventory: Inventory) -> KubeObject | None:
    owner = inventory.controller(obj)
    return owner.object if isinstance(owner, Found) else None


def _configured(finding: Finding, inventory: Inventory, ignores: Iterable[Ignore]) -> _Reason | None:
    """By an entry that fits the object, or the one at the top of those that control it."""
    refs = (finding.subject, inventory.top_owner_of(finding.subject))
    for ignore in ignores:
        if fnmatchcase(finding.code, ignore.code) and any(_fits(ignore, ref) for ref in refs):
            return _Reason(SuppressedBy.CONFIG, ignore.reason, ignore.expires)
    return None


def _fits(ignore: Ignore, ref: Ref) -> bool:
    words = ((ref.kind.lower(), ignore.kind.lower()), (ref.namespace, ignore.namespace), (ref.name, ignore.name))
    return all(fnmatchcase(word, pattern) for word, pattern in words)
