"""catalog-source-not-ready"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.custom_status import moment, status, text
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.rules.olm._kinds import CATALOG_SOURCE
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import RawObject

PATIENCE = timedelta(minutes=10)
WELL = frozenset({"READY", "IDLE"})


@rule(
    filter="CatalogSource",
    on=RawObject,
    severity=Severity.ERROR,
    suffers=Effect.FAILS,
    produces=(Effect.FAILS,),
    added="0.1",
)
def catalog_source_not_ready(catalog: RawObject, inventory: Inventory) -> Iterator[Outcome]:
    """A catalog of operators cannot be reached.

    ## What it means
    OLM does not get through to the pod that serves the CatalogSource (`status.connectionState`), or says that its spec is wrong. Every
    Subscription of the cluster suffers: one catalog that fails blocks all resolution.

    ## When it is not reported
    In the first ten minutes of the catalog or of an attempt to connect; an idle connection is a good one.

    ## How to fix it
    Look at the catalog's pod (label `olm.catalogSource`): usually its image cannot be pulled, or it lacks memory. Correct `spec.image` or
    `spec.address`, or delete a catalog that is not needed.
    """
    if catalog.kind.group_kind != CATALOG_SOURCE or catalog.metadata.deletion_timestamp is not None:
        return
    told = status(catalog)
    state = text(told, "connectionState", "lastObservedState")
    since = moment(told, "connectionState", "lastConnect") or catalog.metadata.creation_timestamp
    if state.upper() in WELL or (since is not None and inventory.now - since < PATIENCE):
        return
    address, why = text(told, "connectionState", "address"), quoted(text(told, "message"))
    if not state and not why and not text(catalog.data, "spec", "sourceType").startswith("grpc"):
        return
    yield Hit(
        message=(f"catalog is {state}" if state else "catalog was never reached")
        + (f" at {address}" if address else "")
        + (f", reason {text(told, 'reason')}" if text(told, "reason") else "")
        + (f": {why}" if why else ""),
        evidence=(
            field(catalog, "status.connectionState", told.get("connectionState")),
            *((field(catalog, "status.message", why),) if why else ()),
        ),
        since=since,
        values={"state": state, "address": address, "image": text(catalog.data, "spec", "image"), "why": why},
    )
