"""Events: what components report about objects."""

from datetime import datetime
from typing import ClassVar

from kubedx.kube.object import KubeObject, Struct, Timestamp
from kubedx.kube.ref import Kind


class ObjectReference(Struct, frozen=True):
    """A reference to an object, as events and endpoints write it; any field may be empty."""

    api_version: str = ""
    field_path: str = ""
    kind: str = ""
    name: str = ""
    namespace: str = ""
    uid: str = ""


class EventSource(Struct, frozen=True):
    """The component and node that reports."""

    component: str = ""
    host: str = ""


class EventSeries(Struct, frozen=True):
    """The run that an event continues."""

    count: int = 0
    last_observed_time: Timestamp | None = None


class Event(KubeObject, frozen=True):
    """An event. Use `event_count`, `first_seen` and `last_seen`: reporters fill different fields."""

    KIND: ClassVar[Kind] = Kind("v1", "Event", "events")

    action: str = ""
    count: int = 0
    event_time: Timestamp | None = None
    first_timestamp: Timestamp | None = None
    involved_object: ObjectReference = ObjectReference()
    last_timestamp: Timestamp | None = None
    message: str = ""
    reason: str = ""
    related: ObjectReference | None = None
    reporting_component: str = ""
    reporting_instance: str = ""
    series: EventSeries | None = None
    source: EventSource = EventSource()
    type: str = "Normal"


def event_count(event: Event) -> int:
    """How often it happened, at least once: reporters count in `count`, or in `series`."""
    return max(1, event.count, event.series.count if event.series else 0)


def first_seen(event: Event) -> datetime | None:
    """When it happened first; when the event was made, where the reporter does not say."""
    moments = (event.first_timestamp, event.event_time, event.last_timestamp, event.metadata.creation_timestamp)
    return next((moment for moment in moments if moment), None)


def last_seen(event: Event) -> datetime | None:
    """When it happened last; when the event was made, where the reporter does not say."""
    series = event.series.last_observed_time if event.series else None
    moments = (series, event.last_timestamp, event.event_time, event.first_timestamp, event.metadata.creation_timestamp)
    return next((moment for moment in moments if moment), None)


def reporter(event: Event) -> str:
    """The component that reports, such as `kubelet`; empty when unknown."""
    return event.reporting_component or event.source.component
