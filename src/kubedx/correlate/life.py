"""The life of a workload: which of two effects comes first in it."""

from kubedx.correlate.fault import Fault
from kubedx.findings import Effect
from kubedx.kube import Pod

_STAGES = (
    Effect.NODE_UNUSABLE,
    Effect.CANNOT_BIND,
    Effect.CANNOT_BE_CREATED,
    Effect.CANNOT_SCHEDULE,
    Effect.CANNOT_START,
    Effect.CRASHES,
    Effect.NOT_READY,
    Effect.FAILS,
    Effect.UNAVAILABLE,
    Effect.NO_ENDPOINTS,
    Effect.CANNOT_CONNECT,
    Effect.REQUESTS_FAIL,
    Effect.CANNOT_SCALE,
    Effect.CANNOT_BE_DELETED,
)

_UNSAID = -1
_WHILE_STARTING = _STAGES.index(Effect.CANNOT_SCHEDULE) + 0.5


def stage(fault: Fault) -> float:
    """When in a workload's life the fault strikes: the earlier one is the cause. What says no effect comes before all.

    A pod that does not reach what it needs does not get as far as starting, or as being ready; for all others a
    connection is what they are there for, and comes last.
    """
    if fault.suffers is None:
        return _UNSAID
    if fault.suffers is Effect.CANNOT_CONNECT and fault.lead.subject.group_kind == Pod.KIND.group_kind:
        return _WHILE_STARTING
    return _STAGES.index(fault.suffers)
