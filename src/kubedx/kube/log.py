"""The log of one container."""

import msgspec

from kubedx.kube.ref import Ref


class LogKey(msgspec.Struct, frozen=True, gc=False, order=True):
    """Which log: of which pod and container, and whether of the run before the present one."""

    pod: Ref
    container: str
    previous: bool = False


class ContainerLog(msgspec.Struct, frozen=True, weakref=True):
    """The last lines of a container's log, oldest first.

    Undecodable bytes are replaced and control characters removed, so a line is safe to print.
    `truncated` says that the log had more, earlier lines.
    """

    key: LogKey
    lines: tuple[str, ...]
    truncated: bool = False
