"""Bytes and documents into typed objects. What cannot be typed becomes a gap; nothing is dropped in silence.

Contract (the laws are in `kube.object`): a list is decoded in one call; where that is refused, item by item; an item
that is refused is tried again without its nulls; what is refused still is a Gap (reason `unreadable`) with the path
of the bad field, and with the namespace and name where they can be read.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from kubedx.kube.config import ConfigMap, ConfigMapOnWire, Secret, SecretOnWire
from kubedx.kube.gap import Gap, GapReason
from kubedx.kube.kinds import type_of
from kubedx.kube.object import LAST_APPLIED, KubeObject, ObjectMeta, RawObject, Struct
from kubedx.kube.ref import Kind

T = TypeVar("T")
Decoded = TypeVar("Decoded", bound=KubeObject)

REFUSALS = (msgspec.MsgspecError, ValueError, TypeError, RecursionError, OverflowError)
"""What decoding and encoding raise over hostile input: bad JSON, bad text, endless nesting, numbers out of range."""


class DecodedList(msgspec.Struct, Generic[Decoded], frozen=True):
    """A decoded list: its objects, what could not be typed, and where the next page begins (empty on the last)."""

    items: tuple[Decoded, ...]
    gaps: tuple[Gap, ...] = ()
    continue_token: str = ""
    resource_version: str = ""


class ListMeta(Struct, frozen=True):
    """Where the next page of a list begins."""

    continue_: str | None = msgspec.field(name="continue", default=None)
    resource_version: str | None = None


class _Page(Struct, Generic[T], frozen=True):
    items: tuple[T, ...] | None
    metadata: ListMeta | None = None


class _NameOnWire(Struct, frozen=True):
    name: Any = ""
    namespace: Any = ""


class _Named(Struct, frozen=True):
    """The name of an object that cannot be typed."""

    metadata: _NameOnWire | None = None
    object: "_Named | None" = None  # of a row of a Table


SHARED_WIRES: tuple[Any, ...] = (msgspec.Raw, ObjectMeta, _Named)
"""What the decoding of any kind may need."""


class Wire(NamedTuple):
    """How a kind is decoded: as which struct, and what makes the object of it."""

    type: Any
    build: Callable[[Any], KubeObject]


def _as_it_is(decoded: KubeObject) -> KubeObject:
    return decoded


# Values that must not stay are dropped on the way from these structs to the object.
WIRES: Mapping[type[KubeObject], Wire] = {
    ConfigMap: Wire(ConfigMapOnWire, ConfigMapOnWire.with_keys),
    Secret: Wire(SecretOnWire, SecretOnWire.without_values),
}


@cache
def wire_of(kind: Kind) -> Wire:
    """How this kind is decoded."""
    kind_type = type_of(kind.group_kind)
    if kind_type is None:
        return Wire(dict, lambda data: _raw_object(kind, data))
    return WIRES.get(kind_type, Wire(kind_type, _as_it_is))


@cache
def page_decoder(wire_type: Any) -> msgspec.json.Decoder[_Page[Any]]:
    """What decodes a list. The first call of each type is not safe in threads (`kube.prepare`)."""
    page: Any = _Page  # the type of the items is known only here
    return msgspec.json.Decoder(page[wire_type])


@cache
def item_decoder(wire_type: Any) -> msgspec.json.Decoder[Any]:
    """What decodes one object. The first call of each type is not safe in threads (`kube.prepare`)."""
    return msgspec.json.Decoder(wire_type)


def decode_list(kind: Kind, body: bytes) -> DecodedList[KubeObject]:
    """Decode the body of a LIST of one kind, whose items may lack `kind` and `apiVersion`, as the API server sends them.

    Raises msgspec.DecodeError when the body is no JSON list at all.
    """
    return decode_list_as(kind, body, wire_of(kind))


def decode_list_as(kind: Kind, body: bytes, wire: Wire) -> DecodedList[Any]:
    """As `decode_list`, for a body whose items are decoded in a way of their own."""
    try:
        page = page_decoder(wire.type).decode(body)
        answers: list[Any] = [_build(wire, item) for item in page.items or ()]
    except REFUSALS:
        page = _split(body)
        answers = [decode_as(kind, item, wire) for item in page.items or ()]
    return decoded_list(answers, page.metadata)


def decoded_list(answers: Sequence[Any], metadata: ListMeta | None) -> DecodedList[Any]:
    """A list of what was decoded, objects and gaps apart."""
    meta = metadata or ListMeta()
    return DecodedList(
        items=tuple(answer for answer in answers if not isinstance(answer, Gap)),
        gaps=tuple(answer for answer in answers if isinstance(answer, Gap)),
        continue_token=meta.continue_ or "",
        resource_version=meta.resource_version or "",
    )


def decode_item(kind: Kind, body: bytes | msgspec.Raw) -> KubeObject | Gap:
    """Type one object that is still JSON: the body of a GET, or an item of a list of mixed kinds."""
    answer: KubeObject | Gap = decode_as(kind, body, wire_of(kind))
    return answer


def decode_object(kind: Kind, document: dict[str, Any]) -> KubeObject | Gap:
    """Type one object that is already parsed (from YAML, or from a list of mixed kinds).

    Times may be strings or, as YAML loaders make of them, datetimes with a time zone. The document must be a tree:
    YAML aliases that multiply are for `source` to refuse.
    """
    try:
        body = msgspec.json.encode(document)
    except REFUSALS as refusal:
        return _gap(kind, _plain_text(_part(document, "metadata")), refusal)
    return decode_item(kind, body)


def _split(body: bytes) -> _Page[msgspec.Raw]:
    try:
        return page_decoder(msgspec.Raw).decode(body)
    except msgspec.DecodeError:
        raise
    except REFUSALS as refusal:
        raise msgspec.DecodeError(f"the list cannot be split into its items: {refusal}") from refusal


def decode_as(kind: Kind, body: bytes | msgspec.Raw, wire: Wire) -> Any:
    """As `decode_item`, for JSON that is decoded in a way of its own; the answer is what `wire` builds, or a Gap."""
    decoder = item_decoder(wire.type)
    try:
        return _build(wire, decoder.decode(body))
    except REFUSALS as refusal:
        first = refusal
    try:
        stripped = without_nulls(msgspec.json.decode(body))
        return _build(wire, decoder.decode(msgspec.json.encode(stripped)))
    except msgspec.ValidationError as refusal:
        return _gap(kind, _names(body), refusal)
    except REFUSALS:
        return _gap(kind, _names(body), first)


def _build(wire: Wire, decoded: Any) -> KubeObject:
    built = wire.build(decoded)
    built.metadata.annotations.pop(LAST_APPLIED, None)
    return built


def _raw_object(kind: Kind, data: dict[str, Any]) -> RawObject:
    clean: dict[str, Any] = without_nulls(data)
    metadata = msgspec.convert(clean.get("metadata", {}), ObjectMeta)
    if "metadata" in clean:
        clean["metadata"].pop("managedFields", None)
        clean["metadata"].get("annotations", {}).pop(LAST_APPLIED, None)
    return RawObject(metadata=metadata, served_as=kind, data=clean)


def without_nulls(value: Any) -> Any:
    """The same JSON value without null members and null elements, at any depth."""
    if isinstance(value, dict):
        return {key: without_nulls(member) for key, member in value.items() if member is not None}
    if isinstance(value, list):
        return [without_nulls(element) for element in value if element is not None]
    return value


def _names(body: bytes | msgspec.Raw) -> dict[str, Any]:
    try:
        named = item_decoder(_Named).decode(body)
    except REFUSALS:
        return {}
    metadata = named.object.metadata if named.object else named.metadata
    return {"name": metadata.name, "namespace": metadata.namespace} if metadata else {}


def _plain_text(metadata: dict[str, Any]) -> dict[str, Any]:
    """The metadata without what no output could print."""
    return {key: value for key, value in metadata.items() if isinstance(value, str) and value.isprintable()}


def _part(document: Any, key: str) -> dict[str, Any]:
    part = document.get(key) if isinstance(document, dict) else None
    return part if isinstance(part, dict) else {}


def _gap(kind: Kind, metadata: dict[str, Any], refusal: Exception) -> Gap:
    name, namespace = metadata.get("name"), metadata.get("namespace")
    return Gap(
        api_version=kind.api_version,
        kind=kind.kind,
        namespace=namespace if isinstance(namespace, str) else "",
        verb="list",
        reason=GapReason.UNREADABLE,
        message=_message(refusal),
        name=name if isinstance(name, str) else "",
    )


def _message(refusal: Exception) -> str:
    if isinstance(refusal, UnicodeError):
        return "the object holds bytes that are no UTF-8 text"
    if isinstance(refusal, RecursionError):
        return "the object is nested too deeply"
    return f"the object is not what its kind demands: {refusal}"
