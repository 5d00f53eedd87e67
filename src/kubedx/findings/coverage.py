"""What a scan has seen, and what it has not."""

import msgspec

from kubedx.kube import Gap, GapReason, Ref, Secret


class ReadCount(msgspec.Struct, frozen=True, gc=False, order=True, rename="camel"):
    """A kind that was read, how many objects there were, and in which namespaces; in all (or in none, as nodes), when empty."""

    api_version: str
    kind: str
    count: int
    namespaces: tuple[str, ...] = ()


class Skip(msgspec.Struct, frozen=True, gc=False, order=True):
    """A rule that could not judge, in one namespace (or anywhere, when empty), because of a gap.

    `lacks` is the kind that was not read, `filters` the names of what the rule judges, and `fault` what it would have
    found, in a sentence.
    """

    code: str
    namespace: str
    reason: str
    lacks: str = ""
    filters: tuple[str, ...] = ()
    fault: str = ""


class RuleCrash(msgspec.Struct, frozen=True, gc=False, order=True):
    """A rule that raised on one object. A bug of ours, and never the end of a scan."""

    code: str
    ref: Ref
    error: str


def is_accepted(gap: Gap) -> bool:
    """Whether a gap is as it should be: Secrets that may not be listed, since the right to list them grants their values."""
    return gap.reason is GapReason.FORBIDDEN and (gap.api_version, gap.kind) == (Secret.KIND.api_version, Secret.KIND.kind)


class Coverage(msgspec.Struct, frozen=True):
    """What was read, what could not be read, what could therefore not be judged, and what crashed."""

    read: tuple[ReadCount, ...] = ()
    gaps: tuple[Gap, ...] = ()
    skipped: tuple[Skip, ...] = ()
    crashed: tuple[RuleCrash, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether everything that was asked for was seen and judged, but for what an accepted gap hides."""
        unread = [gap for gap in self.gaps if not is_accepted(gap)]
        hidden = {Secret.KIND.kind} - {gap.kind for gap in unread}
        return not (unread or self.crashed or any(skip.lacks not in hidden for skip in self.skipped))
