"""Effects that follow from one another so often that rules declare them together."""

from kubedx.findings import Effect

BEHIND_A_SERVICE = (
    Effect.CANNOT_CONNECT,
    Effect.REQUESTS_FAIL,
    Effect.NO_ENDPOINTS,
    Effect.CRASHES,
    Effect.NOT_READY,
    Effect.UNAVAILABLE,
    Effect.FAILS,
    Effect.CANNOT_SCALE,
    Effect.CANNOT_BE_CREATED,
)
"""What callers suffer when a Service has nothing behind it: clients and their own Services, a metrics API, an admission webhook."""

WITHOUT_PODS = BEHIND_A_SERVICE
"""What follows when a workload lacks ready pods."""
