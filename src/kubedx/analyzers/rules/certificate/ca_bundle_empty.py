"""ca-bundle-empty"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.certificate._bundles import CALLERS, Caller, bundles
from kubedx.analyzers.starting import is_ready
from kubedx.findings import Confidence, Effect, Severity
from kubedx.inventory import Found, Inventory
from kubedx.kube import Pod, Service, certificates_in_bundle

PATIENCE = timedelta(minutes=5)
"""An injector fills the bundle in a moment after the object is made."""


@rule(
    filter="Certificate",
    on=CALLERS,
    reads=(Service, Pod),
    severity=Severity.WARNING,
    confidence=Confidence.POSSIBLE,
    suffers=Effect.CANNOT_CONNECT,
    produces=(Effect.CANNOT_CONNECT, Effect.CANNOT_BE_CREATED, Effect.FAILS),
    added="0.1",
)
def ca_bundle_empty(caller: Caller, inventory: Inventory) -> Iterator[Outcome]:
    """A webhook or extension server inside the cluster has no CA bundle, so the API server trusts only public authorities for it.

    ## What it means
    No public authority signs certificates for names such as `hooks.policy.svc`, so calls fail with `x509: certificate signed by unknown
    authority`. Usually whoever should fill the bundle in (cert-manager's cainjector, an operator's certificate job) does not run.

    ## When it is not reported
    In the first five minutes, for servers behind a URL, where the Service is not there or has no ready pod (other findings), for an
    APIService that is available or skips the check, and for conversion webhooks, which few resources need.

    ## How to fix it
    Fill the bundle with the CA of the server's certificate, or repair the injector.
    """
    created = caller.metadata.creation_timestamp
    if created is None or inventory.now - created < PATIENCE or caller.metadata.deletion_timestamp is not None:
        return
    for bundle in bundles(caller):
        namespace, _, name = bundle.service.partition("/")
        if not name or bundle.works or "conversion" in bundle.path or certificates_in_bundle(bundle.text) != ():
            continue
        found = inventory.get(Service, namespace, name)
        if isinstance(found, Found) and any(map(is_ready, inventory.select_labels(Pod, namespace, found.object.spec.selector))):
            yield Hit(
                message=f"{bundle.callee} (service {bundle.service}) has no CA bundle: only public authorities are trusted for it",
                evidence=(field(caller, bundle.path, ""),),
                part=bundle.part,
                since=created,
                values={"callee": bundle.callee, "service": bundle.service, "path": bundle.path},
            )
