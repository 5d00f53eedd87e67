"""The runner: judges objects with rules, and isolates every pair of rule and object from every other.

A rule that raises on an object is a `RuleCrash` of that object; a rule that lacks what it reads is a `Skip` of that
namespace; what a rule asks for is handed to the caller, who answers by `Inventory.replace` and runs only the askers again.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import msgspec

from kubedx.analyzers.platform import Quirk, calmed, quirks
from kubedx.analyzers.rule import Ask, AskPresence, Hit, Rule
from kubedx.findings import Confidence, Finding, RuleCrash, Severity, Skip
from kubedx.inventory import Absent, Found, Inventory
from kubedx.kube import Kind, KubeObject, Ref

MAX_HITS = 100
"""A rule that reports more on one object says nothing by it; the rest is left out, and the report says so."""

MAX_ERROR = 200

EVENT = "Event"
"""The filter of the rules that only repeat what an event says."""


class Pair(NamedTuple):
    """A rule, by its code, and the object that it judges."""

    code: str
    subject: Ref


class Judged(msgspec.Struct, frozen=True):
    """What came of one pair."""

    findings: tuple[Finding, ...] = ()
    asks: tuple[Ask, ...] = ()
    crash: RuleCrash | None = None


class Judgement(msgspec.Struct, frozen=True):
    """What came of every pair of which anything came, and which rules could not judge where."""

    judged: Mapping[Pair, Judged]
    skips: tuple[Skip, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, in the order of rules and objects, but for events about an object of which a rule knows more."""
        found = tuple(finding for judged in self.judged.values() for finding in judged.findings)
        events = [one for one in found if one.filter == EVENT]
        if not events:
            return found
        others = [one for one in found if one.filter != EVENT]
        known = {ref for one in others for ref in (one.subject, one.cause, *(piece.ref for piece in one.evidence))}
        explained = {id(one) for one in events if one.cause in known}
        return tuple(one for one in found if id(one) not in explained)

    @property
    def crashes(self) -> tuple[RuleCrash, ...]:
        """All crashes."""
        return tuple(judged.crash for judged in self.judged.values() if judged.crash)

    @property
    def askers(self) -> dict[Pair, tuple[Ask, ...]]:
        """The pairs that asked for something, with what they asked."""
        return {pair: judged.asks for pair, judged in self.judged.items() if judged.asks}


Lap = Callable[[str], None]
"""Told the code of each rule when it has judged, and the empty code before the first: whoever has a clock knows what each rule took."""


def _untimed(code: str) -> None:
    """Nobody wants to know."""


def judge(
    rules: Iterable[Rule],
    inventory: Inventory,
    wanted: Callable[[Rule, KubeObject], bool] | None = None,
    lap: Lap = _untimed,
) -> Judgement:
    """Let each rule judge each object of its kinds, or those that are `wanted`."""
    judged: dict[Pair, Judged] = {}
    skips: list[Skip] = []
    healthy = quirks(inventory)
    lap("")
    # One view for the rules that look at the same kinds: what they make of the whole inventory, they make together.
    views: dict[frozenset[type[KubeObject]], Inventory] = {}
    subjects_of = _Subjects(inventory, wanted)
    listed = inventory.counts().keys()
    for rule in rules:
        view = views.setdefault(frozenset(rule.kinds), inventory.view(rule.kinds))
        blind = _Blindness(rule, inventory, listed)
        for kind in rule.on:
            for subject in blind.spared(subjects_of(kind, rule)):
                outcome = _judge_one(rule, subject, view, healthy)
                if outcome is not None:
                    judged[Pair(rule.code, subject.ref)] = outcome
        skips.extend(blind.skips())
        lap(rule.code)
    return Judgement(judged, tuple(skips))


def judge_again(
    judgement: Judgement, rules: Mapping[str, Rule], inventory: Inventory, pairs: Iterable[Pair], lap: Lap = _untimed
) -> Judgement:
    """The judgement after these pairs have been judged anew, on an inventory that has more to say."""
    judged = dict(judgement.judged)
    # One view a rule: what a rule makes of the whole inventory, it makes once.
    views: dict[str, Inventory] = {}
    healthy = quirks(inventory)
    lap("")
    for pair in pairs:
        rule = rules[pair.code]
        if pair.code not in views:
            views[pair.code] = inventory.view(rule.kinds)
        found = inventory.find(pair.subject)
        outcome = _judge_one(rule, found.object, views[pair.code], healthy) if isinstance(found, Found) else None
        if outcome is None:
            judged.pop(pair, None)
        else:
            judged[pair] = outcome
        lap(pair.code)
    return Judgement(judged, judgement.skips)


def _judge_one(rule: Rule, subject: KubeObject, view: Inventory, healthy: tuple[Quirk, ...]) -> Judged | None:
    """None when nothing came of it, which is nearly always so, and so costs next to nothing."""
    try:
        outcomes = rule.judge(subject, view)
        first = next(outcomes, None)
        if first is None:
            return None
    except Exception as error:  # noqa: BLE001  # as below
        return Judged(crash=_crash(rule, subject, error))
    findings: list[Finding] = []
    asks: list[Ask] = []
    try:
        for outcome in chain((first,), outcomes):
            if not isinstance(outcome, Hit):
                asks.append(outcome)
            elif len(findings) == MAX_HITS:
                crash = RuleCrash(rule.code, subject.ref, f"reports more than {MAX_HITS} faults on one object; the rest is left out")
                return Judged(tuple(findings), tuple(asks), crash)
            else:
                finding = calmed(_finding(rule, subject.ref, outcome, view), subject, healthy)
                findings.append(finding)
                # What is only for information, or not certain in any case, is not worth a request.
                certain = (outcome.confidence or rule.confidence) is Confidence.CERTAIN
                if certain and finding.severity is not Severity.INFO and _unproved(outcome, view):
                    asks.append(AskPresence(outcome.absent))  # type: ignore[arg-type]  # _unproved says that it is a Ref
    except Exception as error:  # noqa: BLE001  # one bad rule or object must not end the scan; the report says it
        return Judged(tuple(findings), tuple(asks), _crash(rule, subject, error))
    return Judged(tuple(findings), tuple(asks)) if findings or asks else None


def _crash(rule: Rule, subject: KubeObject, error: Exception) -> RuleCrash:
    return RuleCrash(rule.code, subject.ref, f"{type(error).__name__}: {error}"[:MAX_ERROR])


def _finding(rule: Rule, subject: Ref, hit: Hit, view: Inventory) -> Finding:
    confidence = hit.confidence or rule.confidence
    if _unproved(hit, view) and confidence is Confidence.CERTAIN:
        confidence = Confidence.LIKELY
    return Finding(
        code=rule.code,
        filter=rule.filter or subject.kind,
        also=rule.also,
        subject=subject,
        part=hit.part,
        severity=hit.severity or rule.severity,
        confidence=confidence,
        message=hit.message,
        evidence=hit.evidence,
        cause=hit.cause,
        since=hit.since,
        error_class=hit.error_class,
        values=hit.values,
        suffers=rule.suffers,
        produces=rule.produces,
        own_reason=rule.own_reason if hit.own_reason is None else hit.own_reason,
    )


def _unproved(hit: Hit, view: Inventory) -> bool:
    """Whether a hit rests on an absence that only a list, which may be stale, tells of."""
    if hit.absent is None:
        return False
    match view.find(hit.absent):
        case Absent(confirmed=confirmed):
            return not confirmed
        case _:
            return False


class _OfKind(NamedTuple):
    """Objects to judge, and the namespaces that they are in."""

    objects: Sequence[KubeObject]
    namespaces: frozenset[str]


class _Subjects:
    """The objects that rules judge, by kind: those that are wanted. Gathered once for all rules that want every object."""

    def __init__(self, inventory: Inventory, wanted: Callable[[Rule, KubeObject], bool] | None) -> None:
        self._inventory, self._wanted = inventory, wanted
        self._all: dict[tuple[type[KubeObject], Callable[[KubeObject], bool] | None], _OfKind] = {}

    def __call__(self, kind: type[KubeObject], rule: Rule) -> _OfKind:
        """Those of one kind, for one rule."""
        unless = rule.unless
        if (kind, unless) not in self._all:
            objects = self._inventory.list(kind).items
            self._all[kind, unless] = _of_kind(objects if unless is None else [each for each in objects if not unless(each)])
        found = self._all[kind, unless]
        return found if self._wanted is None else _of_kind([each for each in found.objects if self._wanted(rule, each)])


def _of_kind(objects: Sequence[KubeObject]) -> _OfKind:
    return _OfKind(objects, frozenset(each.metadata.namespace for each in objects))


class _Blindness:
    """Where a rule lacks what it reads. Asked once a namespace, answered from memory after that."""

    def __init__(self, rule: Rule, inventory: Inventory, listed: Collection[Kind]) -> None:
        self._rule = rule
        self._inventory, self._listed = inventory, listed
        self._lacking: dict[str, type[KubeObject] | None] = {}

    def spared(self, subjects: "_OfKind") -> Iterable[KubeObject]:
        """Those of the objects that the rule can judge."""
        blind = {namespace for namespace in subjects.namespaces if self.in_namespace(namespace)}
        return [each for each in subjects.objects if each.metadata.namespace not in blind] if blind else subjects.objects

    def in_namespace(self, namespace: str) -> bool:
        """Whether the rule cannot judge the objects of that namespace (empty: cluster-scoped ones)."""
        if namespace not in self._lacking:
            lacking = (kind for kind in self._rule.reads if not self._inventory.known(kind, namespace))
            self._lacking[namespace] = next(lacking, None)
        return self._lacking[namespace] is not None

    def skips(self) -> list[Skip]:
        """The skips: one for the whole cluster for each kind to judge that was listed nowhere, and one a namespace for what it reads."""
        unseen = [kind for kind in self._rule.on if not self._inventory.known(kind) and kind.KIND not in self._listed]
        skips = [self._skip("", kind, judged=kind) for kind in unseen if not self._inventory.list(kind).items]
        lacking = ((namespace, kind) for namespace, kind in sorted(self._lacking.items()) if kind)
        return skips + [self._skip(namespace, kind) for namespace, kind in lacking if namespace or not self._is_out_of_scope(kind)]

    def _is_out_of_scope(self, kind: type[KubeObject]) -> bool:
        """Whether a kind is known in the namespaces that were asked for, so that only what concerns the whole cluster is not judged."""
        has_gap = any((gap.api_version, gap.kind) == (kind.KIND.api_version, kind.KIND.kind) for gap in self._inventory.gaps)
        return kind.KIND in self._listed and not has_gap

    def _skip(self, namespace: str, lacks: type[KubeObject], judged: type[KubeObject] | None = None) -> Skip:
        rule = self._rule
        return Skip(
            code=rule.code,
            namespace=namespace,
            reason=self._inventory.why_unknown(lacks, namespace),
            lacks=lacks.KIND.kind,
            filters=(judged.KIND.kind, *rule.also) if judged and not rule.filter else rule.filters,
            fault=" ".join(rule.doc.split("\n\n")[0].split()),
        )
