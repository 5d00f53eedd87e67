"""When people, or the tools by which they deploy, last wrote what an object is to be; by its managedFields.

https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
"""

from collections.abc import Iterator
from datetime import datetime

from kubedx.kube.object import KubeObject, ManagedFields

_OF_THE_CLUSTER = frozenset({"kube-controller-manager", "kube-scheduler", "kubelet", "cloud-controller-manager", "k3s", "kube-apiserver"})
"""Managers that write what follows from what others wrote."""


def spec_writes(obj: KubeObject) -> Iterator[ManagedFields]:
    """The last write of each manager that is no part of the cluster; of an object with a spec, of those that own some of it.

    Where field sets are not told, every write counts that is not of the status.
    """
    written = [one for one in obj.metadata.managed_fields if one.subresource != "status" and one.time is not None]
    of_spec = [one for one in written if one.fields_v1.spec is not None]
    for one in of_spec or written:
        if one.manager and one.manager not in _OF_THE_CLUSTER:
            yield one


def spec_changed_at(obj: KubeObject) -> datetime | None:
    """Since when the spec is as it is: the last write of it, or else when the object was made; None where neither is told."""
    times = [one.time for one in spec_writes(obj) if one.time is not None]
    return max(times, default=obj.metadata.creation_timestamp)
