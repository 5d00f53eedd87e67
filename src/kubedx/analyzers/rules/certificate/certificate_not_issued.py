"""certificate-not-issued"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.custom_status import fault_of, is_suspended, member, moment, text
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.rules.certificate._issuance import furthest_stage, issuer_of
from kubedx.findings import Effect, Evidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Condition, GroupKind, RawObject, Ref, condition

CERTIFICATE = GroupKind("cert-manager.io", "Certificate")
PATIENCE = timedelta(minutes=10)
"""An order of ACME takes a few minutes, most of them for DNS."""


@rule(
    filter="Certificate",
    on=RawObject,
    severity=Severity.ERROR,
    suffers=Effect.FAILS,
    produces=(Effect.FAILS, Effect.CANNOT_START, Effect.CANNOT_CONNECT),
    added="0.1",
)
def certificate_not_issued(certificate: RawObject, inventory: Inventory) -> Iterator[Outcome]:
    """cert-manager does not get a Certificate issued or renewed.

    ## What it means
    The Certificate is not Ready, or its renewal failed. cert-manager makes a CertificateRequest for it, with ACME an Order and a
    Challenge; the last of these says what really stops it (a DNS record that is not there, a wrong path, a refused account), and is
    quoted. Where the Issuer itself is not ready, or does not exist, that is the cause.
    https://cert-manager.io/docs/troubleshooting/

    ## When it is not reported
    In the first ten minutes of issuing, and while a renewal is at work on a certificate that still holds.

    ## How to fix it
    Act on the last object of the chain: correct the DNS record, the Ingress or the credentials of the Issuer. cert-manager tries again
    by itself; after a failure it waits an hour, which `cmctl renew` cuts short.
    """
    if certificate.kind.group_kind != CERTIFICATE or certificate.metadata.deletion_timestamp is not None or is_suspended(certificate):
        return
    ready, issuing = condition(certificate, "Ready"), condition(certificate, "Issuing")
    expired = _expired(certificate, inventory.now)
    wrong = _wrong(ready, issuing, inventory.now)
    if wrong is None and not expired:
        return
    stage = furthest_stage(certificate, inventory)
    issuer, issuer_words, issuer_evidence = _issuer(certificate, inventory)
    yield Hit(
        message=_headline(expired, wrong) + (issuer_words or (f": {stage.words}" if stage else _own_words(wrong))),
        evidence=(*_evidence(certificate, wrong, expired), *issuer_evidence, *((stage.evidence,) if stage else ())),
        cause=issuer,
        severity=Severity.WARNING if ready is not None and ready.status == "True" and not expired else Severity.ERROR,
        since=wrong.last_transition_time if wrong else expired,
        values={
            "secret": text(certificate.data, "spec", "secretName"),
            "why": stage.why if stage else quoted(wrong.message if wrong else ""),
            "stage": stage.resource.name if stage else "",
            "stage_kind": f"{stage.resource.kind.kind.lower()}.{stage.resource.kind.group}" if stage else "",
            "issuer": issuer.name if issuer else "",
        },
    )


def _wrong(ready: Condition | None, issuing: Condition | None, now: datetime) -> Condition | None:
    if issuing is not None and issuing.status == "False" and issuing.reason == "Failed":
        return issuing
    if ready is None or ready.status == "True":
        return None
    since = ready.last_transition_time
    return ready if since is None or now - since >= PATIENCE else None


def _expired(certificate: RawObject, now: datetime) -> datetime | None:
    end = moment(certificate.data, "status", "notAfter")
    return end if end is not None and end < now else None


def _headline(expired: datetime | None, wrong: Condition | None) -> str:
    if expired:
        return f"certificate has expired at {expired:%Y-%m-%d %H:%M} UTC and is not renewed"
    return "renewal of the certificate fails" if wrong and wrong.type == "Issuing" else "certificate is not issued"


def _own_words(wrong: Condition | None) -> str:
    return f": {quoted(wrong.message)}" if wrong and wrong.message else ""


def _issuer(certificate: RawObject, inventory: Inventory) -> tuple[Ref | None, str, tuple[Evidence, ...]]:
    """The issuer, where it is the cause, with words and evidence."""
    ref, issuer, absent = issuer_of(certificate, inventory)
    if absent:
        words = f": {ref.kind} {ref.name} does not exist"
        return ref, words, (field(certificate, "spec.issuerRef", member(certificate.data, "spec", "issuerRef")),)
    fault = fault_of(issuer, inventory.now) if issuer else None
    return (ref, f": {ref.kind} {ref.name} reports {fault.words}", fault.evidence) if fault else (None, "", ())


def _evidence(certificate: RawObject, wrong: Condition | None, expired: datetime | None) -> Iterator[Evidence]:
    if expired:
        yield field(certificate, "status.notAfter", expired)
    if wrong:
        yield field(certificate, f"status.conditions[{wrong.type}]", f"{wrong.status} {wrong.reason} {wrong.message}".strip())
