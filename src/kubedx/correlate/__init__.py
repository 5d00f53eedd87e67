"""correlate: findings into incidents, one per root cause, first the one to act on. Law: pure; the same input gives the same bytes."""

from kubedx.correlate.incidents import correlate
from kubedx.correlate.results import results_of

__all__ = ["correlate", "results_of"]
