"""The foot of the report: what was read, what could not be, what that leaves unjudged, and what to type about it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from kubedx.findings import Coverage, Diagnosis, ReadCount, Skip, Suppressed, SuppressedBy, is_accepted
from kubedx.kube import Gap, GapReason, GroupKind, Origin, group_of, kind_of
from kubedx.report.page import Page

K = TypeVar("K")
V = TypeVar("V")

MOST_NAMED = 6
MOST_COUNTED = 3
MOST_FAULTS = 8
MOST_MESSAGE = 160

_REASONS = {
    GapReason.FORBIDDEN: "forbidden",
    GapReason.ABSENT_API: "its API does not answer",
    GapReason.TIMEOUT: "no answer in time",
    GapReason.UNREADABLE: "unreadable",
    GapReason.SERVER_ERROR: "the server failed",
}
_SUPPRESSED_BY = {
    SuppressedBy.BASELINE: "the baseline",
    SuppressedBy.ANNOTATION: "an annotation",
    SuppressedBy.CONFIG: "the config",
}
_SELF_EXPLANATORY = {GapReason.FORBIDDEN, GapReason.NOT_IN_DUMP}

DECLARED = "custom/"
"""What the codes of rules begin with that users declare."""

ACCEPTED = (
    "Secrets may not be listed, which is all right: that right grants their values too. So whether a Secret exists is "
    "unknown, and what the kubelet says of it is the evidence."
)
GRANTS = "To grant what is missing, as an administrator (the comments that it prints say how to bind it):"
GRANTS_VALUES = "To list Secrets all the same, which lets their values be read, as an administrator:"


class Grant(NamedTuple):
    """The commands that print the rights of this scan, and apply them."""

    show: str = "kubedx rbac"
    apply: str = "kubectl apply -f -"


def write_coverage(page: Page, diagnosis: Diagnosis, grant: Grant = Grant()) -> None:  # noqa: B008  # immutable
    """A few lines, each only where it has something to say."""
    coverage = diagnosis.coverage
    page.paragraph(_read(coverage.read, page.glyphs.ellipsis), style="dim", hang=2)
    _write_gaps(page, coverage)
    _write_skips(page, coverage)
    for code, errors in _grouped((crash.code, f"{crash.ref}: {crash.error}") for crash in coverage.crashed):
        whose = "a rule of your own" if code.startswith(DECLARED) else "a bug of kubedx"
        page.paragraph(f"Rule {code} failed on {len(errors)} object{_s(len(errors))}, {whose}: {errors[0]}", style="yellow", hang=2)
    if diagnosis.cluster.source is Origin.LIVE:
        _write_grant(page, coverage, grant)
    if diagnosis.hidden:
        page.paragraph(f"{diagnosis.hidden} less severe incident{_s(diagnosis.hidden)} not shown; --level info shows all.", style="dim")
    if diagnosis.suppressed:
        page.paragraph(_suppressed(diagnosis.suppressed), style="dim", hang=2)


def _suppressed(suppressed: Sequence[Suppressed]) -> str:
    """`3 incidents suppressed (2 by the baseline, 1 by an annotation).`"""
    counts = Counter(one.by for one in suppressed)
    by = ", ".join(f"{counts[place]} by {word}" for place, word in _SUPPRESSED_BY.items() if counts[place])
    return f"{len(suppressed)} incident{_s(len(suppressed))} suppressed ({by})."


def _read(counts: Sequence[ReadCount], ellipsis: str) -> str:
    """`Read 1,274 objects of 36 kinds (1,234 Pods, 40 Deployments) in all namespaces.`"""
    objects, kinds = sum(read.count for read in counts), len(counts)
    most = sorted((read for read in counts if read.count), key=lambda read: (-read.count, read.kind))
    named = ", ".join(f"{read.count:,} {_plural(read.kind) if read.count > 1 else read.kind}" for read in most[:MOST_COUNTED])
    told = f" ({named}{f', {ellipsis}' if len(most) > MOST_COUNTED else ''})" if named else ""
    return f"Read {objects:,} object{_s(objects)} of {kinds} kind{_s(kinds)}{told}{_places(counts)}."


def _places(counts: Sequence[ReadCount]) -> str:
    """In which namespaces the kinds were read: most of them, and after a semicolon those that were read elsewhere."""
    places = [(read.namespaces, read.kind) for read in counts if read.namespaces or _is_namespaced(read)]
    if not places:
        return ""
    usual = Counter(namespaces for namespaces, _ in places).most_common(1)[0][0]
    # That a kind which nobody serves has no objects anywhere is no news.
    empty = {read.kind for read in counts if not read.count and not read.namespaces}
    others = _grouped(place for place in places if place[0] != usual and place[1] not in empty)
    told = (f"{_listed(map(_plural, kinds))} {_in(namespaces, everywhere='in all namespaces')}" for namespaces, kinds in others)
    return "; ".join((f" {_in(usual, everywhere='in all namespaces')}", *told))


def _is_namespaced(read: ReadCount) -> bool:
    kind = kind_of(GroupKind(group_of(read.api_version), read.kind))
    return kind is not None and kind.namespaced


def _write_gaps(page: Page, coverage: Coverage) -> None:
    read_in = {(read.api_version, read.kind): read.namespaces for read in coverage.read}
    blinded = Counter(skip.lacks for skip in coverage.skipped)
    unread = sorted((gap for gap in coverage.gaps if not is_accepted(gap)), key=lambda gap: -blinded[gap.kind])
    for (verb, reason), gaps in _grouped(((gap.verb, gap.reason), gap) for gap in unread):
        what = "; ".join(_unread(gaps, read_in))
        what = f"logs of {what}" if verb == "get log" and reason is GapReason.NOT_IN_DUMP else what
        message = "" if reason in _SELF_EXPLANATORY else _shortened(gaps[0].message, page.glyphs.ellipsis)
        lead = "Not in the dump" if reason is GapReason.NOT_IN_DUMP else f"Could not {_verb(verb)} ({_REASONS[reason]})"
        page.paragraph(f"{lead}: {what}{message}.", style="yellow", hang=2)
    if any(map(is_accepted, coverage.gaps)):
        page.paragraph(ACCEPTED, style="dim", hang=2)


def _unread(gaps: Iterable[Gap], read_in: Mapping[tuple[str, str], tuple[str, ...]]) -> Iterable[str]:
    """`Secrets, Nodes`, `Pods in shop and cart`, `Pods outside of shop`, `Pod shop/cart`: what shares its namespaces is told at once."""
    objects = [gap for gap in gaps if gap.name]
    namespaces = _grouped(((gap.api_version, gap.kind), gap.namespace) for gap in gaps if not gap.name)
    places = ((tuple(names), read_in.get(kind, ()) if names == [""] else (), kind[1]) for kind, names in namespaces)
    for (names, known), kinds in _grouped(((names, known), kind) for names, known, kind in places):
        outside = f" outside of {_listed(known)}" if known else ""
        yield f"{_listed(map(_plural, kinds))}{outside}{_in(names, everywhere='', lead=' ')}"
    if objects:
        yield _listed(f"{gap.kind} {gap.namespace}/{gap.name}" if gap.namespace else f"{gap.kind} {gap.name}" for gap in objects)


def _write_skips(page: Page, coverage: Coverage) -> None:
    """What nobody would notice, in words, by the kind that was not read; where that is much, what it would be faults of."""
    groups = _blind_rules(coverage)
    if sum(len(rules) for _, rules in groups) > MOST_FAULTS or not all(skip.fault for _, rules in groups for skip in rules):
        why = groups[0][0] if len(groups) == 1 else ", as what they look at could not be read"
        page.paragraph(f"Not judged{why}: {_faults(coverage.skipped)}.", style="yellow", hang=2)
        return
    for why, rules in groups:
        page.paragraph(f"Not judged{why}:", style="yellow", hang=2)
        for skip in rules:
            page.paragraph(f"{skip.fault.rstrip('.')} ({skip.code}).", lead="  - ", style="yellow")


def _blind_rules(coverage: Coverage) -> list[tuple[str, list[Skip]]]:
    """The rules that could not judge, each once, by where and why. Kinds that blind the same rules are told at once."""
    lacking: dict[str, list[Skip]] = dict(_grouped((skip.lacks or skip.reason, skip) for skip in coverage.skipped))
    alike = _grouped(
        ((tuple(dict.fromkeys((skip.code, skip.namespace) for skip in skips)), bool(skips[0].lacks)), lacks)
        for lacks, skips in lacking.items()
    )
    groups = []
    for (places, is_kind), lacks in alike:
        skips = {skip.code: skip for skip in lacking[lacks[0]]}
        namespaces = tuple(dict.fromkeys(namespace for _, namespace in places))
        why = _why(lacks, coverage.gaps) if is_kind else "; ".join(lacks)
        groups.append((f"{_in(namespaces, everywhere='', lead=' ')}, as {why}", list(skips.values())))
    return groups


def _why(kinds: Sequence[str], gaps: Iterable[Gap]) -> str:
    unreadable = all(gap.reason is GapReason.UNREADABLE for gap in gaps if gap.kind in kinds)
    return f"not every {_listed(kinds)} could be read" if unreadable else f"{_listed(map(_plural, kinds))} could not be listed"


def _faults(skips: Sequence[Skip]) -> str:
    """`20 rules, on Service (8), Ingress (3)`, or the codes of rules that do not say what they judge."""
    codes = {skip.code for skip in skips}
    judged = Counter(name for _, name in {(skip.code, name) for skip in skips for name in skip.filters})
    if not judged:
        return f"{_listed(skip.code for skip in skips)}; such faults would go unseen"
    named = _listed(f"{name} ({count})" for name, count in sorted(judged.items(), key=lambda pair: (-pair[1], pair[0])))
    return f"{len(codes)} rule{_s(len(codes))}, on {named}; such faults would go unseen, and -o json names the rules"


def _write_grant(page: Page, coverage: Coverage, grant: Grant) -> None:
    forbidden = [gap for gap in coverage.gaps if gap.reason is GapReason.FORBIDDEN]
    if not forbidden:
        return
    secrets = " --secrets" if any(map(is_accepted, forbidden)) else ""
    others = not all(map(is_accepted, forbidden))
    page.paragraph(GRANTS if others else GRANTS_VALUES, style="dim", hang=2)
    page.command(f"{grant.show}{secrets} | {grant.apply}", lead="  ")
    if secrets and others:
        page.paragraph("--secrets lets the values of Secrets be read; leave it out to go on without.", lead="  ", style="dim")


def _verb(verb: str) -> str:
    return "read the log of" if verb == "get log" else verb


def _plural(kind: str) -> str:
    if kind.endswith("ss"):
        return f"{kind}es"
    if kind.endswith("y") and kind[-2:-1] not in set("aeiou"):
        return f"{kind[:-1]}ies"
    return kind if kind.endswith("s") else f"{kind}s"


def _in(namespaces: Sequence[str], *, everywhere: str, lead: str = "") -> str:
    named = [name for name in namespaces if name]
    if not named or len(named) < len(namespaces):
        return f"{lead}{everywhere}" if everywhere else ""
    return f"{lead}in namespace{_s(len(named))} {_listed(named)}"


def _shortened(message: str, ellipsis: str) -> str:
    text = " ".join(message.split()).rstrip(".")
    return f": {text[:MOST_MESSAGE]}{ellipsis if len(text) > MOST_MESSAGE else ''}" if text else ""


def _listed(words: Iterable[str]) -> str:
    distinct = list(dict.fromkeys(words))
    if len(distinct) <= MOST_NAMED + 1:
        return ", ".join(distinct)
    return f"{', '.join(distinct[:MOST_NAMED])} and {len(distinct) - MOST_NAMED} more"


def _grouped(pairs: Iterable[tuple[K, V]]) -> list[tuple[K, list[V]]]:
    groups: dict[K, list[V]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return list(groups.items())


def _s(count: int) -> str:
    return "" if count == 1 else "s"
