"""The events of each object."""

from collections.abc import Iterable
from datetime import UTC, datetime

from kubedx.inventory.table import grouped
from kubedx.kube import Event, KubeObject, ObjectReference, group_of, last_seen

_NEVER = datetime.min.replace(tzinfo=UTC)

_STATIC_POD_UIDS = ("kubernetes.io/config.hash", "kubernetes.io/config.mirror")
"""Annotations of a mirror pod with the uid under which the kubelet knows, and reports about, its static pod.

https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-config-hash
"""

Subject = tuple[str, str, str]
"""What an event names: kind, namespace (empty for cluster-scoped objects) and name."""


class EventIndex:
    """Events by the object that they are about: by uid where both sides have one, else by kind, namespace and name."""

    def __init__(self, events: Iterable[KubeObject]) -> None:
        ordered = sorted((event for event in events if isinstance(event, Event)), key=moment)
        self._by_uid = grouped((uid, event) for event in ordered if (uid := _uid(event.involved_object)))
        self._by_subject = grouped((subject, event) for event in ordered for subject in _subjects(event))

    def about(self, obj: KubeObject) -> tuple[Event, ...]:
        """The events of this very object, oldest first. Those of an earlier object of its name are not."""
        subject = (obj.kind.kind, obj.metadata.namespace if obj.kind.namespaced else "", obj.metadata.name)
        named = self._by_subject.get(subject, ())
        uids = _uids(obj)
        if uids:
            without_uid = (event for event in named if not _uid(event.involved_object))
            found = [*(event for uid in uids for event in self._by_uid.get(uid, ())), *without_uid]
            named = tuple(sorted({id(event): event for event in found}.values(), key=moment))
        return tuple(event for event in named if _of_group(event.involved_object, obj.kind.group))


def moment(event: Event) -> tuple[datetime, str, str]:
    """When an event happened last, then its name: the order of events."""
    return last_seen(event) or _NEVER, event.metadata.namespace, event.metadata.name


def _uid(involved: ObjectReference) -> str:
    """The uid of an object as an event has it. The kubelet writes a node's name there (pkg/kubelet/kubelet.go, nodeRef)."""
    return "" if involved.uid == involved.name else involved.uid


def _uids(obj: KubeObject) -> tuple[str, ...]:
    meta = obj.metadata
    if not meta.uid:
        return ()
    return tuple(dict.fromkeys((meta.uid, *(meta.annotations[key] for key in _STATIC_POD_UIDS if meta.annotations.get(key)))))


def _subjects(event: Event) -> tuple[Subject, ...]:
    """What an event names. Where it leaves out the namespace, that is its own, or none: its kind decides when it is looked up."""
    involved = event.involved_object
    places = (involved.namespace,) if involved.namespace else ("", event.metadata.namespace)
    return tuple((involved.kind, namespace, involved.name) for namespace in dict.fromkeys(places))


def _of_group(involved: ObjectReference, group: str) -> bool:
    """Whether an event is about an object of this API group: it may leave out the apiVersion."""
    return not involved.api_version or group_of(involved.api_version) == group
