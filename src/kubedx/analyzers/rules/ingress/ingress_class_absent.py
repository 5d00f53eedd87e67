"""ingress-class-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.near_miss import describe_nearest, nearest_object
from kubedx.analyzers.rules.ingress._backends import CLASS_ANNOTATION
from kubedx.findings import Confidence, Severity
from kubedx.inventory import Absent, Inventory
from kubedx.kube import Ingress, IngressClass, spec_changed_at

MAX_CLASSES = 6
WITHOUT_OBJECT = ("gce", "gce-internal")
"""https://cloud.google.com/kubernetes-engine/docs/concepts/ingress#controller_summary"""


@rule(filter="Ingress", on=Ingress, reads=(IngressClass,), severity=Severity.ERROR, added="0.1")
def ingress_class_absent(ingress: Ingress, inventory: Inventory) -> Iterator[Outcome]:
    """An Ingress names an IngressClass that does not exist, so no controller serves it.

    ## What it means
    Ingress controllers look only at Ingresses of their own class. None has this one, and the Ingress has been given no address. The old
    annotation `kubernetes.io/ingress.class` counts too where the field is not set; since controllers take words there for which there
    is no object, it is only likely when the name is nearly that of a class, and for information otherwise.

    ## When it is not reported
    When the Ingress has an address all the same, and for the classes `gce` and `gce-internal` of Google's clouds, which have no object.

    ## How to fix it
    Correct `spec.ingressClassName`, or install the controller that brings the class.
    """
    named = ingress.spec.ingress_class_name
    name = named or ingress.metadata.annotations.get(CLASS_ANNOTATION, "")
    if not name or name in WITHOUT_OBJECT or ingress.status.load_balancer.ingress or ingress.metadata.deletion_timestamp is not None:
        return
    if not isinstance(inventory.get(IngressClass, "", name), Absent):
        return
    absent = IngressClass.KIND.ref("", name)
    meant = nearest_object(inventory, IngressClass, "", name)
    classes = [one.name for one in inventory.list(IngressClass)]
    known = ", ".join(f'"{one}"' for one in classes[:MAX_CLASSES])
    hint = describe_nearest(meant, "") or (f"; the cluster has {known}" if known else "; the cluster has none")
    path = "spec.ingressClassName" if named else f"metadata.annotations[{CLASS_ANNOTATION}]"
    yield Hit(
        message=f'ingress class "{name}" does not exist{hint}',
        evidence=(field(ingress, path, name), field(ingress, "status.loadBalancer.ingress", "")),
        absent=absent,
        confidence=None if named else Confidence.LIKELY if meant else Confidence.POSSIBLE,
        severity=Severity.ERROR if named or meant else Severity.INFO,
        since=spec_changed_at(ingress),
        values={"class": name, "meant": meant.name if meant else classes[0] if len(classes) == 1 else "", "classes": known},
    )
