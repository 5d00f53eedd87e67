"""ingress-service-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.entry_points import leads_many
from kubedx.analyzers.evidence import field
from kubedx.analyzers.near_miss import describe_nearest, nearest_objects, only
from kubedx.analyzers.rules.ingress._backends import service_backends
from kubedx.findings import Effect, Severity
from kubedx.inventory import Absent, Inventory
from kubedx.kube import Ingress, Service, spec_changed_at


@rule(
    filter="Ingress",
    on=Ingress,
    reads=(Service,),
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_CONNECT,
    own_reason=True,
    added="0.1",
)
def ingress_service_absent(ingress: Ingress, inventory: Inventory) -> Iterator[Outcome]:
    """An Ingress leads to a Service that does not exist.

    ## What it means
    Requests for that host and path are answered with 503 or 404 by the ingress controller. An Ingress reaches Services of its own
    namespace only, so one of that name elsewhere does not help.

    ## When it is not reported
    For backends that are not Services.

    ## How to fix it
    Correct the name of the Service in the Ingress, or create the Service.
    """
    if ingress.metadata.deletion_timestamp is not None:
        return
    seen: set[str] = set()
    for backend in service_backends(ingress):
        name = backend.service.name
        if name in seen or not isinstance(inventory.get(Service, ingress.namespace, name), Absent):
            continue
        seen.add(name)
        near = nearest_objects(inventory, Service, ingress.namespace, name)
        meant = only(near)
        absent = Service.KIND.ref(ingress.namespace, name)
        yield Hit(
            message=f'{backend.route} leads to service "{name}", which does not exist{describe_nearest(near, ingress.namespace)}',
            evidence=(field(ingress, f"{backend.path}.name", name),),
            part=f"service {name}",
            cause=absent if leads_many(inventory, absent) else None,
            absent=absent,
            since=spec_changed_at(ingress),
            values={"service": name, "route": backend.route, "meant": meant.name if meant and meant.namespace == ingress.namespace else ""},
        )
