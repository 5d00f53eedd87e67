"""Admission webhooks that nobody answers: what they judge is refused, in the words of k8s.io/apiserver."""

from collections.abc import Iterator

from kubedx.analyzers import is_ready, is_starting
from kubedx.inventory import Absent, Found, Inventory
from kubedx.kube import (
    KubeObject,
    LabelSelector,
    MutatingWebhook,
    MutatingWebhookConfiguration,
    Namespace,
    Pod,
    Service,
    ValidatingWebhook,
    ValidatingWebhookConfiguration,
    selects,
)

_Webhook = ValidatingWebhook | MutatingWebhook


def webhook_refusal(obj: KubeObject, operation: str, inventory: Inventory) -> str:
    """Why a webhook keeps an object out; empty when none certainly does. `operation` is CREATE or UPDATE."""
    for webhook in _webhooks(inventory):
        why = _silence(webhook, inventory) if _judges(webhook, obj, operation, inventory) else ""
        if why:
            return f'Internal error occurred: failed calling webhook "{webhook.name}": failed to call webhook: {why}'
    return ""


def _webhooks(inventory: Inventory) -> Iterator[_Webhook]:
    """Those without whose answer a request fails."""
    configurations: tuple[ValidatingWebhookConfiguration | MutatingWebhookConfiguration, ...] = (
        *inventory.list(MutatingWebhookConfiguration),
        *inventory.list(ValidatingWebhookConfiguration),
    )
    return (webhook for configuration in configurations for webhook in configuration.webhooks if webhook.failure_policy != "Ignore")


def _judges(webhook: _Webhook, obj: KubeObject, operation: str, inventory: Inventory) -> bool:
    """Whether a webhook certainly judges an object. Conditions in CEL are not evaluated."""
    kind = obj.kind
    named = any(
        {kind.group, "*"} & {*rule.api_groups} and {kind.plural, "*", "*/*"} & {*rule.resources} and {operation, "*"} & {*rule.operations}
        for rule in webhook.rules
    )
    if not named or webhook.match_conditions or not selects(webhook.object_selector or LabelSelector(), obj.metadata.labels):
        return False
    wanted = webhook.namespace_selector or LabelSelector()
    if not obj.namespace or wanted == LabelSelector():
        return True
    space = inventory.get(Namespace, "", obj.namespace)
    labels = {"kubernetes.io/metadata.name": obj.namespace, **space.object.metadata.labels} if isinstance(space, Found) else None
    return labels is not None and selects(wanted, labels)


def _silence(webhook: _Webhook, inventory: Inventory) -> str:
    """Why nobody answers a webhook; empty when somebody does, or that is not known."""
    wanted = webhook.client_config.service
    if wanted is None:
        return ""
    match inventory.get(Service, wanted.namespace, wanted.name):
        case Absent():
            return f'service "{wanted.name}" not found'
        case Found(service) if service.spec.selector and inventory.known(Pod, wanted.namespace):
            pods = inventory.select_labels(Pod, service.namespace, service.spec.selector)
            answered = any(is_ready(pod) or is_starting(pod, inventory.now) for pod in pods)
            return "" if answered else f'no endpoints available for service "{wanted.name}"'
        case _:
            return ""
