"""conversion-without-endpoints"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.starting import is_ready, is_starting
from kubedx.findings import Effect, Severity
from kubedx.inventory import Found, Inventory
from kubedx.kube import CustomResourceDefinition, Pod, Service


@rule(
    filter="CustomResourceDefinition",
    on=CustomResourceDefinition,
    reads=(Service, Pod),
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_CONNECT,
    produces=(Effect.FAILS, Effect.CRASHES, Effect.CANNOT_BE_DELETED),
    added="0.1",
)
def conversion_without_endpoints(crd: CustomResourceDefinition, inventory: Inventory) -> Iterator[Outcome]:
    """The versions of a custom resource are converted by a webhook behind which no pod is ready.

    ## What it means
    Reading or writing the resource in any but its stored version fails, which also stops the garbage collector and the deletion of
    namespaces. Why the pods are not ready is told by a finding on them, to which this one is attached.

    ## When it is not reported
    While the pods start, for Services without a selector, for webhooks behind a URL, and for a definition that serves one version only.

    ## How to fix it
    Repair the pods that answer the webhook.
    """
    webhook = crd.spec.conversion.webhook if crd.spec.conversion and crd.spec.conversion.strategy == "Webhook" else None
    wanted = webhook.client_config.service if webhook else None
    found = inventory.get(Service, wanted.namespace, wanted.name) if wanted else None
    served = [version.name for version in crd.spec.versions if version.served]
    if wanted is None or not isinstance(found, Found) or not found.object.spec.selector or len(served) < 2:
        return
    pods = [
        pod
        for pod in inventory.select_labels(Pod, wanted.namespace, found.object.spec.selector)
        if pod.status.phase not in {"Succeeded", "Failed"}
    ]
    if any(is_ready(pod) or is_starting(pod, inventory.now) for pod in pods):
        return
    number = f"none of its {len(pods)} pods is ready" if len(pods) > 1 else "its only pod is not ready" if pods else "it has no pods"
    yield Hit(
        message=(
            f"versions of {crd.spec.names.kind} ({', '.join(served)}) are converted by service {wanted.namespace}/{wanted.name}, "
            f"and {number}"
        ),
        evidence=(
            field(crd, "spec.conversion.webhook.clientConfig.service", f"{wanted.namespace}/{wanted.name}:{wanted.port}"),
            *(field(pod, "status.phase", pod.status.phase) for pod in pods[:3]),
        ),
        values={"service": wanted.name, "service_namespace": wanted.namespace, "crd_kind": crd.spec.names.kind},
    )
