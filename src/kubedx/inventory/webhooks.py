"""The webhooks of both kinds of configurations."""

from collections.abc import Iterator

from kubedx.inventory.snapshot import Snapshot
from kubedx.kube import MutatingWebhook, MutatingWebhookConfiguration, Ref, ValidatingWebhook, ValidatingWebhookConfiguration

Webhook = MutatingWebhook | ValidatingWebhook


def webhooks(snapshot: Snapshot) -> Iterator[tuple[Ref, tuple[Webhook, ...]]]:
    """The webhooks of each configuration."""
    for mutating in snapshot.objects(MutatingWebhookConfiguration):
        yield mutating.ref, mutating.webhooks
    for validating in snapshot.objects(ValidatingWebhookConfiguration):
        yield validating.ref, validating.webhooks
