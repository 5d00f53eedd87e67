"""external-name-unresolvable"""

from collections.abc import Iterator

from kubedx.analyzers import AskLog, Hit, Outcome, rule
from kubedx.analyzers.callers import UNRESOLVED, complaints
from kubedx.analyzers.effects import BEHIND_A_SERVICE
from kubedx.analyzers.evidence import field
from kubedx.analyzers.near_miss import describe_nearest, nearest_objects, only
from kubedx.findings import Confidence, Severity
from kubedx.inventory import Absent, Inventory
from kubedx.kube import Pod, Ref, Service

CLUSTER_DOMAIN = ".svc.cluster.local"


@rule(
    filter="Service",
    on=Service,
    reads=(Service,),
    consults=(Pod,),
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    produces=BEHIND_A_SERVICE,
    added="0.1",
)
def external_name_unresolvable(service: Service, inventory: Inventory) -> Iterator[Outcome]:
    """An ExternalName Service stands for a name that does not resolve.

    ## What it means
    The Service is an alias in DNS. Its target does not exist: a caller logs that the name cannot be resolved, or the target is a
    Service of this cluster that is not there.

    ## When it is not reported
    When no caller complains and the target is outside the cluster: then nothing can be said.

    ## How to fix it
    Correct `spec.externalName`.
    """
    if service.spec.type != "ExternalName" or service.metadata.deletion_timestamp is not None:
        return
    name = service.spec.external_name
    evidence = field(service, "spec.externalName", name)
    absent = _absent_service(name, inventory)
    if absent is not None:
        near = nearest_objects(inventory, Service, absent.namespace, absent.name)
        meant = only(near)
        yield Hit(
            message=f'external name "{name}" stands for {absent}, which does not exist{describe_nearest(near, absent.namespace)}',
            evidence=(evidence,),
            absent=absent,
            confidence=Confidence.CERTAIN,
            values={"external_name": name, "meant": meant.name if meant else ""},
        )
        return
    for said in complaints(service, inventory, UNRESOLVED, (service.name, name.rstrip("."))):
        if isinstance(said, AskLog):
            yield said
        else:
            yield Hit(
                message=f'external name "{name}" does not resolve: {said.caller} logs a failed look-up',
                evidence=(evidence, said.evidence),
                values={"external_name": name},
            )
            return


def _absent_service(name: str, inventory: Inventory) -> Ref | None:
    """The Service of this cluster that a name stands for and that does not exist."""
    host = name.rstrip(".")
    if not host.endswith(CLUSTER_DOMAIN):
        return None
    parts = host.removesuffix(CLUSTER_DOMAIN).split(".")
    if len(parts) != 2:
        return None
    gone = isinstance(inventory.get(Service, parts[1], parts[0]), Absent)
    return Service.KIND.ref(parts[1], parts[0]) if gone else None
