"""api-service-unavailable"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field, quoted
from kubedx.findings import Effect, Severity
from kubedx.inventory import Absent, Inventory
from kubedx.kube import APIService, Service, condition

PATIENCE = timedelta(seconds=30)


@rule(
    filter="APIService",
    on=APIService,
    consults=(Service,),
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_CONNECT,
    produces=(Effect.CANNOT_SCALE, Effect.CANNOT_BE_DELETED, Effect.FAILS),
    added="0.1",
)
def api_service_unavailable(api_service: APIService, inventory: Inventory) -> Iterator[Outcome]:
    """An API that is served by an extension server is not available.

    ## What it means
    The API server hands requests of this group to a Service in the cluster, and that does not answer. Whatever needs the group fails:
    without `metrics.k8s.io` autoscalers and `kubectl top`; and no namespace can be deleted while any group is missing.

    ## When it is not reported
    In the first half minute.

    ## How to fix it
    Repair the Deployment behind the Service that is named, or delete the APIService if its server is gone for good.
    """
    available, served_by = condition(api_service, "Available"), api_service.spec.service
    if available is None or available.status != "False" or api_service.metadata.deletion_timestamp is not None:
        return
    since = available.last_transition_time
    if since is not None and inventory.now - since < PATIENCE:
        return
    absent = None
    if served_by is not None and isinstance(inventory.get(Service, served_by.namespace, served_by.name), Absent):
        absent = Service.KIND.ref(served_by.namespace, served_by.name)
    behind = f" (served by Service {served_by.namespace}/{served_by.name})" if served_by else ""
    why = quoted(available.message) or available.reason
    group = f"{api_service.spec.group}/{api_service.spec.version}"
    yield Hit(
        message=f"API {group}{behind} is not available: {why}",
        evidence=(
            field(api_service, "status.conditions[Available].reason", available.reason),
            field(api_service, "status.conditions[Available].message", available.message or available.reason),
            *((field(api_service, "spec.service", f"{served_by.namespace}/{served_by.name}:{served_by.port}"),) if served_by else ()),
        ),
        absent=absent,
        since=since,
        values={
            "group": group,
            "service": served_by.name if served_by else "",
            "service_namespace": served_by.namespace if served_by else "",
            "why": why,
        },
    )
