"""webhook-service-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.near_miss import describe_nearest, nearest_objects
from kubedx.analyzers.rules.admission._webhooks import BLOCKED, CONFIGURATIONS, Configuration, consequence, served_webhooks, severity_of
from kubedx.findings import Effect, Severity
from kubedx.inventory import Absent, Found, Inventory
from kubedx.kube import Service


@rule(
    on=CONFIGURATIONS,
    reads=(Service,),
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_CONNECT,
    produces=BLOCKED,
    own_reason=True,
    added="0.1",
)
def webhook_service_absent(configuration: Configuration, inventory: Inventory) -> Iterator[Outcome]:
    """An admission webhook is answered by a Service, or a port of one, that does not exist.

    ## What it means
    The API server cannot call the webhook. With the failure policy `Fail` everything that the webhook should judge is rejected, with
    `Ignore` it passes without being judged. Often an operator was removed and its webhook configuration left behind.

    ## When it is not reported
    For webhooks behind a URL.

    ## How to fix it
    Bring the webhook's server back, or delete the webhook configuration.
    """
    for webhook, wanted in served_webhooks(configuration):
        found = inventory.get(Service, wanted.namespace, wanted.name)
        path = f"webhooks[{webhook.name}].clientConfig.service"
        policy = field(configuration, f"webhooks[{webhook.name}].failurePolicy", webhook.failure_policy)
        absent = Service.KIND.ref(wanted.namespace, wanted.name)
        if isinstance(found, Absent):
            near = nearest_objects(inventory, Service, wanted.namespace, wanted.name)
            yield Hit(
                message=(
                    f'webhook "{webhook.name}" is answered by service {wanted.namespace}/{wanted.name}, which does not exist'
                    f": {consequence(webhook)} (failure policy {webhook.failure_policy}){describe_nearest(near, wanted.namespace)}"
                ),
                evidence=(field(configuration, path, f"{wanted.namespace}/{wanted.name}:{wanted.port}"), policy),
                part=f"webhook {webhook.name}",
                absent=absent,
                severity=severity_of(webhook),
                values={"webhook": webhook.name, "service": wanted.name, "service_namespace": wanted.namespace},
            )
        elif isinstance(found, Found) and found.object.spec.ports and all(port.port != wanted.port for port in found.object.spec.ports):
            ports = ", ".join(str(port.port) for port in found.object.spec.ports)
            yield Hit(
                message=(
                    f'webhook "{webhook.name}" is answered by port {wanted.port} of service {wanted.namespace}/{wanted.name}, '
                    f"which has {ports}: {consequence(webhook)} (failure policy {webhook.failure_policy})"
                ),
                evidence=(field(configuration, f"{path}.port", wanted.port), field(found.object, "spec.ports", ports), policy),
                part=f"webhook {webhook.name}",
                severity=severity_of(webhook),
                values={"webhook": webhook.name, "service": wanted.name, "service_namespace": wanted.namespace, "port": str(wanted.port)},
            )
