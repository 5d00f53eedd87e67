"""ingress-without-address"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.rules.ingress._backends import CLASS_ANNOTATION
from kubedx.findings import Confidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Ingress

PATIENCE = timedelta(minutes=15)
"""Clouds take minutes to make a load balancer."""


@rule(filter="Ingress", on=Ingress, severity=Severity.WARNING, confidence=Confidence.LIKELY, added="0.1")
def ingress_without_address(ingress: Ingress, inventory: Inventory) -> Iterator[Outcome]:
    """An Ingress has been given no address, though others of its class have one.

    ## What it means
    The controller of the class works and writes addresses, and has not taken this Ingress up: it may watch other namespaces or labels
    only, or it rejects the Ingress and says so in its log.

    ## When it is not reported
    In the first fifteen minutes, when no Ingress of the class has an address (some controllers never write one), and when an event tells
    why.

    ## How to fix it
    Read the log of the ingress controller, and compare the Ingress with one that it serves.
    """
    created, name = ingress.metadata.creation_timestamp, _class(ingress)
    if not name or ingress.status.load_balancer.ingress or ingress.metadata.deletion_timestamp is not None:
        return
    if created is None or inventory.now - created < PATIENCE or inventory.events(ingress, type="Warning"):
        return
    served = _served(inventory).get(name)
    if served is None:
        return
    yield Hit(
        message=f'has been given no address, though Ingress {served.namespace}/{served.name} of the same class "{name}" has one',
        evidence=(field(ingress, "status.loadBalancer.ingress", ""), field(served, "status.loadBalancer.ingress", _address(served))),
        since=created,
        values={"class": name, "other": served.name, "other_namespace": served.namespace},
    )


@once_per_inventory
def _served(inventory: Inventory) -> dict[str, Ingress]:
    """An Ingress that has an address, for each class."""
    served: dict[str, Ingress] = {}
    for ingress in inventory.list(Ingress):
        if ingress.status.load_balancer.ingress:
            served.setdefault(_class(ingress), ingress)
    return served


def _class(ingress: Ingress) -> str:
    return ingress.spec.ingress_class_name or ingress.metadata.annotations.get(CLASS_ANNOTATION, "")


def _address(ingress: Ingress) -> str:
    return ", ".join(one.ip or one.hostname for one in ingress.status.load_balancer.ingress)
