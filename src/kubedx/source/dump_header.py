"""The head of an object: what it is called, and when it last tells of something. Read without typing the object.

A dump has no clock. Its `now` is the latest moment at which something had certainly happened when it was made, so the
same dump gives the same answer for ever:

* `metadata.creationTimestamp`;
* of a status: the times of its conditions, `startTime`, `completionTime`, the starts and ends of containers, and when
  a CronJob or an autoscaler last acted;
* of an Event: its own, first, last and series times; of a Lease: when it was renewed, the freshest clock there is; of
  metrics: when they were taken.

What may lie ahead never counts: deletionTimestamp (the request plus its grace period), ends of certificates and tokens,
schedules, annotations. Neither does a moment of the far future, whoever wrote it.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

UNTOLD = datetime(1970, 1, 1, tzinfo=UTC)
"""The `now` of a dump that tells of no moment: hand-written objects."""

_FAR = datetime(3000, 1, 1, tzinfo=UTC)  # leaves room for durations to be added


class _Times(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    last_transition_time: datetime | None = None
    last_update_time: datetime | None = None
    last_heartbeat_time: datetime | None = None
    last_probe_time: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None


class _State(msgspec.Struct, frozen=True, gc=False):
    running: _Times | None = None
    terminated: _Times | None = None


class _Container(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    state: _State | None = None
    last_state: _State | None = None


class _Status(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    conditions: tuple[_Times, ...] | None = None
    start_time: datetime | None = None
    completion_time: datetime | None = None
    last_schedule_time: datetime | None = None
    last_successful_time: datetime | None = None
    last_scale_time: datetime | None = None
    container_statuses: tuple[_Container, ...] | None = None
    init_container_statuses: tuple[_Container, ...] | None = None


class _Series(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    last_observed_time: datetime | None = None


class _Meta(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    name: str = ""
    namespace: str | None = None
    resource_version: str | None = None
    generation: int | None = None
    creation_timestamp: datetime | None = None


class _Head(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    api_version: str = ""
    kind: str = ""
    metadata: _Meta | None = None
    status: _Status | None = None
    first_timestamp: datetime | None = None
    last_timestamp: datetime | None = None
    event_time: datetime | None = None
    series: _Series | None = None
    timestamp: datetime | None = None


class _LeaseSpec(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    renew_time: datetime | None = None


class _Lease(msgspec.Struct, frozen=True, gc=False):
    spec: _LeaseSpec | None = None


class Header(msgspec.Struct, frozen=True, gc=False):
    """What an object is called, how new this copy of it is, and the latest moment that it tells of.

    `resource_version` and `generation` are 0 when absent or no number.
    """

    api_version: str
    kind: str
    namespace: str = ""
    name: str = ""
    resource_version: int = 0
    generation: int = 0
    latest: datetime | None = None


_HEAD = msgspec.json.Decoder(_Head)
_LEASE = msgspec.json.Decoder(_Lease)


def read_header(item: msgspec.Raw | bytes) -> Header | None:
    """The head of one JSON value; None when it is no map, or no JSON."""
    try:
        head = _HEAD.decode(item)
    except (msgspec.ValidationError, UnicodeDecodeError):
        return _tolerant(item)
    except (msgspec.DecodeError, RecursionError):
        return None
    meta = head.metadata or _Meta()
    moments = _moments(head, meta)
    if head.kind == "Lease":
        moments = (*moments, _renewed(item))
    return Header(
        head.api_version,
        head.kind,
        meta.namespace or "",
        meta.name,
        _number(meta.resource_version),
        meta.generation or 0,
        latest(moments),
    )


def latest(moments: Iterable[datetime | None]) -> datetime | None:
    """The latest moment that can be one of the past; None when there is none."""
    found = None
    for moment in moments:
        if moment is not None and moment.tzinfo is not None and moment < _FAR and (found is None or moment > found):
            found = moment
    return found


def _moments(head: _Head, meta: _Meta) -> tuple[datetime | None, ...]:
    moments = [meta.creation_timestamp, head.first_timestamp, head.last_timestamp, head.event_time, head.timestamp]
    if head.series:
        moments.append(head.series.last_observed_time)
    if status := head.status:
        moments += (
            status.start_time,
            status.completion_time,
            status.last_schedule_time,
            status.last_successful_time,
            status.last_scale_time,
        )
        for times in _times(status):
            moments += (times.last_transition_time, times.last_update_time, times.last_heartbeat_time)
            moments += (times.last_probe_time, times.started_at, times.finished_at)
    return tuple(moments)


def _times(status: _Status) -> Iterator[_Times]:
    yield from status.conditions or ()
    for container in (*(status.init_container_statuses or ()), *(status.container_statuses or ())):
        for state in (container.state, container.last_state):
            if state:
                yield from (times for times in (state.running, state.terminated) if times)


def _renewed(item: msgspec.Raw | bytes) -> datetime | None:
    try:
        spec = _LEASE.decode(item).spec
    except (msgspec.ValidationError, UnicodeDecodeError):
        return None
    return spec.renew_time if spec else None


def _tolerant(item: msgspec.Raw | bytes) -> Header | None:
    """The head of an object in which some field is null or of a wrong type: each field for itself."""
    try:
        value = msgspec.json.decode(item)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    meta = value.get("metadata")
    meta = meta if isinstance(meta, dict) else {}
    generation = meta.get("generation")
    return Header(
        _text(value.get("apiVersion")),
        _text(value.get("kind")),
        _text(meta.get("namespace")),
        _text(meta.get("name")),
        _number(meta.get("resourceVersion")),
        generation if isinstance(generation, int) else 0,
        latest([_moment(meta.get("creationTimestamp")), *_loose(value), *_loose(value.get("status"))]),
    )


_LOOSE = frozenset(
    field.encode_name
    for struct in (_Times, _Status, _Series, _Head)
    for field in msgspec.structs.fields(struct)
    if field.type == datetime | None
)


def _loose(value: Any, depth: int = 6) -> Iterator[datetime | None]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in _LOOSE:
                yield _moment(inner)
            elif depth and key in {
                "conditions",
                "containerStatuses",
                "initContainerStatuses",
                "state",
                "lastState",
                "running",
                "terminated",
                "series",
            }:
                yield from _loose(inner, depth - 1)
    elif isinstance(value, list) and depth:
        for inner in value:
            yield from _loose(inner, depth - 1)


def _moment(value: Any) -> datetime | None:
    try:
        return msgspec.convert(value, datetime | None)
    except msgspec.ValidationError:
        return None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any) -> int:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 20 else 0
