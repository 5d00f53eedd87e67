"""What follows when a pod finds no node or does not start."""

from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.findings import Effect

UNSCHEDULED = (Effect.CANNOT_START, *WITHOUT_PODS)
"""What follows when a pod finds no node."""
