"""Bytes and documents into typed objects. What cannot be typed becomes a gap; nothing is dropped in silence.

Contract (the laws are in `kube.object`): a list is decoded in one call; where that is refused, item by item; an item
that is refused is tried again without its nulls; what is refused still is a Gap (reason `unreadable`) with the path
of the bad field, and with the namespace and name where they can be read.
"""

from typing import Any, Generic, TypeVar

import msgspec

from kubedx.kube.gap import Gap
from kubedx.kube.object import KubeObject
from kubedx.kube.ref import Kind

T = TypeVar("T", bound=KubeObject)


class DecodedList(msgspec.Struct, Generic[T], frozen=True):
    """A decoded list: its objects, what could not be typed, and where the next page begins (empty on the last)."""

    items: tuple[T, ...]
    gaps: tuple[Gap, ...] = ()
    continue_token: str = ""
    resource_version: str = ""


def decode_list(kind: Kind, body: bytes) -> DecodedList[KubeObject]:
    """Decode the body of a LIST of one kind, whose items may lack `kind` and `apiVersion`, as the API server sends them.

    Raises msgspec.DecodeError when the body is no JSON list at all.
    """
    raise NotImplementedError


def decode_object(kind: Kind, document: dict[str, Any]) -> KubeObject | Gap:
    """Type one object that is already parsed (from YAML, or from a list of mixed kinds)."""
    raise NotImplementedError
