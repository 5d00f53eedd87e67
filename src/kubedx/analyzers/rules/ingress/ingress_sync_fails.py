"""ingress-sync-fails"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import event, field, quoted
from kubedx.analyzers.rules.ingress._backends import service_backends
from kubedx.findings import Severity
from kubedx.inventory import Absent, Inventory
from kubedx.kube import Ingress, Secret, Service, last_seen

FRESH = timedelta(minutes=30)
"""Controllers try again, with growing pauses; older failures have been overcome."""


@rule(filter="Ingress", on=Ingress, consults=(Service, Secret), severity=Severity.ERROR, added="0.1")
def ingress_sync_fails(ingress: Ingress, inventory: Inventory) -> Iterator[Outcome]:
    """The controller of an Ingress says that it cannot do what the Ingress asks for.

    ## What it means
    The ingress controller or the cloud behind it writes Warning events about the Ingress: an annotation that it does not understand, a
    certificate that it does not find, a subnet or right that it lacks. Its words are quoted. It is an error while the Ingress has no
    address, a warning once it has one.

    ## When it is not reported
    When the last event is more than half an hour old, and when it only tells of a Service or TLS Secret that does not exist, which other
    rules report.

    ## How to fix it
    Act on the quoted words.
    """
    failures = inventory.events(ingress, type="Warning")
    if not failures or ingress.metadata.deletion_timestamp is not None:
        return
    newest = failures[-1]
    moment = last_seen(newest)
    if (moment is not None and inventory.now - moment > FRESH) or _is_told(ingress, newest.message, inventory):
        return
    why = quoted(newest.message) or "no reason is given"
    yield Hit(
        message=f"its controller reports {newest.reason}: {why}",
        evidence=(event(newest), field(ingress, "spec.ingressClassName", ingress.spec.ingress_class_name)),
        severity=Severity.WARNING if ingress.status.load_balancer.ingress else Severity.ERROR,
        since=event(failures[0]).first_seen or moment,
        values={"reason": newest.reason, "why": why},
    )


def _is_told(ingress: Ingress, message: str, inventory: Inventory) -> bool:
    """Whether a message names a Service or Secret of the Ingress that does not exist."""
    services = [backend.service.name for backend in service_backends(ingress)]
    secrets = [tls.secret_name for tls in ingress.spec.tls if tls.secret_name]
    absent = [name for name in services if isinstance(inventory.get(Service, ingress.namespace, name), Absent)]
    absent += [name for name in secrets if isinstance(inventory.get(Secret, ingress.namespace, name), Absent)]
    return any(name in message for name in absent)
