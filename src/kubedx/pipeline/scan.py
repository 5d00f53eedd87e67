"""One reading of a cluster, judged to the end: as it is, or as it would be with the objects that are applied."""

from collections.abc import Iterable

import msgspec

from kubedx.analyzers import Judgement, Rule, catalogue, kinds_of, reads_custom_resources, relevant
from kubedx.correlate import Target, find_target
from kubedx.errors import UsageError
from kubedx.findings import Finding
from kubedx.inventory import Inventory
from kubedx.judging import Wish, judge_to_the_end
from kubedx.kube import Gap, Kind, Ref, kind_by_word
from kubedx.pipeline.narrow import read_narrowly
from kubedx.pipeline.others import Others, joined
from kubedx.pipeline.request import Applied, Request
from kubedx.remedy import call_doubts, forecast, hindrances, identities, image_doubts, manifest_faults
from kubedx.source import Source


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What was read, and the rules that are to judge it."""

    rules: tuple[Rule, ...]
    custom: tuple[Kind, ...]
    target: Ref | None
    inventory: Inventory


class Scan(msgspec.Struct, frozen=True, kw_only=True):
    """What was read and what the rules say of it. `known` are the faults that were there before anything was applied."""

    rules: tuple[Rule, ...]
    custom: tuple[Kind, ...]
    target: Ref | None
    inventory: Inventory
    judgement: Judgement
    log_gaps: tuple[Gap, ...]
    known: frozenset[str] = frozenset()
    refused: tuple[str, ...] = ()
    """Why some of what is applied could not be, each in a sentence."""
    doubts: tuple[str, ...] = ()
    """What is probably a slip in what is applied, each in a sentence."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the rules say."""
        return self.judgement.findings


def scan(source: Source, request: Request, others: Others | None = None) -> Scan:
    """Read and judge. Raises what `look` raises."""
    seen = _look_once(source, request, others)
    judgement, inventory, log_gaps = judge_to_the_end(seen.rules, seen.inventory, source, wish_of(request))
    found = Scan(rules=seen.rules, custom=seen.custom, target=seen.target, inventory=inventory, judgement=judgement, log_gaps=log_gaps)
    if request.applied:
        found = _foreseen(found, source, request, request.applied)
    if others is None:
        return found
    return msgspec.structs.replace(found, judgement=joined(found.judgement, others.judge(found.inventory)))


def _look_once(source: Source, request: Request, others: Others | None) -> Look:
    """Read for one judgement: of a filter only what its symptoms turn out to need. Raises what `look` raises."""
    if not request.filters or request.codes or request.target or request.applied or others:
        return look(source, request, others)
    narrow = read_narrowly(source, request)
    return Look(rules=narrow.rules, custom=narrow.custom, target=None, inventory=narrow.inventory)


def look(source: Source, request: Request, others: Others | None = None) -> Look:
    """Read. Raises what `Source.read` raises, and for a target UsageError, ObjectAbsent and NothingReadable."""
    rules = tuple(catalogue()[code] for code in request.codes if code in catalogue()) or relevant(catalogue(), request.filters)
    reads_custom = request.custom_resources and (reads_custom_resources(rules) or request.target is not None)
    custom = source.custom_kinds(request.deadline) if reads_custom else ()
    target_kind = _kind_of_target(request.target, custom)
    kinds = dict.fromkeys((*kinds_of(rules), *custom, *(others.kinds if others else ()), *((target_kind,) if target_kind else ())))
    inventory = Inventory(source.read(tuple(kinds), request.scope, request.deadline))
    return Look(rules=rules, custom=custom, target=_target(request, target_kind, inventory, source), inventory=inventory)


def _foreseen(present: Scan, source: Source, request: Request, applied: Applied) -> Scan:
    """The same cluster with what is applied."""
    after = forecast(present.inventory, applied.objects).inventory
    faults = manifest_faults(applied.manifests, present.inventory, applied.definitions)
    judgement, inventory, log_gaps = judge_to_the_end(present.rules, after, source, wish_of(request))
    return msgspec.structs.replace(
        present,
        inventory=inventory,
        judgement=judgement,
        log_gaps=log_gaps,
        known=identities(present.judgement.findings, present.inventory),
        refused=(*applied.faults, *faults, *hindrances(applied.objects, present.inventory)),
        doubts=(*image_doubts(applied.objects, present.inventory), *call_doubts(applied.objects, present.inventory, inventory)),
    )


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


def wish_of(request: Request) -> Wish:
    """What may be read beside the lists."""
    return Wish(
        logs=request.logs,
        certificates=request.read_certificates,
        namespaces=request.scope.namespaces,
        lap=request.lap,
        deadline=request.deadline,
    )
