"""service-sync-fails"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import event, quoted
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import Event, Service, event_count, last_seen

FRESH = timedelta(minutes=30)
OFTEN = 3
"""A failure that is not repeated was overcome by the next try."""

_OF_LOAD_BALANCERS = frozenset({"SyncLoadBalancerFailed", "AllocationFailed", "CreatingLoadBalancerFailed"})
_CONFLICT = "the object has been modified"


@rule(filter="Service", on=Service, severity=Severity.WARNING, added="0.1")
def service_sync_fails(service: Service, inventory: Inventory) -> Iterator[Outcome]:
    """A controller says again and again that it cannot do what a Service asks for.

    ## What it means
    A controller of Kubernetes or of the cloud writes Warning events about the Service: its cluster IP or node port is taken, its
    EndpointSlices cannot be written, a health check or firewall rule cannot be made. Its words are quoted.

    ## When it is not reported
    When the last event is more than half an hour old, when it happened once or twice, for conflicts of writers, which pass, and for a load
    balancer that has not been made, which is another finding.

    ## How to fix it
    Act on the quoted words.
    """
    if service.metadata.deletion_timestamp is not None:
        return
    by_reason: dict[str, list[Event]] = {}
    for one in inventory.events(service, type="Warning"):
        if _CONFLICT not in one.message and not _is_pending(service, one):
            by_reason.setdefault(one.reason, []).append(one)
    for reason, events in sorted(by_reason.items()):
        newest = events[-1]
        moment = last_seen(newest)
        if sum(map(event_count, events)) < OFTEN or (moment is not None and inventory.now - moment > FRESH):
            continue
        why = quoted(newest.message) or "no reason is given"
        yield Hit(
            message=f"a controller reports {reason}: {why}",
            evidence=(event(newest),),
            part=reason,
            since=event(events[0]).first_seen or moment,
            values={"reason": reason, "why": why},
        )


def _is_pending(service: Service, about: Event) -> bool:
    return about.reason in _OF_LOAD_BALANCERS and service.spec.type == "LoadBalancer" and not service.status.load_balancer.ingress
