"""Effects that follow from one another so often that rules declare them together."""

from kubedx.findings import Effect

BEHIND_A_SERVICE = (
    Effect.CANNOT_CONNECT,
    Effect.CRASHES,
    Effect.NOT_READY,
    Effect.UNAVAILABLE,
    Effect.FAILS,
    Effect.CANNOT_SCALE,
    Effect.CANNOT_BE_CREATED,
)
"""What callers suffer when a Service has nothing behind it: clients, a metrics API, an admission webhook."""

WITHOUT_PODS = (Effect.UNAVAILABLE, Effect.NO_ENDPOINTS, *(effect for effect in BEHIND_A_SERVICE if effect is not Effect.UNAVAILABLE))
"""What follows when a workload lacks ready pods."""
