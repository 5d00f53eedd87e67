"""The webhooks of a configuration: who answers them, what they judge, and what happens when nobody answers."""

from collections.abc import Iterator

from kubedx.analyzers.starting import is_ready, is_starting
from kubedx.findings import Effect, Severity
from kubedx.inventory import Found, Inventory
from kubedx.kube import (
    LabelSelector,
    MutatingWebhook,
    MutatingWebhookConfiguration,
    Namespace,
    Pod,
    Service,
    ValidatingWebhook,
    ValidatingWebhookConfiguration,
    WebhookService,
    format_selector,
    selects,
)

Configuration = ValidatingWebhookConfiguration | MutatingWebhookConfiguration
CONFIGURATIONS = (ValidatingWebhookConfiguration, MutatingWebhookConfiguration)
Webhook = ValidatingWebhook | MutatingWebhook

BLOCKED = (Effect.CANNOT_BE_CREATED, Effect.FAILS, Effect.UNAVAILABLE)
"""What follows when every request that a webhook judges is refused."""


def served_webhooks(configuration: Configuration) -> Iterator[tuple[Webhook, WebhookService]]:
    """Each webhook with the Service that answers it; those behind a URL are left out, and those without rules, which nobody calls."""
    for webhook in configuration.webhooks:
        if webhook.rules and webhook.client_config.service is not None and webhook.client_config.service.name:
            yield webhook, webhook.client_config.service


def severity_of(webhook: Webhook) -> Severity:
    """What it means when the webhook does not answer: with the policy Ignore requests pass unjudged."""
    return Severity.WARNING if webhook.failure_policy == "Ignore" else Severity.ERROR


def consequence(webhook: Webhook) -> str:
    """What happens to the requests that the webhook should judge, in words."""
    resources = sorted({resource for rule in webhook.rules for resource in rule.resources})
    what = ", ".join(resources[:4]) or "requests"
    if webhook.namespace_selector is not None and webhook.namespace_selector != LabelSelector():
        what += f" in namespaces with {format_selector(webhook.namespace_selector)}"
    return f"{what} pass without being judged" if webhook.failure_policy == "Ignore" else f"requests for {what} are rejected"


def pods_behind(service: Service, inventory: Inventory) -> tuple[Pod, ...]:
    """The pods that a Service selects and that have not ended."""
    pods = inventory.select_labels(Pod, service.namespace, service.spec.selector)
    return tuple(pod for pod in pods if pod.status.phase not in {"Succeeded", "Failed"})


def has_ready_pods(webhook: Webhook, inventory: Inventory) -> bool | None:
    """Whether a pod behind the webhook's Service is ready or may yet be; None when that cannot be told."""
    wanted = webhook.client_config.service
    found = inventory.get(Service, wanted.namespace, wanted.name) if wanted else None
    if not isinstance(found, Found) or not found.object.spec.selector:
        return None
    return any(is_ready(pod) or is_starting(pod, inventory.now) for pod in pods_behind(found.object, inventory))


def judges_own_pods(webhook: Webhook, wanted: WebhookService, inventory: Inventory) -> bool:
    """Whether the webhook must answer before the pods that answer it can be created.

    Only where that is certain: match conditions are not evaluated, and a selector of objects is tried on the pods that are there.
    """
    if webhook.match_conditions or not any(_judges_new_pods(rule.api_groups, rule.resources, rule.operations) for rule in webhook.rules):
        return False
    namespace = inventory.get(Namespace, "", wanted.namespace)
    if not isinstance(namespace, Found):
        return False
    labels = {"kubernetes.io/metadata.name": wanted.namespace, **namespace.object.metadata.labels}
    if webhook.namespace_selector is not None and not selects(webhook.namespace_selector, labels):
        return False
    if webhook.object_selector is None or webhook.object_selector == LabelSelector():
        return True
    service = inventory.get(Service, wanted.namespace, wanted.name)
    pods = pods_behind(service.object, inventory) if isinstance(service, Found) and service.object.spec.selector else ()
    return bool(pods) and all(selects(webhook.object_selector, pod.metadata.labels) for pod in pods)


def _judges_new_pods(groups: tuple[str, ...], resources: tuple[str, ...], operations: tuple[str, ...]) -> bool:
    return (
        not {"", "*"}.isdisjoint(groups) and not {"pods", "*", "*/*"}.isdisjoint(resources) and not {"CREATE", "*"}.isdisjoint(operations)
    )
