"""The foot of the report: what was read, what could not be, and what that leaves unjudged."""

from collections.abc import Iterable
from typing import TypeVar

from kubedx.findings import Coverage, Diagnosis
from kubedx.kube import Gap, GapReason
from kubedx.report.page import Page

K = TypeVar("K")
V = TypeVar("V")

MOST_NAMED = 6

_REASONS = {
    GapReason.FORBIDDEN: "forbidden",
    GapReason.ABSENT_API: "its API does not answer",
    GapReason.TIMEOUT: "no answer in time",
    GapReason.UNREADABLE: "unreadable",
    GapReason.SERVER_ERROR: "the server failed",
    GapReason.NOT_IN_DUMP: "not in the dump",
}


def write_coverage(page: Page, diagnosis: Diagnosis) -> None:
    """A few lines, each only where it has something to say."""
    coverage = diagnosis.coverage
    objects, kinds = sum(read.count for read in coverage.read), len(coverage.read)
    page.paragraph(f"Read {objects:,} object{_s(objects)} of {kinds} kind{_s(kinds)}.", style="dim")
    _write_gaps(page, coverage)
    _write_skips(page, coverage)
    for code, errors in _grouped((crash.code, f"{crash.ref}: {crash.error}") for crash in coverage.crashed):
        page.paragraph(f"Rule {code} failed on {len(errors)} object{_s(len(errors))}, a bug of kubedx: {errors[0]}", style="yellow", hang=2)
    if diagnosis.hidden:
        page.paragraph(f"{diagnosis.hidden} less severe incident{_s(diagnosis.hidden)} not shown; --level info shows all.", style="dim")
    if diagnosis.suppressed:
        page.paragraph(f"{diagnosis.suppressed} suppressed finding{_s(diagnosis.suppressed)}.", style="dim")


def _write_gaps(page: Page, coverage: Coverage) -> None:
    for reason, gaps in _grouped((gap.reason, gap) for gap in coverage.gaps):
        page.paragraph(f"Could not read ({_REASONS[reason]}): {_listed(_gap(gap) for gap in gaps)}.", style="yellow", hang=2)


def _write_skips(page: Page, coverage: Coverage) -> None:
    """Skips by their reason: what could not be judged matters, and the reason is mostly one for many rules."""
    for (reason, namespace), codes in _grouped(((skip.reason, skip.namespace), skip.code) for skip in coverage.skipped):
        where = f" in namespace {namespace}" if namespace else ""
        why = f" ({reason})" if reason else ""
        page.paragraph(f"Not judged{where}{why}, so such faults would go unseen: {_listed(codes)}.", style="yellow", hang=2)


def _gap(gap: Gap) -> str:
    """`Secrets`, `Secrets in shop`, `Pod shop/cart`, `the log of Pod shop/cart`."""
    if gap.name:
        named = f"{gap.kind} {gap.namespace}/{gap.name}" if gap.namespace else f"{gap.kind} {gap.name}"
        return f"the log of {named}" if "log" in gap.verb else named
    plural = gap.kind if gap.kind.endswith("s") else f"{gap.kind}s"
    return f"{plural} in {gap.namespace}" if gap.namespace else plural


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
