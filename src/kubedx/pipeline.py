"""The pipeline: joins the rooms. Short for ever.

source → inventory → analyzers (which ask, a few rounds) → correlate → explain → diagnosis
"""

from collections.abc import Callable, Iterable
from typing import Protocol

import msgspec

from kubedx.analyzers import Judged, Judgement, LogPolicy, Pair, catalogue, kinds_of, platforms, reads_custom_resources, relevant
from kubedx.correlate import Target, correlate, family_of, find_target, focus_on, is_about, results_of, sift, with_changes
from kubedx.errors import UsageError
from kubedx.findings import Coverage, Diagnosis, Facts, Finding, Incident, ReadCount, RuleCrash, Severity, Skip, Suppressions
from kubedx.inventory import Found, Inventory
from kubedx.judging import Wish, judge_to_the_end
from kubedx.kube import Gap, Kind, KubeObject, LabelSelector, Ref, kind_by_word, selects
from kubedx.remedy import Proof, forecast, foreseen, hindrances, identities, identity
from kubedx.source import Scope, Source


class Explained(msgspec.Struct, frozen=True):
    """Incidents with their explanations, the backend that gave them, and one warning for each thing that went wrong.

    `details` is each incident's explanation in k8sgpt's form, by incident id.
    """

    incidents: tuple[Incident, ...]
    provider: str = ""
    warnings: tuple[str, ...] = ()
    details: dict[str, str] = {}


class Explainer(Protocol):
    """What explains incidents: the room `explain`, or a fake."""

    def explain(self, incidents: tuple[Incident, ...], facts: Facts) -> Explained:
        """Never raises; a failing model leaves the playbook's text and a warning."""
        ...


OTHERS = "custom/"
"""What the codes of others' findings begin with. Whoever asks for others wants to hear them, whatever the filters."""


class Opinions(msgspec.Struct, frozen=True):
    """What others than our rules found, and what they could not judge."""

    findings: tuple[Finding, ...] = ()
    skips: tuple[Skip, ...] = ()
    crashes: tuple[RuleCrash, ...] = ()


class Others(Protocol):
    """Who else is asked for findings: custom analyzers, rules that users declare. `kinds` are to be read for them."""

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What they look at."""
        ...

    def judge(self, inventory: Inventory) -> Opinions:
        """Never raises; who does not answer is a skip."""
        ...


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What the user asks for. `deadline` is of `time.monotonic()`; `selector` and `filters` choose whose symptoms open an incident.

    With a `target`, only what concerns that object is reported, and what it depends on. With objects that are `applied`, only what
    they would cause: the cluster is judged as it would be with them. With `codes`, only these rules judge.
    """

    scope: Scope = Scope()
    filters: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    selector: LabelSelector | None = None
    target: Target | None = None
    applied: tuple[KubeObject, ...] = ()
    level: Severity = Severity.WARNING
    suppressions: Suppressions = Suppressions()
    logs: LogPolicy = LogPolicy.SUSPECTS
    read_certificates: bool = False
    custom_resources: bool = True
    lap: Callable[[str], None] = lambda _code: None
    deadline: float | None = None
    warnings: tuple[str, ...] = ()


def diagnose(source: Source, request: Request, explainer: Explainer | None = None, others: Others | None = None) -> Diagnosis:
    """Read the cluster once, judge it, and fold what is found into incidents.

    Raises what `Source.read` raises, and for a target UsageError, ObjectAbsent and NothingReadable.
    """
    rules = tuple(catalogue()[code] for code in request.codes if code in catalogue()) or relevant(catalogue(), request.filters)
    reads_custom = request.custom_resources and (reads_custom_resources(rules) or request.target is not None)
    custom = source.custom_kinds(request.deadline) if reads_custom else ()
    target_kind = _kind_of_target(request.target, custom)
    kinds = dict.fromkeys((*kinds_of(rules), *custom, *(others.kinds if others else ()), *((target_kind,) if target_kind else ())))
    inventory = Inventory(source.read(tuple(kinds), request.scope, request.deadline))
    target = _target(request, target_kind, inventory, source)
    judgement, inventory, log_gaps = judge_to_the_end(rules, inventory, source, _wish(request))
    known, warnings = frozenset[str](), request.warnings
    if request.applied:
        known, warnings = identities(judgement.findings, inventory), (*warnings, *hindrances(request.applied, inventory))
        inventory = forecast(inventory, request.applied).inventory
        judgement, inventory, log_gaps = judge_to_the_end(rules, inventory, source, _wish(request))
    if others is not None:
        judgement = _joined(judgement, others.judge(inventory))
    wanted = _Wanted(request, inventory, target, known)
    sifted = sift(filter(wanted.holds, correlate(judgement.findings, inventory, wanted.opens)), inventory, request.suppressions)
    shown = tuple(incident for incident in sifted.incidents if incident.severity.at_least(request.level))
    shown = _with_fixes(shown, Proof(inventory, judgement.findings, rules))
    shown = tuple(foreseen(one) if request.applied else with_changes(one, inventory) for one in shown)
    reported = [finding for incident in shown for finding in incident.findings]
    explained = _explain(explainer, shown, inventory)
    results = [one for one in reported if one.severity.at_least(request.level) and wanted.opens(one) and not sifted.ignored(one)]
    return Diagnosis(
        cluster=inventory.cluster,
        scanned_at=inventory.now,
        platform=", ".join(one.name for one in platforms(inventory)),
        incidents=explained.incidents,
        results=results_of((one.under(request.filters) or one for one in results), inventory, _details_by_subject(explained)),
        coverage=_coverage(judgement, inventory, log_gaps, custom),
        suppressed=sifted.suppressed,
        focus=focus_on(target, inventory, shown) if target else None,
        hidden=len(sifted.incidents) - len(shown),
        provider=explained.provider,
        applied=len(request.applied),
        errors=(*warnings, *sifted.warnings, *explained.warnings),
    )


def _with_fixes(incidents: tuple[Incident, ...], proof: Proof) -> tuple[Incident, ...]:
    first, others = incidents[: proof.most_incidents], incidents[proof.most_incidents :]
    return (*(msgspec.structs.replace(incident, fixes=proof.fixes(incident)) for incident in first), *others)


def _explain(explainer: Explainer | None, incidents: tuple[Incident, ...], facts: Facts) -> Explained:
    """What is explained, reported and kept has no need of the findings that were folded into it."""
    slim = tuple(msgspec.structs.replace(incident, findings=()) for incident in incidents)
    return explainer.explain(slim, facts) if explainer else Explained(slim)


def _kind_of_target(target: Target | None, custom: Iterable[Kind]) -> Kind | None:
    if target is None:
        return None
    kind = kind_by_word(target.word, custom)
    if kind is None:
        raise UsageError(f'"{target.word}" is no kind of object that this cluster serves; use one such as deployment/{target.name}')
    return kind


def _target(request: Request, kind: Kind | None, inventory: Inventory, source: Source) -> Ref | None:
    if request.target is None or kind is None:
        return None

    def is_there(ref: Ref) -> bool | None:
        answer = source.get(kind, ref, request.deadline)
        return None if isinstance(answer, Gap) else answer is not None

    return find_target(request.target, kind, request.scope.namespaces, inventory, is_there)


class _Wanted:
    """Whether the user asked for a finding: by filter, labels and namespace, or as one of the target's; and did not know it before."""

    def __init__(self, request: Request, inventory: Inventory, target: Ref | None, known: frozenset[str]) -> None:
        self._known = known
        self._request = request
        self._inventory = inventory
        self._target = target
        self._family = family_of(target, inventory) if target else frozenset[Ref]()

    def holds(self, incident: Incident) -> bool:
        """Whether the incident concerns the target; every one does where there is none."""
        return self._target is None or is_about(incident, self._target, self._family)

    def opens(self, finding: Finding) -> bool:
        """With -n, a cluster-scoped object opens no incident of its own unless its filter is named, or it concerns the target."""
        request, subject = self._request, finding.subject
        chosen = finding.code.startswith(OTHERS) or finding.under(request.filters)
        if request.filters and not chosen:
            return False
        if self._known and identity(finding, self._inventory) in self._known:
            return False
        anywhere = request.filters or self._target
        if not request.scope.holds(subject.namespace) or (request.scope.namespaces and not subject.namespace and not anywhere):
            return False
        if request.selector is None:
            return True
        found = self._inventory.find(subject)
        return isinstance(found, Found) and selects(request.selector, found.object.metadata.labels)


def _joined(judgement: Judgement, opinions: Opinions) -> Judgement:
    """The judgement with what others say, as if rules had said it."""
    judged = dict(judgement.judged)
    for finding in opinions.findings:
        pair = Pair(finding.code, finding.subject)
        judged[pair] = Judged((*(judged[pair].findings if pair in judged else ()), finding))
    for crash in opinions.crashes:
        judged[Pair(crash.code, crash.ref)] = Judged(crash=crash)
    return Judgement(judged, (*judgement.skips, *opinions.skips))


def _wish(request: Request) -> Wish:
    return Wish(
        logs=request.logs,
        certificates=request.read_certificates,
        namespaces=request.scope.namespaces,
        lap=request.lap,
        deadline=request.deadline,
    )


def _details_by_subject(explained: Explained) -> dict[Ref, str]:
    """The explanation of an incident, for each of its subjects."""
    details: dict[Ref, str] = {}
    for incident in explained.incidents:
        text = explained.details.get(incident.id, "")
        for ref in (incident.root_cause.observed, incident.root_cause.subject, *(symptom.subject for symptom in incident.symptoms)):
            details.setdefault(ref, text)
    return details


def _coverage(judgement: Judgement, inventory: Inventory, log_gaps: Iterable[Gap], custom: Iterable[Kind]) -> Coverage:
    counts = inventory.counts(custom).items()
    return Coverage(
        read=tuple(sorted(ReadCount(kind.api_version, kind.kind, count, inventory.namespaces_of(kind)) for kind, count in counts)),
        gaps=tuple(sorted((*inventory.gaps, *log_gaps))),
        skipped=tuple(sorted(judgement.skips)),
        crashed=tuple(sorted(judgement.crashes)),
    )
