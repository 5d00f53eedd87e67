"""webhook-judges-own-pods"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.admission._webhooks import CONFIGURATIONS, Configuration, judges_own_pods, served_webhooks
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import Namespace, Pod, Service


@rule(on=CONFIGURATIONS, reads=(Namespace,), consults=(Service, Pod), severity=Severity.INFO, added="0.1")
def webhook_judges_own_pods(configuration: Configuration, inventory: Inventory) -> Iterator[Outcome]:
    """An admission webhook must answer before the pods that answer it can be created.

    ## What it means
    As long as one of its pods is ready, nothing is wrong. Once all are gone (a node fails, an eviction, a bad release), the webhook
    rejects its own new pods, and only a person can end that.

    ## When it is not reported
    With the failure policy `Ignore`, when a selector leaves its namespace or its pods out, and when match conditions do.

    ## How to fix it
    Leave the webhook's own namespace out with a `namespaceSelector` on the label `kubernetes.io/metadata.name`.
    """
    for webhook, wanted in served_webhooks(configuration):
        if webhook.failure_policy == "Ignore" or not judges_own_pods(webhook, wanted, inventory):
            continue
        yield Hit(
            message=(
                f'webhook "{webhook.name}" (failure policy {webhook.failure_policy}) judges new pods in namespace {wanted.namespace}, '
                f"where its own pods run: once none is ready, none can be created"
            ),
            evidence=(
                field(configuration, f"webhooks[{webhook.name}].clientConfig.service", f"{wanted.namespace}/{wanted.name}:{wanted.port}"),
                field(configuration, f"webhooks[{webhook.name}].failurePolicy", webhook.failure_policy),
            ),
            part=f"webhook {webhook.name}",
            values={"webhook": webhook.name, "service": wanted.name, "service_namespace": wanted.namespace},
        )
