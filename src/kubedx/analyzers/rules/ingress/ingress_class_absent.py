"""ingress-class-absent"""

from collections import Counter
from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.near_miss import describe_nearest, nearest_objects, only
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
    For the classes `gce` and `gce-internal` of Google's clouds, which have no object. When the Ingress has an address all the same, which
    is of before the class was changed, it is a warning; not where several Ingresses of the class have one, or the cluster has no class
    at all: then their controller does without the object.

    ## How to fix it
    Correct `spec.ingressClassName`, or install the controller that brings the class.
    """
    named = ingress.spec.ingress_class_name
    name = named or ingress.metadata.annotations.get(CLASS_ANNOTATION, "")
    if not name or name in WITHOUT_OBJECT or ingress.metadata.deletion_timestamp is not None:
        return
    if not isinstance(inventory.get(IngressClass, "", name), Absent):
        return
    addresses = ", ".join(one.ip or one.hostname or "" for one in ingress.status.load_balancer.ingress)
    if addresses and not _is_old(named, inventory):
        return
    absent = IngressClass.KIND.ref("", name)
    near = nearest_objects(inventory, IngressClass, "", name)
    meant = only(near)
    classes = [one.name for one in inventory.list(IngressClass)]
    known = ", ".join(f'"{one}"' for one in classes[:MAX_CLASSES])
    former = f"; the address {addresses} is of before" if addresses else ""
    hint = describe_nearest(near, "") or (f"; the cluster has {known}" if known else "; the cluster has none")
    path = "spec.ingressClassName" if named else f"metadata.annotations[{CLASS_ANNOTATION}]"
    yield Hit(
        message=f'ingress class "{name}" does not exist{former}{hint}',
        evidence=(field(ingress, path, name), field(ingress, "status.loadBalancer.ingress", addresses)),
        absent=absent,
        confidence=Confidence.LIKELY if addresses or (meant and not named) else None if named else Confidence.POSSIBLE,
        severity=Severity.WARNING if addresses else Severity.ERROR if named or meant else Severity.INFO,
        since=spec_changed_at(ingress),
        values={"class": name, "meant": meant.name if meant else classes[0] if len(classes) == 1 else "", "classes": known},
    )


def _is_old(named: str | None, inventory: Inventory) -> bool:
    """Whether an Ingress of an absent class owes its address to a class that it had before, not to a controller without objects."""
    return named is not None and bool(inventory.list(IngressClass).items) and _with_address(inventory)[named] == 1


@once_per_inventory
def _with_address(inventory: Inventory) -> Counter[str | None]:
    """How many Ingresses of each class have an address."""
    return Counter(one.spec.ingress_class_name for one in inventory.list(Ingress) if one.status.load_balancer.ingress)
