"""load-balancer-pending"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import event, field, quoted
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import Service

PATIENCE = timedelta(minutes=10)
"""Clouds take minutes to make a load balancer."""


@rule(filter="Service", on=Service, severity=Severity.WARNING, added="0.1")
def load_balancer_pending(service: Service, inventory: Inventory) -> Iterator[Outcome]:
    """A Service of type LoadBalancer has been given no address.

    ## What it means
    Nothing in the cluster makes load balancers (no cloud controller, no MetalLB), or it fails to make this one; its words are quoted.
    Inside the cluster the Service works.

    ## When it is not reported
    In the first ten minutes, unless making it has failed.

    ## How to fix it
    Act on the quoted event. On bare metal install a load balancer implementation, or use the type NodePort.
    """
    if service.spec.type != "LoadBalancer" or service.status.load_balancer.ingress or service.metadata.deletion_timestamp is not None:
        return
    created = service.metadata.creation_timestamp
    failures = inventory.events(
        service, type="Warning", reasons=("SyncLoadBalancerFailed", "AllocationFailed", "CreatingLoadBalancerFailed")
    )
    if not failures and (created is None or inventory.now - created < PATIENCE):
        return
    why = quoted(failures[-1].message) if failures else ""
    yield Hit(
        message="load balancer has no address" + (f": {why}" if why else ", and nothing says that one is being made"),
        evidence=(
            field(service, "spec.type", service.spec.type),
            field(service, "status.loadBalancer.ingress", ""),
            *(event(one) for one in failures[-1:]),
        ),
        since=created,
        values={"why": why},
    )
