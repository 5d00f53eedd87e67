"""certificate-renewal-overdue"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.certificate._served import in_days
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import RawObject

PATIENCE = timedelta(hours=6)
"""An issuer may be slow, and one that failed is asked again an hour later."""
GROUP = "cert-manager.io"


@rule(filter="Certificate", on=RawObject, severity=Severity.WARNING, produces=(Effect.CANNOT_CONNECT,), added="0.1")
def certificate_renewal_overdue(resource: RawObject, inventory: Inventory) -> Iterator[Outcome]:
    """A Certificate of cert-manager should have been renewed and was not.

    ## What it means
    `status.renewalTime` has passed long ago and the certificate is still the old one: the issuer refuses, a challenge fails, or
    cert-manager does not run. Until `status.notAfter` everything works; after that clients refuse the connection, and it is an error.

    ## When it is not reported
    In the first six hours after the time of renewal, and for certificates that have not been issued yet.

    ## How to fix it
    Look at the newest CertificateRequest and Order of the Certificate, and at cert-manager's own pods.
    """
    if resource.kind.group != GROUP or resource.kind.kind != "Certificate" or resource.metadata.deletion_timestamp is not None:
        return
    renewal, expiry = _moment(resource, "renewalTime"), _moment(resource, "notAfter")
    if expiry is None or inventory.now - (renewal or expiry) < PATIENCE:
        return
    left = expiry - inventory.now
    gone = left <= timedelta()
    state = f"expired {in_days(-left)} ago" if gone else f"expires in {in_days(left)}"
    secret = resource.data.get("spec", {}).get("secretName") if isinstance(resource.data.get("spec"), dict) else ""
    yield Hit(
        message=f"certificate was due for renewal on {renewal or expiry:%Y-%m-%d %H:%M} UTC and was not renewed: it {state}",
        evidence=(
            *((field(resource, "status.renewalTime", renewal.isoformat()),) if renewal else ()),
            field(resource, "status.notAfter", expiry.isoformat()),
        ),
        severity=Severity.ERROR if gone else Severity.WARNING,
        since=renewal or expiry,
        values={"secret": secret if isinstance(secret, str) else "", "state": state},
    )


def _moment(resource: RawObject, name: str) -> datetime | None:
    """A time of the status; None when it is not there or no time."""
    status = resource.data.get("status")
    text = status.get(name) if isinstance(status, dict) else None
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC) if moment is not None else None
