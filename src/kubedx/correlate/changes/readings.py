"""ConfigMaps and Secrets that were written after the pods that read them had started."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from kubedx.correlate.changes.writers import last_writer
from kubedx.findings import Change
from kubedx.inventory import EdgeKind, Found, Inventory
from kubedx.kube import ConfigMap, KubeObject, Pod, Secret

MAX_READ = 20
"""ConfigMaps and Secrets of one workload that are looked at."""


def newer_than_readers(chain: Sequence[KubeObject], inventory: Inventory) -> Iterator[Change]:
    """What a workload of the chain reads and was written, or made, after the workload was made."""
    for reader in chain:
        made = reader.metadata.creation_timestamp
        if made is None or isinstance(reader, ConfigMap | Secret) or (isinstance(reader, Pod) and reader.metadata.controller):
            continue
        refs = dict.fromkeys(edge.target for edge in inventory.edges_from(reader.ref, EdgeKind.MOUNTS, EdgeKind.READS_ENV))
        for ref in list(refs)[:MAX_READ]:
            found = inventory.find(ref)
            if isinstance(found, Found) and isinstance(found.object, ConfigMap | Secret):
                yield from _written_after(found.object, made)


def _written_after(read: KubeObject, made: datetime) -> Iterator[Change]:
    created = read.metadata.creation_timestamp
    times = [entry.time for entry in read.metadata.managed_fields if entry.time is not None and entry.subresource != "status"]
    by = last_writer(read)
    if created is not None and (created - made).total_seconds() > 1:
        yield Change(created, read.ref, "metadata.creationTimestamp", "", "created", by)
    last = max(times, default=None)
    if last is not None and last > made and (created is None or (last - created).total_seconds() > 1):
        yield Change(last, read.ref, "data", "", "written anew", by)
