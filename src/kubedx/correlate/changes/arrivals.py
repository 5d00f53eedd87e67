"""Objects of the chain that were made when others of it had run for a while: a policy, a quota, a webhook that came later."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from kubedx.correlate.changes.writers import last_writer
from kubedx.findings import Change
from kubedx.inventory import EdgeKind, Found, Inventory
from kubedx.kube import (
    Deployment,
    KubeObject,
    LimitRange,
    MutatingWebhookConfiguration,
    NetworkPolicy,
    ResourceQuota,
    StatefulSet,
    ValidatingWebhookConfiguration,
)

LATER = timedelta(minutes=1)
"""What is made within a minute was made together."""

_RULING = (LimitRange, MutatingWebhookConfiguration, NetworkPolicy, ResourceQuota, ValidatingWebhookConfiguration)
"""The kinds that change what others may do."""


def arrivals(chain: Sequence[KubeObject], began: datetime, inventory: Inventory) -> Iterator[Change]:
    """Those of the chain, and what admits or selects its workloads, that came after the oldest workload of the chain."""
    made = [one.metadata.creation_timestamp for one in chain if isinstance(one, Deployment | StatefulSet)]
    oldest = min((moment for moment in made if moment is not None), default=None)
    if oldest is None:
        return
    for one in (*chain, *_rulers(chain, inventory)):
        created = one.metadata.creation_timestamp
        if isinstance(one, _RULING) and created is not None and oldest + LATER < created <= began + LATER:
            yield Change(created, one.ref, "metadata.creationTimestamp", "", "created", last_writer(one))


def _rulers(chain: Sequence[KubeObject], inventory: Inventory) -> Iterator[KubeObject]:
    edges = (edge for one in chain for edge in inventory.edges_to(one.ref, EdgeKind.ADMITS, EdgeKind.SELECTS))
    for ref in dict.fromkeys(edge.source for edge in edges):
        found = inventory.find(ref)
        if isinstance(found, Found) and isinstance(found.object, _RULING):
            yield found.object
