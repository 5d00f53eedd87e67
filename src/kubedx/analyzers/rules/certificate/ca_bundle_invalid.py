"""ca-bundle-invalid"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.certificate._bundles import CALLERS, Bundle, Caller, bundles
from kubedx.findings import Confidence, Effect, Evidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Certificate, certificates_in_bundle


@rule(
    filter="Certificate",
    on=CALLERS,
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_CONNECT,
    produces=(
        Effect.CANNOT_CONNECT,
        Effect.CANNOT_BE_CREATED,
        Effect.FAILS,
        Effect.UNAVAILABLE,
        Effect.CANNOT_SCALE,
        Effect.CANNOT_BE_DELETED,
    ),
    added="0.1",
)
def ca_bundle_invalid(caller: Caller, inventory: Inventory) -> Iterator[Outcome]:
    """The API server cannot trust a webhook or extension server: the CA bundle for it is no certificate, or has expired.

    ## What it means
    The API server checks the certificate of a webhook, a conversion webhook or an aggregated API by the `caBundle` beside its address.
    With none that is valid every call fails. With the failure policy `Fail` everything that the webhook should judge is rejected. Most
    often the one who renewed the certificate did not renew the bundle.

    ## When it is not reported
    When one certificate of the bundle is valid, and where the API server says that the calls succeed. An empty bundle is another
    finding.

    ## How to fix it
    Write the present CA into the bundle, or let cert-manager's cainjector (annotation `cert-manager.io/inject-ca-from`) or the operator
    that owns the object do it.
    """
    for bundle in bundles(caller):
        certificates = certificates_in_bundle(bundle.text)
        if certificates is None:
            yield _hit(caller, bundle, "is no certificate in PEM form", field(caller, bundle.path, bundle.text[:80]))
        elif certificates and not bundle.works and all(not _is_valid(one, inventory) for one in certificates):
            last = max(certificates, key=lambda one: one.not_after)
            late = last.not_after <= inventory.now
            when = f"expired on {last.not_after:%Y-%m-%d %H:%M} UTC" if late else f"is valid only from {last.not_before:%Y-%m-%d %H:%M} UTC"
            evidence = field(caller, bundle.path, f"{last.subject}, {last.not_before.isoformat()} to {last.not_after.isoformat()}")
            yield _hit(caller, bundle, f"{when} ({last.subject})", evidence, last if late else None)


def _is_valid(certificate: Certificate, inventory: Inventory) -> bool:
    return certificate.not_before <= inventory.now < certificate.not_after


def _hit(caller: Caller, bundle: Bundle, wrong: str, evidence: Evidence, expired: Certificate | None = None) -> Hit:
    behind = f" (service {bundle.service})" if bundle.service else ""
    return Hit(
        message=f"the CA bundle by which the API server trusts {bundle.callee}{behind} {wrong}",
        evidence=(evidence, *((field(caller, "spec.service", bundle.service),) if bundle.service and not bundle.part else ())),
        part=bundle.part,
        severity=bundle.severity,
        confidence=Confidence.CERTAIN,
        since=expired.not_after if expired else None,
        values={"callee": bundle.callee, "service": bundle.service, "path": bundle.path, "wrong": wrong},
    )
