"""The way of a certificate through cert-manager: CertificateRequest, Order, Challenge.

https://cert-manager.io/docs/troubleshooting/acme/
"""

from typing import NamedTuple

from kubedx.analyzers.custom_status import text
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.memo import once_per_inventory
from kubedx.findings import Evidence
from kubedx.inventory import Absent, Found, Inventory
from kubedx.kube import RawObject, Ref, condition

_CHAIN = ("CertificateRequest", "Order", "Challenge")
_GROUPS = frozenset({"cert-manager.io", "acme.cert-manager.io"})
_WHOLE = frozenset({"CertificateRequest", "Order", "Challenge", "Certificate"})


class Stage(NamedTuple):
    """An object on the way that is not done, and what it says stops it."""

    resource: RawObject
    why: str
    evidence: Evidence

    @property
    def words(self) -> str:
        """As the end of a sentence."""
        return f"{self.resource.kind.kind} {self.resource.name}: {self.why}"


def furthest_stage(certificate: RawObject, inventory: Inventory) -> Stage | None:
    """The furthest object of the newest request that says why it is not done."""
    found, here = None, [certificate]
    for _kind in _CHAIN:
        below = [child for one in here for child in _children(inventory).get((one.kind.kind, one.namespace, one.name), ())]
        if not below:
            break
        newest = max(below, key=lambda one: (str(one.metadata.creation_timestamp), one.name))
        here = [newest] if newest.kind.kind == "CertificateRequest" else below
        found = next((stage for one in here if (stage := _stage(one))), found)
    return found


def issuer_of(certificate: RawObject, inventory: Inventory) -> tuple[Ref, RawObject | None, bool]:
    """The issuer's ref, the issuer where it is at hand, and whether it certainly does not exist."""
    spec = ("spec", "issuerRef")
    kind = text(certificate.data, *spec, "kind") or "Issuer"
    group = text(certificate.data, *spec, "group") or "cert-manager.io"
    namespace = "" if kind.startswith("Cluster") else certificate.namespace
    ref = Ref(f"{group}/v1", kind, namespace, text(certificate.data, *spec, "name"))
    found = inventory.find(ref)
    issuer = found.object if isinstance(found, Found) and isinstance(found.object, RawObject) else None
    return ref, issuer, bool(ref.name) and isinstance(found, Absent)


def _stage(resource: RawObject) -> Stage | None:
    if resource.kind.kind == "CertificateRequest":
        one = next((one for name in ("Denied", "InvalidRequest") if (one := condition(resource, name)) and one.status == "True"), None)
        one = one or condition(resource, "Ready")
        stopped = one is not None and one.message and (one.type != "Ready" or one.status != "True")
        return (
            Stage(resource, quoted(one.message), field(resource, f"status.conditions[{one.type}]", one.message))
            if one and stopped
            else None
        )
    state, why = text(resource.data, "status", "state"), text(resource.data, "status", "reason")
    if state in {"valid", "ready", "processing"} or not (state or why):
        return None
    if not why and state == "pending":
        return None
    return Stage(resource, quoted(why or f"state {state}"), field(resource, "status.reason" if why else "status.state", why or state))


@once_per_inventory
def _children(inventory: Inventory) -> dict[tuple[str, str, str], list[RawObject]]:
    """The objects of cert-manager by the kind, namespace and name of each of their owners."""
    found: dict[tuple[str, str, str], list[RawObject]] = {}
    for one in inventory.list(RawObject):
        if one.kind.group in _GROUPS and one.kind.kind in _WHOLE:
            for owner in one.metadata.owner_references:
                found.setdefault((owner.kind, one.namespace, owner.name), []).append(one)
    return found
