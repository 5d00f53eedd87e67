"""What rules ask for, put in order and bounded: which logs to read first, and how many."""

from collections.abc import Iterable, Mapping, Sequence

from kubedx.analyzers.rule import Ask, AskCertificate, AskLog, AskPresence, AskValues
from kubedx.analyzers.runner import Judgement, Pair
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import Ref

MAX_LOGS = 120
MAX_PER_OWNER = 4
"""Logs of one workload: what its further pods say is what the first said."""
MAX_PRESENCE = 50
MAX_VALUES = 50
MAX_CERTIFICATES = 100

_LIMITS = {AskLog: MAX_LOGS, AskPresence: MAX_PRESENCE, AskValues: MAX_VALUES, AskCertificate: MAX_CERTIFICATES}


def worth_answering(
    judgement: Judgement, inventory: Inventory, answered: frozenset[Ask], *, logs: bool, certificates: bool = False
) -> dict[Ask, tuple[Pair, ...]]:
    """The new asks within the bounds of a scan, with who asked; logs of errors first, and of every workload before a second of any.

    `logs` and `certificates` say whether such asks may be answered at all.
    """
    unwanted = tuple(kind for kind, wanted in ((AskLog, logs), (AskCertificate, certificates)) if not wanted)
    askers: dict[Ask, list[Pair]] = {}
    urgency: dict[Ask, int] = {}
    for pair, asks in judgement.askers.items():
        worst = min((finding.severity for finding in judgement.judged[pair].findings), key=lambda one: one.rank, default=Severity.INFO)
        for ask in asks:
            if ask not in answered and not isinstance(ask, unwanted):
                askers.setdefault(ask, []).append(pair)
                urgency[ask] = min(worst.rank, urgency.get(ask, worst.rank))
    chosen = _chosen(askers, urgency, inventory, answered)
    return {ask: tuple(askers[ask]) for ask in chosen}


def _chosen(asks: Iterable[Ask], urgency: Mapping[Ask, int], inventory: Inventory, answered: frozenset[Ask]) -> Sequence[Ask]:
    spent = {kind: sum(isinstance(ask, kind) for ask in answered) for kind in _LIMITS}
    of_owner: dict[Ref, int] = {}
    for ask in answered:
        if isinstance(ask, AskLog):
            _count(of_owner, inventory.top_owner_of(ask.key.pod))
    turns: list[tuple[int, int, Ask]] = []
    for ask in sorted(asks, key=lambda one: (urgency[one], repr(one))):
        turn = _count(of_owner, inventory.top_owner_of(ask.key.pod)) if isinstance(ask, AskLog) else 0
        if turn <= MAX_PER_OWNER:
            turns.append((turn, urgency[ask], ask))
    chosen: list[Ask] = []
    for _turn, _urgency, ask in sorted(turns, key=lambda one: one[:2]):
        if spent[type(ask)] < _LIMITS[type(ask)]:
            spent[type(ask)] += 1
            chosen.append(ask)
    return chosen


def _count(of_owner: dict[Ref, int], owner: Ref) -> int:
    of_owner[owner] = of_owner.get(owner, 0) + 1
    return of_owner[owner]
