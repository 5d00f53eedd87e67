"""The certificates that are in use: by which object, for which hosts, out of which Secret."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

import msgspec

from kubedx.analyzers import AskCertificate
from kubedx.analyzers.memo import once_per_inventory
from kubedx.findings import Severity
from kubedx.inventory import EdgeKind, Found, Inventory
from kubedx.kube import Certificate, Gateway, Ingress, RawObject, Ref, Secret, ServedCertificate, format_duration

User = Ingress | Gateway | Secret
USERS = (Ingress, Gateway, Secret)

_TLS = "kubernetes.io/tls"
_CERTIFICATE_NAME = "cert-manager.io/certificate-name"
"""Which Certificate a Secret was made for. https://cert-manager.io/docs/reference/annotations/"""


class Use(msgspec.Struct, frozen=True):
    """A Secret whose certificate somebody serves; `path` is the field that names it, `hosts` those it is served for."""

    secret: Secret
    served: ServedCertificate
    path: str
    hosts: tuple[str, ...] = ()

    @property
    def leaf(self) -> Certificate | None:
        """The server's own certificate."""
        return self.served.chain[0] if self.served.chain else None

    @property
    def told(self) -> str:
        """The Secret and the hosts, in words."""
        hosts = ", ".join(self.hosts[:3])
        return f'certificate in secret "{self.secret.name}"' + (f" for {hosts}" if hosts else "")

    @property
    def values(self) -> dict[str, str]:
        """Words for the playbook."""
        return {"secret": self.secret.name, "secret_namespace": self.secret.namespace, "hosts": ", ".join(self.hosts[:3])}


def uses(user: User, inventory: Inventory) -> Iterator[Use | AskCertificate]:
    """What an Ingress or Gateway serves; of a Secret, itself where pods mount it and neither of the two speaks for it.

    Yields an ask for each certificate that was not read.
    """
    if user.metadata.deletion_timestamp is not None:
        return
    for path, secret, hosts in _named(user, inventory):
        if secret.certificate is not None:
            yield Use(secret, secret.certificate, path, hosts)
        elif secret.holds_certificate:
            yield AskCertificate(secret.ref)


def severity_of(user: User) -> Severity:
    """What a certificate means that clients refuse: what pods do with a mounted one is not known."""
    return Severity.WARNING if isinstance(user, Secret) else Severity.ERROR


def to_change(use: Use, inventory: Inventory) -> Ref:
    """The object to change: cert-manager's Certificate where it made the Secret, else the Secret."""
    name = use.secret.metadata.annotations.get(_CERTIFICATE_NAME, "")
    ref = Ref("cert-manager.io/v1", "Certificate", use.secret.namespace, name)
    return ref if name and isinstance(inventory.find(ref), Found) else use.secret.ref


def in_days(span: timedelta) -> str:
    """A span of time in days, or finer when it is less than two."""
    return f"{span.days} days" if span >= timedelta(days=2) else format_duration(span)


READ = (RawObject,)
"""What `to_change` looks up."""


def _named(user: User, inventory: Inventory) -> Iterator[tuple[str, Secret, tuple[str, ...]]]:
    if isinstance(user, Secret):
        is_told = user.certificate is not None or user.holds_certificate
        if is_told and user.type == _TLS and _is_mounted_only(inventory, user.ref):
            yield "data[tls.crt]", user, ()
        return
    for path, ref, hosts in _of_ingress(user) if isinstance(user, Ingress) else _of_gateway(user):
        found = inventory.get(Secret, ref.namespace, ref.name)
        if isinstance(found, Found):
            yield path, found.object, hosts


def _of_ingress(ingress: Ingress) -> Iterator[tuple[str, Ref, tuple[str, ...]]]:
    for number, tls in enumerate(ingress.spec.tls):
        if tls.secret_name:
            yield f"spec.tls[{number}].secretName", Secret.KIND.ref(ingress.namespace, tls.secret_name), _real(tls.hosts)


def _of_gateway(gateway: Gateway) -> Iterator[tuple[str, Ref, tuple[str, ...]]]:
    for listener in gateway.spec.listeners:
        refs = listener.tls.certificate_refs if listener.tls and listener.tls.mode != "Passthrough" else ()
        # A listener with several certificates picks by the name that the client sends.
        hosts = _real((listener.hostname,)) if len(refs) == 1 else ()
        for number, one in enumerate(refs):
            if one.kind == "Secret" and one.group in {"", "core"}:
                path = f"spec.listeners[{listener.name}].tls.certificateRefs[{number}].name"
                yield path, Secret.KIND.ref(one.namespace or gateway.namespace, one.name), hosts


def _real(hosts: Iterable[str]) -> tuple[str, ...]:
    return tuple(host for host in hosts if host and host != "*")


@once_per_inventory
def _is_mounted_only(inventory: Inventory, secret: Ref) -> bool:
    edges = inventory.edges_to(secret, EdgeKind.MOUNTS, EdgeKind.USES)
    return any(edge.kind is EdgeKind.MOUNTS for edge in edges) and not any(edge.source.kind in {"Ingress", "Gateway"} for edge in edges)
