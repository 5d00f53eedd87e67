"""What changes in a cluster that is watched: which incidents begin, and which are over."""

from datetime import datetime, timedelta

import msgspec

from kubedx.findings.comparison import Summary, compare, side_of
from kubedx.findings.diagnosis import Diagnosis
from kubedx.findings.incident import Incident


class Resolved(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """An incident that is over. `since` is when it began, where that is known, `until` when it was first not there any more."""

    incident: Summary
    since: datetime | None
    until: datetime


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """What began and what is over since the turn before, and how many incidents are open now."""

    at: datetime
    appeared: tuple[Incident, ...]
    resolved: tuple[Resolved, ...]
    open: int


class Turns:
    """Compares each diagnosis of a watched cluster with what was told of it.

    An incident is over once it has been gone for `steady`: one that comes back before, as a container that crashes now and then,
    was there all the time. What cannot be told (a list that failed) is not over.
    """

    def __init__(self, steady: timedelta) -> None:
        self._steady = steady
        self._open: dict[str, Incident] = {}
        self._gone: dict[str, datetime] = {}

    @property
    def pending(self) -> bool:
        """Whether an incident is gone of which it is not sure yet that it is over."""
        return bool(self._gone)

    def take(self, diagnosis: Diagnosis) -> Turn | None:
        """What differs from what was told; None when nothing does. Of the first diagnosis, everything is new."""
        now = diagnosis.scanned_at
        present = {incident.id: incident for incident in diagnosis.incidents}
        before = msgspec.structs.replace(diagnosis, incidents=tuple(self._open.values()), suppressed=())
        over = {summary.id: summary for summary in compare(side_of("", before), side_of("", diagnosis)).resolved}
        for known in self._open.keys() - over.keys():
            self._gone.pop(known, None)
        for known in over:
            self._gone.setdefault(known, now)
        resolved = tuple(self._close(over[known], until) for known, until in list(self._gone.items()) if now - until >= self._steady)
        appeared = tuple(incident for incident in diagnosis.incidents if incident.id not in self._open)
        self._open.update(present)
        if not appeared and not resolved:
            return None
        return Turn(at=now, appeared=appeared, resolved=resolved, open=len(self._open))

    def _close(self, summary: Summary, until: datetime) -> Resolved:
        del self._gone[summary.id]
        return Resolved(incident=summary, since=self._open.pop(summary.id).since, until=until)
