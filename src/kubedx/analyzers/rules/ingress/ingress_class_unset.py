"""ingress-class-unset"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.ingress._backends import CLASS_ANNOTATION
from kubedx.findings import Confidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Ingress, IngressClass

IS_DEFAULT = "ingressclass.kubernetes.io/is-default-class"
PATIENCE = timedelta(minutes=2)
MAX_CLASSES = 6


@rule(
    filter="Ingress",
    on=Ingress,
    reads=(IngressClass,),
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    added="0.1",
)
def ingress_class_unset(ingress: Ingress, inventory: Inventory) -> Iterator[Outcome]:
    """An Ingress names no class, no class is the default, and no controller has taken the Ingress up.

    ## What it means
    Most ingress controllers ignore Ingresses without a class. Where the cluster has no class at all, it has most probably no controller.

    ## When it is not reported
    When the Ingress has an address (a controller serves it), in its first two minutes, or when a default class exists.

    ## How to fix it
    Set `spec.ingressClassName`, or mark an IngressClass as the default. Without any class install an ingress controller.
    """
    if ingress.spec.ingress_class_name or ingress.metadata.annotations.get(CLASS_ANNOTATION) or ingress.status.load_balancer.ingress:
        return
    classes, created = inventory.list(IngressClass), ingress.metadata.creation_timestamp
    if any(one.metadata.annotations.get(IS_DEFAULT) == "true" for one in classes):
        return
    if created is None or inventory.now - created < PATIENCE or ingress.metadata.deletion_timestamp is not None:
        return
    names = [one.name for one in classes.items[:MAX_CLASSES]]
    known = ", ".join(f'"{name}"' for name in names)
    has = f"the cluster has {known or 'none'}"
    yield Hit(
        message=f"ingress names no class, no class is the default, and no controller has given it an address; {has}",
        evidence=(field(ingress, "spec.ingressClassName", ""), field(ingress, "status.loadBalancer.ingress", "")),
        confidence=Confidence.LIKELY if known else Confidence.POSSIBLE,
        since=created,
        values={"classes": known, "meant": names[0] if len(names) == 1 else ""},
    )
