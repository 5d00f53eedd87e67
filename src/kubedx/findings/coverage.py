"""What a scan has seen, and what it has not."""

import msgspec

from kubedx.kube import Gap, Ref


class ReadCount(msgspec.Struct, frozen=True, gc=False, order=True, rename="camel"):
    """A kind that was read, and how many objects there were."""

    api_version: str
    kind: str
    count: int


class Skip(msgspec.Struct, frozen=True, gc=False, order=True):
    """A rule that could not judge, in one namespace (or anywhere, when empty), because of a gap."""

    code: str
    namespace: str
    reason: str


class RuleCrash(msgspec.Struct, frozen=True, gc=False, order=True):
    """A rule that raised on one object. A bug of ours, and never the end of a scan."""

    code: str
    ref: Ref
    error: str


class Coverage(msgspec.Struct, frozen=True):
    """What was read, what could not be read, what could therefore not be judged, and what crashed."""

    read: tuple[ReadCount, ...] = ()
    gaps: tuple[Gap, ...] = ()
    skipped: tuple[Skip, ...] = ()
    crashed: tuple[RuleCrash, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether everything that was asked for was seen and judged."""
        return not (self.gaps or self.skipped or self.crashed)
