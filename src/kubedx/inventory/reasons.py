"""Why something is unknown, in words for a report."""

from kubedx.kube import Gap, GapReason, GroupKind

_WORDS = {
    GapReason.FORBIDDEN: "forbidden",
    GapReason.ABSENT_API: "the API server does not answer for them",
    GapReason.TIMEOUT: "timeout",
    GapReason.UNREADABLE: "unreadable",
    GapReason.SERVER_ERROR: "server error",
    GapReason.NOT_IN_DUMP: "not in the dump",
}


def of_list(group_kind: GroupKind, namespace: str, gap: Gap | None) -> str:
    """Why a list is not known: `Secrets could not be listed in shop: forbidden`."""
    kinds = plural(group_kind.kind)
    where = f" in {namespace}" if namespace else ""
    if gap is None:
        return f"{kinds} were not read{where}"
    if gap.namespace and not namespace:
        where = f" in {gap.namespace}"
    return f"{kinds} could not be listed{where}: {_WORDS[gap.reason]}"


def of_object(gap: Gap) -> str:
    """Why one object, or one that may be it, is not known: `Secret shop/db could not be read: Expected ...`."""
    kind = gap.kind or "an object of unknown kind"
    where = f" in {gap.namespace}" if gap.namespace else ""
    what = f"{kind} {'/'.join(filter(None, (gap.namespace, gap.name)))}" if gap.name else f"{kind}{where}"
    return f"{what} could not be read: {gap.message or _WORDS[gap.reason]}"


def plural(kind: str) -> str:
    """The plural of a kind's name, for people."""
    if kind.endswith("Endpoints"):
        return kind
    if kind.endswith("y") and kind[-2:-1] not in {"a", "e", "o", "u"}:
        return f"{kind[:-1]}ies"
    return f"{kind}es" if kind.endswith(("s", "x", "ch", "sh")) else f"{kind}s"
