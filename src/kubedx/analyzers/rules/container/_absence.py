"""What a pod refers to and does not find: Secrets and ConfigMaps, whole or single keys, in environments and volumes.

The kubelet's words: pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables) and pkg/volume/{secret,configmap,projected} in
kubernetes/kubernetes. It names the first thing that it misses; the lists tell of the others.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

import msgspec

from kubedx.analyzers import Hit
from kubedx.analyzers.container_state import (
    container_events,
    has_started,
    is_live,
    label,
    live_containers,
    part,
    suspect_containers,
    unready_since,
    waiting_evidence,
    waiting_for,
)
from kubedx.analyzers.evidence import event, field
from kubedx.analyzers.former_value import former_name, used_before
from kubedx.analyzers.near_miss import describe_nearest, did_you_mean, nearest_few, nearest_objects, only
from kubedx.findings import Evidence
from kubedx.inventory import Absent, Found, Inventory
from kubedx.kube import ConfigMap, ContainerView, Event, Pod, Ref, Reference, ReferenceUse, Secret, pattern_of, references

CONFIG_ERROR = "CreateContainerConfigError"
PATIENCE = timedelta(seconds=60)
"""How long a pod may mount its volumes before what is absent from a list is taken for the reason."""

_IN_ENV = frozenset({ReferenceUse.ENV, ReferenceUse.ENV_FROM})
_IN_VOLUME = frozenset({ReferenceUse.VOLUME, ReferenceUse.PROJECTED})
_KEY = pattern_of(r"couldn't find key (?P<key>\S+) in (?P<kind>Secret|ConfigMap) (?:[^/\s]+/)?(?P<name>[^\s,\]]+)")
_VOLUME_KEY = pattern_of(r"references non-existent (?P<kind>secret|config) key: (?P<key>[^\s,\]]+)")
_WORDS = {"Secret": "secret", "ConfigMap": "config map"}


class _Lack(msgspec.Struct, frozen=True):
    """An object that a container or volume needs, of which it lacks the whole or these keys."""

    ref: Ref
    user: str
    part: str
    verb: str
    keys: tuple[str, ...]
    evidence: tuple[Evidence, ...]

    @property
    def object_words(self) -> str:
        """The object in words: `secret "db"`."""
        return f'{_WORDS[self.ref.kind]} "{self.ref.name}"'


class _User(NamedTuple):
    """A container or volume that keeps its pod from starting, with what the kubelet says about it."""

    references: tuple[Reference, ...]
    words: str
    part: str
    verb: str
    said: str
    patient: bool
    evidence: tuple[Evidence, ...]


def absences(pod: Pod, kind: type[Secret | ConfigMap], inventory: Inventory) -> Iterator[Hit]:
    """What is reported of the objects of a kind that a pod cannot start without and that do not exist."""
    for lack in _absent_objects(pod, kind, inventory):
        near = nearest_objects(inventory, kind, pod.namespace, lack.ref.name)
        meant = only(near)
        before = former_name(pod, kind.KIND, lack.ref.name, inventory)
        hint = describe_nearest(near, pod.namespace) + used_before(before, meant.name if meant else None)
        yield Hit(
            message=f"{lack.user} {lack.verb} {lack.object_words}, which does not exist{hint}",
            evidence=lack.evidence,
            part=lack.part,
            cause=lack.ref,
            absent=lack.ref,
            since=unready_since(pod),
            values={"absent": lack.ref.name, "meant": before or (meant.name if meant else "")},
        )


def key_absences(pod: Pod, kind: type[Secret | ConfigMap], inventory: Inventory) -> Iterator[Hit]:
    """What is reported of the keys that a pod cannot start without and that an object, which does exist, has not."""
    for lack in _absent_keys(pod, kind, inventory):
        keys = _keys_of(lack.ref, inventory)
        near = nearest_few(lack.keys[0], keys)
        meant = only(near)
        named = ", ".join(f'"{one}"' for one in lack.keys)
        words = f"key {named} of {lack.object_words}, which has no such key"
        if len(lack.keys) > 1:
            words = f"keys {named} of {lack.object_words}, which has none of them"
        yield Hit(
            message=f"{lack.user} {lack.verb} {words}{did_you_mean(near)}",
            evidence=(*lack.evidence, *((field(lack.ref, "data", ", ".join(keys)),) if keys else ())),
            part=lack.part,
            cause=lack.ref,
            since=unready_since(pod),
            values={"object": lack.ref.name, "key": lack.keys[0], "meant": meant or "", "keys": ", ".join(keys)},
        )


def _absent_objects(pod: Pod, kind: type[Secret | ConfigMap], inventory: Inventory) -> Iterator[_Lack]:
    """The objects of a kind that a pod cannot start without and that do not exist: the kubelet says so, or a complete list."""
    for user in _users(pod, kind, inventory):
        for name in dict.fromkeys(one.name for one in user.references):
            ref = kind.KIND.ref(pod.namespace, name)
            found = inventory.find(ref)
            told = f'{kind.__name__.lower()} "{name}" not found' in user.said.lower()
            if isinstance(found, Found) or not (told or (isinstance(found, Absent) and not user.patient)):
                continue
            uses = [one for one in user.references if one.name == name]
            yield _lack(pod, user, ref, uses, ())


def _absent_keys(pod: Pod, kind: type[Secret | ConfigMap], inventory: Inventory) -> Iterator[_Lack]:
    """The keys that a pod cannot start without and that an object, which does exist, has not."""
    for user in _users(pod, kind, inventory):
        for name in dict.fromkeys(one.name for one in user.references if one.key):
            ref = kind.KIND.ref(pod.namespace, name)
            found = inventory.find(ref)
            if isinstance(found, Absent):
                continue
            uses = [one for one in user.references if one.name == name and one.key]
            holder = found.object if isinstance(found, Found) else None
            if isinstance(holder, Secret | ConfigMap) and holder.keys_known:
                missing = [] if user.patient else [one for one in uses if one.key not in holder.keys]
            else:
                missing = [one for one in uses if one.key in _keys_told(user, kind, name)]
            if missing:
                yield _lack(pod, user, ref, missing, tuple(dict.fromkeys(one.key for one in missing)))


def _keys_of(ref: Ref, inventory: Inventory) -> tuple[str, ...]:
    """The keys that an object is known to have."""
    found = inventory.find(ref)
    return found.object.keys if isinstance(found, Found) and isinstance(found.object, Secret | ConfigMap) else ()


def tells_of_absence(message: str) -> bool:
    """Whether the kubelet's message about a container is one that the rules on absent objects and keys know."""
    return bool(_KEY.search(message) or re.search(r'(?:secret|configmap) "[^"]+" not found', message))


def _lack(pod: Pod, user: _User, ref: Ref, uses: list[Reference], keys: tuple[str, ...]) -> _Lack:
    where = uses[0]
    spec = field(pod, f"spec.{where.path}", f"{where.name}/{where.key}" if where.key else where.name)
    return _Lack(ref, user.words, user.part, user.verb, keys, (spec, *user.evidence))


def _keys_told(user: _User, kind: type[Secret | ConfigMap], name: str) -> set[str]:
    told = {match["key"] for match in _KEY.finditer(user.said) if match["kind"] == kind.__name__ and match["name"] == name}
    word = "secret" if kind is Secret else "config"
    return told | {match["key"] for match in _VOLUME_KEY.finditer(user.said) if match["kind"] == word}


def _users(pod: Pod, kind: type[Secret | ConfigMap], inventory: Inventory) -> Iterator[_User]:
    """The containers and volumes that hold a pod up and refer to objects of a kind without being ready to do without."""
    needed = [one for one in references(pod.spec, pod.name) if one.kind == kind.KIND and not one.optional]
    for view in suspect_containers(pod):
        reason, message = waiting_for(view)
        own = tuple(one for one in needed if one.use in _IN_ENV and one.part == view.container.name)
        if reason == CONFIG_ERROR and own:
            yield _User(own, label(view), part(view), "reads", _said(pod, view, message, inventory), False, waiting_evidence(pod, view))
    if _is_mounting(pod):
        yield from _volumes(pod, needed, inventory)


def _said(pod: Pod, view: ContainerView, message: str, inventory: Inventory) -> str:
    if message:
        return message
    failures = container_events(pod, view.container.name, inventory, ("Failed",))
    return failures[-1].message if failures else ""


def _is_mounting(pod: Pod) -> bool:
    """Whether a live pod has a node and none of its containers has started: volumes are mounted before the first does."""
    return is_live(pod) and bool(pod.spec.node_name) and not any(has_started(view) for view in live_containers(pod))


def _volumes(pod: Pod, needed: list[Reference], inventory: Inventory) -> Iterator[_User]:
    failures = inventory.events(pod, reasons=("FailedMount",))
    began = pod.status.start_time or pod.metadata.creation_timestamp
    young = began is None or inventory.now - began < PATIENCE
    mounted = [one for one in needed if one.use in _IN_VOLUME]
    for name in dict.fromkeys(one.part for one in mounted):
        own = tuple(one for one in mounted if one.part == name)
        about = [one for one in failures if f'for volume "{name}"' in one.message]
        said = " ".join(dict.fromkeys(one.message for one in about))
        yield _User(own, f'volume "{name}"', f"volume {name}", "mounts", said, young and not about, _mount_evidence(pod, about))


def _mount_evidence(pod: Pod, failures: list[Event]) -> tuple[Evidence, ...]:
    if failures:
        return (event(failures[-1]),)
    waits = [waiting_evidence(pod, view) for view in live_containers(pod) if waiting_for(view)[0]]
    return waits[0] if waits else (field(pod, "status.phase", pod.status.phase),)
