"""certificate-renewal-overdue"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.custom_status import moment, text
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.certificate._served import in_days
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import GroupKind, RawObject, conditions

CERTIFICATE = GroupKind("cert-manager.io", "Certificate")
PATIENCE = timedelta(hours=6)
"""An issuer may be slow, and one that failed is asked again an hour later."""


@rule(filter="Certificate", on=RawObject, severity=Severity.WARNING, produces=(Effect.CANNOT_CONNECT,), added="0.1")
def certificate_renewal_overdue(certificate: RawObject, inventory: Inventory) -> Iterator[Outcome]:
    """A Certificate of cert-manager should have been renewed, was not, and nobody says why.

    ## What it means
    `status.renewalTime` has passed long ago, the certificate is still the old one, and its conditions speak of no failure: most often
    cert-manager does not run. Until `status.notAfter` everything works.

    ## When it is not reported
    In the first six hours after the time of renewal, and when the certificate has expired, is not Ready, or its conditions say that the
    renewal failed, which is another finding.

    ## How to fix it
    Look at cert-manager's own pods, and at the newest CertificateRequest of the Certificate.
    """
    if certificate.kind.group_kind != CERTIFICATE or certificate.metadata.deletion_timestamp is not None:
        return
    renewal, expiry = moment(certificate.data, "status", "renewalTime"), moment(certificate.data, "status", "notAfter")
    if renewal is None or expiry is None or inventory.now - renewal < PATIENCE or expiry <= inventory.now:
        return
    if any(one.type in {"Ready", "Issuing"} and one.status == "False" and one.reason != "Issued" for one in conditions(certificate)):
        return
    left = in_days(expiry - inventory.now)
    yield Hit(
        message=f"certificate was due for renewal on {renewal:%Y-%m-%d %H:%M} UTC and was not renewed: it expires in {left}",
        evidence=(
            field(certificate, "status.renewalTime", renewal.isoformat()),
            field(certificate, "status.notAfter", expiry.isoformat()),
        ),
        since=renewal,
        values={"secret": text(certificate.data, "spec", "secretName"), "left": left},
    )
