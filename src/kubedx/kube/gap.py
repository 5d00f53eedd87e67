"""What could not be read. A gap is not a fault of the cluster, and never becomes one."""

import enum

import msgspec


class GapReason(enum.StrEnum):
    """Why something could not be read."""

    FORBIDDEN = "forbidden"
    ABSENT_API = "absent-api"
    TIMEOUT = "timeout"
    UNREADABLE = "unreadable"
    SERVER_ERROR = "server-error"
    NOT_IN_DUMP = "not-in-dump"


class Gap(msgspec.Struct, frozen=True, gc=False, order=True, rename="camel", omit_defaults=False):
    """A kind, a namespace of a kind, one object or one log that could not be read.

    `namespace` is empty for a gap of the whole cluster, `name` for a gap of a whole list. `verb` is the
    request that failed (`list`, `get`, `get log`), in the words of RBAC.
    """

    api_version: str
    kind: str
    namespace: str
    verb: str
    reason: GapReason
    message: str
    name: str = ""
