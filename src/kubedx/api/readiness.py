"""What the first call makes and every later one shares, made by one thread while the others wait."""

import threading
from functools import cache

from kubedx.analyzers import catalogue
from kubedx.kube import TYPES, Kind, prepare_decoders

_ONE_AT_A_TIME = threading.Lock()
_CUSTOM = Kind("kubedx.dev/v1", "Example", "examples")
"""Any kind that has no type here: all of these are decoded alike."""


def make_ready() -> None:
    """Call before anything is read. Threads that made decoders at the same time would crash the process (`kubedx.kube.prepare`)."""
    with _ONE_AT_A_TIME:
        _make()


@cache
def _make() -> None:
    catalogue()
    for kind in (_CUSTOM, *(one.KIND for one in TYPES)):
        prepare_decoders(kind)
