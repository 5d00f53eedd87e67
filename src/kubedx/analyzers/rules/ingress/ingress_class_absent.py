"""ingress-class-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.near_miss import describe_nearest, nearest_object
from kubedx.findings import Severity
from kubedx.inventory import Absent, Inventory
from kubedx.kube import Ingress, IngressClass

MAX_CLASSES = 6


@rule(filter="Ingress", on=Ingress, reads=(IngressClass,), severity=Severity.ERROR, added="0.1")
def ingress_class_absent(ingress: Ingress, inventory: Inventory) -> Iterator[Outcome]:
    """An Ingress names an IngressClass that does not exist, so no controller serves it.

    ## What it means
    Ingress controllers look only at Ingresses of their own class. None has this one, and the Ingress has been given no address.

    ## When it is not reported
    When the Ingress has an address all the same: some controllers serve classes for which there is no object. The old annotation
    `kubernetes.io/ingress.class` is not judged, for the same reason.

    ## How to fix it
    Correct `spec.ingressClassName`, or install the controller that brings the class.
    """
    name = ingress.spec.ingress_class_name
    if not name or ingress.status.load_balancer.ingress or ingress.metadata.deletion_timestamp is not None:
        return
    if not isinstance(inventory.get(IngressClass, "", name), Absent):
        return
    absent = IngressClass.KIND.ref("", name)
    meant = nearest_object(inventory, IngressClass, "", name)
    classes = [one.name for one in inventory.list(IngressClass)]
    known = ", ".join(f'"{one}"' for one in classes[:MAX_CLASSES])
    hint = describe_nearest(meant, "") or (f"; the cluster has {known}" if known else "; the cluster has none")
    yield Hit(
        message=f'ingress class "{name}" does not exist{hint}',
        evidence=(field(ingress, "spec.ingressClassName", name), field(ingress, "status.loadBalancer.ingress", "")),
        absent=absent,
        since=ingress.metadata.creation_timestamp,
        values={"class": name, "meant": meant.name if meant else classes[0] if len(classes) == 1 else "", "classes": known},
    )
