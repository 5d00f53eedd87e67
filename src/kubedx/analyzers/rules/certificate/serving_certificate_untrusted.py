"""serving-certificate-untrusted"""

from collections.abc import Iterator

from kubedx.analyzers import AskCertificate, Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.certificate._bundles import CALLERS, Bundle, Caller, bundles
from kubedx.findings import Confidence, Effect, Severity
from kubedx.inventory import EdgeKind, Found, Inventory
from kubedx.kube import Certificate, Pod, Secret, Service, certificates_in_bundle

MAX_PODS = 3
"""The pods of a Service mount the same Secret."""


@rule(
    filter="Certificate",
    on=CALLERS,
    reads=(Service, Pod),
    consults=(Secret,),
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    suffers=Effect.CANNOT_CONNECT,
    produces=(Effect.CANNOT_CONNECT, Effect.CANNOT_BE_CREATED, Effect.FAILS, Effect.UNAVAILABLE, Effect.CANNOT_SCALE),
    added="0.1",
)
def serving_certificate_untrusted(caller: Caller, inventory: Inventory) -> Iterator[Outcome]:
    """The certificate of a webhook or extension server was not issued by any CA in the bundle by which the API server trusts it.

    ## What it means
    Every call fails with `x509: certificate signed by unknown authority`. Certificate and bundle are of two renewals: one of the two
    was made anew, the other was not.

    ## When it is not reported
    When the pods behind the Service mount no TLS Secret whose certificate names the Service. On a live cluster only with
    `--read-certificates`. Authorities are compared by their names and key ids; signatures are not checked.

    ## How to fix it
    Write the CA that issued the certificate into the bundle, or have the certificate issued anew by the CA in the bundle.
    """
    for bundle in bundles(caller):
        trusted = certificates_in_bundle(bundle.text)
        if not trusted or not bundle.service or bundle.works:
            continue
        for secret in _mounted(bundle, inventory):
            if secret.certificate is None:
                yield AskCertificate(secret.ref)
            elif (leaf := _serving(secret, bundle)) and not any(_issued(ca, one) for ca in trusted for one in secret.certificate.chain):
                yield _hit(caller, bundle, secret, leaf, trusted)


def _hit(caller: Caller, bundle: Bundle, secret: Secret, leaf: Certificate, trusted: tuple[Certificate, ...]) -> Hit:
    authorities = ", ".join(dict.fromkeys(one.subject for one in trusted[:3]))
    same = leaf.issuer in {one.subject for one in trusted}
    return Hit(
        message=(
            f"{bundle.callee} (service {bundle.service}) serves the certificate in secret {secret.namespace}/{secret.name}, issued by "
            f"{leaf.issuer}{' with another key' if same else ''}; the CA bundle trusts {authorities}"
        ),
        evidence=(
            field(caller, bundle.path, authorities),
            field(secret, "data[tls.crt].issuer", f"{leaf.issuer} (key id {leaf.issuer_key_id})"),
        ),
        part=bundle.part,
        severity=bundle.severity,
        values={
            "callee": bundle.callee,
            "service": bundle.service,
            "path": bundle.path,
            "secret": secret.name,
            "secret_namespace": secret.namespace,
            "issuer": leaf.issuer,
        },
    )


def _mounted(bundle: Bundle, inventory: Inventory) -> Iterator[Secret]:
    """The Secrets with a certificate that the pods behind the Service mount, each once."""
    namespace, _, name = bundle.service.partition("/")
    service = inventory.get(Service, namespace, name)
    if not isinstance(service, Found):
        return
    pods = inventory.select_labels(Pod, namespace, service.object.spec.selector).items[:MAX_PODS]
    targets = dict.fromkeys(edge.target for pod in pods for edge in inventory.edges_from(pod.ref, EdgeKind.MOUNTS))
    for ref in targets:
        found = inventory.get(Secret, namespace, ref.name) if ref.kind == "Secret" else None
        if isinstance(found, Found) and found.object.holds_certificate:
            yield found.object


def _serving(secret: Secret, bundle: Bundle) -> Certificate | None:
    """The certificate of the Secret when it names the Service, so that it must be what is served."""
    namespace, _, name = bundle.service.partition("/")
    leaf = secret.certificate.chain[0] if secret.certificate and secret.certificate.chain else None
    names = {f"{name}.{namespace}.svc", f"*.{namespace}.svc"}
    return leaf if leaf is not None and not names.isdisjoint(leaf.hosts) else None


def _issued(authority: Certificate, certificate: Certificate) -> bool:
    """Whether an authority may have issued a certificate, or is it itself."""
    if authority.public_key == certificate.public_key:
        return True
    keys = {authority.key_id, certificate.issuer_key_id}
    return authority.subject == certificate.issuer and ("" in keys or len(keys) == 1)
