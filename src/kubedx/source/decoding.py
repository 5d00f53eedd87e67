"""Decoding in several threads: their decoders are made ready by one of them at a time (why: `kubedx.kube.prepare`)."""

import threading

from kubedx.kube import Kind, prepare_decoders

_ONE_AT_A_TIME = threading.Lock()


def ready_to_decode(kind: Kind) -> None:
    """Call before a thread decodes objects of this kind."""
    with _ONE_AT_A_TIME:
        prepare_decoders(kind)
