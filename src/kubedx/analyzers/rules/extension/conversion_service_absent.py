"""conversion-service-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.near_miss import describe_nearest, nearest_objects
from kubedx.findings import Effect, Severity
from kubedx.inventory import Absent, Inventory
from kubedx.kube import CustomResourceDefinition, Service


@rule(
    filter="CustomResourceDefinition",
    on=CustomResourceDefinition,
    reads=(Service,),
    severity=Severity.ERROR,
    produces=(Effect.FAILS, Effect.CRASHES, Effect.CANNOT_BE_DELETED),
    added="0.1",
)
def conversion_service_absent(crd: CustomResourceDefinition, inventory: Inventory) -> Iterator[Outcome]:
    """The versions of a custom resource are converted by a webhook whose Service does not exist.

    ## What it means
    Reading or writing the resource in any but its stored version fails, which also stops the garbage collector and the deletion of
    namespaces. Often an operator was removed and its definitions left behind.

    ## When it is not reported
    For webhooks behind a URL.

    ## How to fix it
    Bring the operator back, or set `spec.conversion.strategy` to `None` if one version is enough.
    """
    webhook = crd.spec.conversion.webhook if crd.spec.conversion and crd.spec.conversion.strategy == "Webhook" else None
    wanted = webhook.client_config.service if webhook else None
    if wanted is None or not isinstance(inventory.get(Service, wanted.namespace, wanted.name), Absent):
        return
    near = nearest_objects(inventory, Service, wanted.namespace, wanted.name)
    yield Hit(
        message=(
            f"versions of {crd.spec.names.kind} are converted by service {wanted.namespace}/{wanted.name}, which does not exist"
            f"{describe_nearest(near, wanted.namespace)}"
        ),
        evidence=(field(crd, "spec.conversion.webhook.clientConfig.service", f"{wanted.namespace}/{wanted.name}:{wanted.port}"),),
        absent=Service.KIND.ref(wanted.namespace, wanted.name),
        values={"service": wanted.name, "service_namespace": wanted.namespace},
    )
