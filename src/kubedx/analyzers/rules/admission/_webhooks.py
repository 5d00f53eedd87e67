"""The webhooks of a configuration that are served in the cluster."""

from collections.abc import Iterator

from kubedx.findings import Effect, Severity
from kubedx.kube import MutatingWebhook, MutatingWebhookConfiguration, ValidatingWebhook, ValidatingWebhookConfiguration, WebhookService

Configuration = ValidatingWebhookConfiguration | MutatingWebhookConfiguration
CONFIGURATIONS = (ValidatingWebhookConfiguration, MutatingWebhookConfiguration)

BLOCKED = (Effect.CANNOT_BE_CREATED, Effect.FAILS, Effect.UNAVAILABLE)
"""What follows when every request that a webhook judges is refused."""


def served_webhooks(configuration: Configuration) -> Iterator[tuple[ValidatingWebhook | MutatingWebhook, WebhookService]]:
    """Each webhook with the Service that answers it; those behind a URL are left out."""
    for webhook in configuration.webhooks:
        if webhook.client_config.service is not None and webhook.client_config.service.name:
            yield webhook, webhook.client_config.service


def severity_of(webhook: ValidatingWebhook | MutatingWebhook) -> Severity:
    """What it means when the webhook does not answer: with the policy Ignore requests pass unjudged."""
    return Severity.WARNING if webhook.failure_policy == "Ignore" else Severity.ERROR


def consequence(webhook: ValidatingWebhook | MutatingWebhook) -> str:
    """What happens to the requests that the webhook should judge, in words."""
    resources = sorted({resource for rule in webhook.rules for resource in rule.resources})
    what = ", ".join(resources[:4]) or "requests"
    return f"{what} pass without being judged" if webhook.failure_policy == "Ignore" else f"requests for {what} are rejected"
