"""cluster-catalog-not-serving"""

from collections.abc import Iterator

from kubedx.analyzers import Outcome, rule
from kubedx.analyzers.custom_status import text
from kubedx.analyzers.rules.olm._kinds import CLUSTER_CATALOG
from kubedx.analyzers.rules.olm._progress import stuck_hit
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import RawObject


@rule(
    filter="ClusterCatalog",
    on=RawObject,
    severity=Severity.ERROR,
    suffers=Effect.FAILS,
    produces=(Effect.FAILS,),
    added="0.1",
)
def cluster_catalog_not_serving(catalog: RawObject, inventory: Inventory) -> Iterator[Outcome]:
    """A ClusterCatalog is not served, or cannot be refreshed.

    ## What it means
    catalogd could not unpack the image of the catalog (it tries again: `Retrying`; or it needs a change of the spec: `Blocked`), so
    ClusterExtensions find no packages in it, or only old ones.

    ## When it is not reported
    In the first two minutes, while it is unpacked for the first time, and when it was made unavailable by `availabilityMode`.

    ## How to fix it
    Correct `spec.source.image.ref`, or what the message says about the registry and its credentials.
    """
    if catalog.kind.group_kind != CLUSTER_CATALOG or catalog.metadata.deletion_timestamp is not None:
        return
    if text(catalog.data, "spec", "availabilityMode") == "Unavailable":
        return
    hit = stuck_hit(catalog, inventory, "Serving", "catalog is not served")
    if hit is not None:
        yield hit
