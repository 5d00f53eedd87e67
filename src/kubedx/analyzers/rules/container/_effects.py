"""What follows when a container does not run."""

from kubedx.analyzers.effects import WITHOUT_PODS

FOLLOWS = WITHOUT_PODS
"""In its pod, its workload, behind its Service, and at its callers."""
