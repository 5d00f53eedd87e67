"""correlate: findings into incidents, one per root cause, first the one to act on. Law: pure; the same input gives the same bytes."""

from kubedx.correlate.changes import with_changes
from kubedx.correlate.focus import family_of, focus_on, is_about
from kubedx.correlate.incidents import correlate
from kubedx.correlate.library import Library
from kubedx.correlate.results import results_of
from kubedx.correlate.suppression import Sifted, sift
from kubedx.correlate.target import Target, find_target

__all__ = [
    "Library",
    "Sifted",
    "Target",
    "correlate",
    "family_of",
    "find_target",
    "focus_on",
    "is_about",
    "results_of",
    "sift",
    "with_changes",
]
