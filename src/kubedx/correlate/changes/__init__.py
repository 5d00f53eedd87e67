"""What changed before an incident began, in the objects of its root cause and of its chain.

Five sources, none of which needs more than was read: the templates that workloads had before, the managers of fields, what a pod
reads and is younger than it, objects that came into a namespace that ran, and events of nodes and of scaling. Kept is what came before
the first symptom, and not long before.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import msgspec

from kubedx.correlate.changes.arrivals import arrivals
from kubedx.correlate.changes.events import node_events, scale_events
from kubedx.correlate.changes.readings import newer_than_readers
from kubedx.correlate.changes.revisions import template_changes_of
from kubedx.correlate.changes.writers import writes
from kubedx.findings import Change, Incident
from kubedx.inventory import EdgeKind, Found, Inventory
from kubedx.kube import KubeObject, Node, Ref

SLACK = timedelta(seconds=5)
"""Moments are written in whole seconds, and by several clocks."""

WINDOW = timedelta(days=1)
"""A change long before the first symptom did not bring it about, as a rule."""

MAX_CHANGES = 12
MAX_OBJECTS = 12
"""Objects of the chain that are looked at: what a hundredth symptom's object changed is no news."""


def with_changes(incident: Incident, inventory: Inventory) -> Incident:
    """The incident with what changed before it began, the oldest first."""
    if incident.since is None:
        return incident
    last, first = incident.since + SLACK, _earlier(incident.since, WINDOW)
    found = {change for change in _changes(incident, incident.since, inventory) if first <= change.when <= last}
    return msgspec.structs.replace(incident, changed=tuple(sorted(found)[-MAX_CHANGES:]))


def _changes(incident: Incident, began: datetime, inventory: Inventory) -> Iterator[Change]:
    chain = tuple(_chain(incident, inventory))
    said: set[tuple[Ref, datetime]] = set()
    for obj in chain:
        for change in (*template_changes_of(obj, inventory), *scale_events(obj, inventory)):
            said.add((change.ref, change.when))
            yield change
    yield from newer_than_readers(chain, inventory)
    yield from arrivals(chain, began, inventory)
    for node in _nodes(incident, inventory):
        yield from node_events(node, inventory)
    for obj in chain:
        yield from (change for change in writes(obj) if not _is_near(change, said))


def _is_near(change: Change, said: Iterable[tuple[Ref, datetime]]) -> bool:
    """Whether a change of the object at that moment has been told in more detail."""
    return any(ref == change.ref and abs(when - change.when) <= SLACK for ref, when in said)


def _chain(incident: Incident, inventory: Inventory) -> Iterator[KubeObject]:
    """The objects of the root cause, then those of the symptoms, each as its top owner."""
    root = incident.root_cause
    refs = [*((root.cause,) if root.cause else ()), root.subject, root.observed]
    refs += [symptom.subject for symptom in incident.symptoms]
    owners = dict.fromkeys(inventory.top_owner_of(ref) for ref in refs)
    for ref in list(owners)[:MAX_OBJECTS]:
        found = inventory.find(ref)
        if isinstance(found, Found):
            yield found.object


def _nodes(incident: Incident, inventory: Inventory) -> Iterator[Node]:
    root = incident.root_cause
    refs = dict.fromkeys((root.observed, *((root.cause,) if root.cause else ())))
    edges = (edge.target for ref in refs for edge in inventory.edges_from(ref, EdgeKind.RUNS_ON))
    for ref in dict.fromkeys((*edges, *(ref for ref in refs if ref.group_kind == Node.KIND.group_kind))):
        found = inventory.find(ref)
        if isinstance(found, Found) and isinstance(found.object, Node):
            yield found.object


def _earlier(moment: datetime, span: timedelta) -> datetime:
    try:
        return moment - span
    except OverflowError:
        return moment
