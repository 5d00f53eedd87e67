"""The CA bundles by which the API server trusts those that it calls."""

from collections.abc import Iterator

import msgspec

from kubedx.findings import Severity
from kubedx.kube import APIService, CustomResourceDefinition, MutatingWebhookConfiguration, ValidatingWebhookConfiguration, condition

Caller = ValidatingWebhookConfiguration | MutatingWebhookConfiguration | APIService | CustomResourceDefinition
CALLERS = (ValidatingWebhookConfiguration, MutatingWebhookConfiguration, APIService, CustomResourceDefinition)


class Bundle(msgspec.Struct, frozen=True):
    """A `caBundle` (base64 of PEM), where it stands, and whom it is for. `works` tells that the API server says calls succeed."""

    text: str
    path: str
    part: str
    callee: str
    service: str = ""
    severity: Severity = Severity.ERROR
    works: bool = False


def bundles(caller: Caller) -> Iterator[Bundle]:
    """The bundles of an object that the API server needs, empty ones too."""
    match caller:
        case ValidatingWebhookConfiguration() | MutatingWebhookConfiguration():
            # A webhook without rules is never called.
            for webhook in (one for one in caller.webhooks if one.rules):
                config = webhook.client_config
                yield Bundle(
                    text=config.ca_bundle,
                    path=f"webhooks[{webhook.name}].clientConfig.caBundle",
                    part=f"webhook {webhook.name}",
                    callee=f'webhook "{webhook.name}"',
                    service=f"{config.service.namespace}/{config.service.name}" if config.service else "",
                    severity=Severity.WARNING if webhook.failure_policy == "Ignore" else Severity.ERROR,
                )
        case APIService():
            served_by, available = caller.spec.service, condition(caller, "Available")
            if served_by is not None and not caller.spec.insecure_skip_tls_verify:
                service = f"{served_by.namespace}/{served_by.name}"
                works = available is not None and available.status == "True"
                yield Bundle(caller.spec.ca_bundle, "spec.caBundle", "", "the extension server", service, works=works)
        case CustomResourceDefinition():
            conversion = caller.spec.conversion
            converter = conversion.webhook if conversion and conversion.strategy == "Webhook" else None
            if converter is not None:
                called, path = converter.client_config, "spec.conversion.webhook.clientConfig.caBundle"
                service = f"{called.service.namespace}/{called.service.name}" if called.service else ""
                yield Bundle(called.ca_bundle, path, "", "the conversion webhook", service)
