"""webhook-does-not-answer"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import event, field, quoted
from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.rules.admission._webhooks import BLOCKED, CONFIGURATIONS, Configuration, consequence, has_ready_pods, severity_of
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Event, MutatingWebhook, Pod, Service, ValidatingWebhook, event_count, first_seen, last_seen, pattern_of

RECENT = timedelta(minutes=30)
"""Controllers try again at most a quarter of an hour later; what nobody said since then may be over."""

# The words of apiserver/pkg/admission/plugin/webhook/errors and of Go's crypto/x509, crypto/tls and net.
_FAILS = pattern_of(r'failed calling webhook "(?P<webhook>[^"]+)": (?P<why>.+)$', re.DOTALL)
_OTHERS = pattern_of(r'service "[^"]+" not found|no service port|no endpoints available')
_CLASSES = (
    (pattern_of(r"certificate signed by unknown authority"), "untrusted", "its CA bundle does not trust the certificate that is served"),
    (pattern_of(r"certificate has expired"), "expired", "the certificate that is served, or its CA bundle, has expired"),
    (pattern_of(r"certificate is (?:valid for (?P<names>.+?), not (?P<host>\S+)|not valid for any names)"), "host", ""),
    (pattern_of(r"x509: |tls: "), "tls", "the TLS handshake fails"),
    (pattern_of(r"context deadline exceeded|Client\.Timeout|i/o timeout|request canceled"), "timeout", "it does not answer in time"),
    (pattern_of(r"connection refused"), "refused", "nothing listens on the port"),
    (pattern_of(r"no such host|no route to host|network is unreachable"), "unreachable", "its address cannot be reached"),
    (pattern_of(r"could not find the requested resource|404"), "path", "it knows no such path"),
    (pattern_of(r"an error on the server|internal error|50\d"), "server", "it answers with an error"),
)


class _Failure(msgspec.Struct):
    """What the events say of a webhook: the newest failure, and which objects met it."""

    newest: Event
    why: str
    seen: datetime
    since: datetime
    count: int
    refused: dict[str, None]


@rule(
    on=CONFIGURATIONS,
    consults=(Service, Pod),
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_CONNECT,
    produces=BLOCKED,
    added="0.1",
)
def webhook_does_not_answer(configuration: Configuration, inventory: Inventory) -> Iterator[Outcome]:
    """The API server calls an admission webhook in vain: TLS, time-out, refused connection or wrong path. Its Service and pods are there.

    ## What it means
    Events of rejected objects say how the call fails. With `x509` the certificate and the CA bundle do not belong together, or one of
    them has expired; with a time-out the server is overloaded, or a firewall between control plane and nodes blocks its port (in
    private clusters of clouds usually so); with a path the configuration and the server are of two versions.

    ## When it is not reported
    When nobody met it in the last half hour, and where the Service, its port or its ready pods are missing, which is another finding.

    ## How to fix it
    Act on the class of failure that is named. In an emergency set the failure policy to `Ignore`.
    """
    failures = _failures(inventory)
    for webhook in configuration.webhooks:
        failure = failures.get(webhook.name)
        if failure is None or inventory.now - failure.seen > RECENT or has_ready_pods(webhook, inventory) is False:
            continue
        kind, said = _class_of(failure.why)
        refused = next(iter(failure.refused))
        more = f" and {len(failure.refused) - 1} more" if len(failure.refused) > 1 else ""
        yield Hit(
            message=(
                f'webhook "{webhook.name}" cannot be called: {said}: {quoted(failure.why)}; {consequence(webhook)} '
                f"(failure policy {webhook.failure_policy}), met by {refused}{more}"
            ),
            evidence=(
                event(failure.newest),
                field(configuration, f"webhooks[{webhook.name}].failurePolicy", webhook.failure_policy),
                field(configuration, f"webhooks[{webhook.name}].clientConfig", _address(webhook)),
                *(
                    (field(configuration, f"webhooks[{webhook.name}].timeoutSeconds", webhook.timeout_seconds),)
                    if kind == "timeout"
                    else ()
                ),
            ),
            part=f"webhook {webhook.name}",
            severity=severity_of(webhook),
            since=failure.since,
            error_class=kind,
            values={"webhook": webhook.name, "said": said, "address": _address(webhook), "refused": refused},
        )


def _class_of(why: str) -> tuple[str, str]:
    for pattern, kind, said in _CLASSES:
        match = pattern.search(why)
        if match is not None:
            names = match["names"] if kind == "host" else ""
            host = f"its certificate is for {names}, not for {match['host']}" if names else "its certificate names no host"
            return kind, said or host
    return "other", "the call fails"


def _address(webhook: ValidatingWebhook | MutatingWebhook) -> str:
    config = webhook.client_config
    return f"{config.service.namespace}/{config.service.name}:{config.service.port}{config.service.path}" if config.service else config.url


@once_per_inventory
def _failures(inventory: Inventory) -> dict[str, _Failure]:
    found: dict[str, _Failure] = {}
    for one in inventory.all_events():
        match = _FAILS.search(one.message) if "failed calling webhook" in one.message else None
        seen = last_seen(one)
        if match is None or seen is None or _OTHERS.search(match["why"]):
            continue
        about, since = one.involved_object, first_seen(one) or seen
        refused = f"{about.kind} {about.namespace}/{about.name}" if about.namespace else f"{about.kind} {about.name}"
        known = found.setdefault(match["webhook"], _Failure(one, match["why"], seen, since, 0, {}))
        known.count += event_count(one)
        known.refused[refused] = None
        known.since = min(known.since, since)
        if seen > known.seen:
            known.newest, known.why, known.seen = one, match["why"], seen
    return found
