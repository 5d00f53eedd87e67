"""Decoders made ready before threads use them.

msgspec describes a Struct to itself when a decoder first needs it, runs Python code meanwhile, and shows the half-made
description to other threads, which then crash the process. A description that is complete is safe in every thread.
"""

from functools import cache

from kubedx.kube.config import ConfigMap, Secret
from kubedx.kube.decode import SHARED_WIRES, item_decoder, page_decoder, wire_of
from kubedx.kube.metadata_only import METADATA_WIRES
from kubedx.kube.ref import Kind

_WITH_VALUES = {ConfigMap.KIND.group_kind, Secret.KIND.group_kind}


@cache
def prepare_decoders(kind: Kind) -> None:
    """Make ready whatever decodes this kind: `decode_list`, `decode_item`, `decode_object`, and those of metadata alone.

    Threads that decode call this first, one at a time: whoever has threads holds one lock around it.
    """
    wires = METADATA_WIRES if kind.group_kind in _WITH_VALUES else ()
    for wire_type in (*SHARED_WIRES, wire_of(kind).type, *wires):
        page_decoder(wire_type)
        item_decoder(wire_type)
