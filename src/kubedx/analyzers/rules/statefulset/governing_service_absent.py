"""governing-service-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.effects import BEHIND_A_SERVICE
from kubedx.analyzers.evidence import field
from kubedx.analyzers.near_miss import describe_nearest, nearest_objects, only
from kubedx.findings import Severity
from kubedx.inventory import Absent, Inventory
from kubedx.kube import Service, StatefulSet


@rule(filter="StatefulSet", on=StatefulSet, reads=(Service,), severity=Severity.ERROR, produces=BEHIND_A_SERVICE, added="0.1")
def governing_service_absent(stateful_set: StatefulSet, inventory: Inventory) -> Iterator[Outcome]:
    """The Service that gives the pods of a StatefulSet their DNS names does not exist.

    ## What it means
    `spec.serviceName` names a headless Service. Without it the names of the single pods (`db-0.db`) do not resolve, and members of a
    cluster do not find each other. The pods themselves run.

    ## When it is not reported
    When `spec.serviceName` is empty, or the StatefulSet is scaled to zero.

    ## How to fix it
    Create the headless Service under that name (`clusterIP: None`, with the pods' labels as selector). The field of the StatefulSet
    cannot be changed; to use another name it must be deleted and created anew.
    """
    name = stateful_set.spec.service_name
    if not name or stateful_set.spec.replicas == 0 or stateful_set.metadata.deletion_timestamp is not None:
        return
    if not isinstance(inventory.get(Service, stateful_set.namespace, name), Absent):
        return
    absent = Service.KIND.ref(stateful_set.namespace, name)
    near = nearest_objects(inventory, Service, stateful_set.namespace, name)
    meant = only(near)
    yield Hit(
        message=(
            f'governing service "{name}" does not exist: '
            f"the pods' names, such as {stateful_set.name}-0.{name}, do not resolve{describe_nearest(near, stateful_set.namespace)}"
        ),
        evidence=(field(stateful_set, "spec.serviceName", name),),
        cause=absent,
        absent=absent,
        since=stateful_set.metadata.creation_timestamp,
        values={"service": name, "meant": meant.name if meant and meant.namespace == stateful_set.namespace else ""},
    )
