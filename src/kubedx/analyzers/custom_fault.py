"""What rules report of a custom resource that says of itself that it fails."""

from kubedx.analyzers.custom_chain import deepest_fault, failing_parent
from kubedx.analyzers.custom_status import fault_of
from kubedx.analyzers.rule import Hit
from kubedx.inventory import Inventory
from kubedx.kube import RawObject


def hit_of(resource: RawObject, inventory: Inventory) -> Hit | None:
    """The fault of a resource, with the last failing one that it depends on; None when it has none, or whoever made it says the same."""
    fault = fault_of(resource, inventory.now)
    if fault is None or failing_parent(resource, inventory) is not None:
        return None
    link = deepest_fault(resource, inventory)
    source = f"; {link.resource.kind.kind} {link.resource.name} reports {link.fault.words}" if link else ""
    return Hit(
        message=f"{resource.kind.kind} reports {fault.words}{source}",
        evidence=(*fault.evidence, *(link.fault.evidence if link else ())),
        cause=link.resource.ref if link and link.referred else None,
        severity=fault.severity,
        since=fault.since,
        values={
            "condition": fault.condition,
            "reason": fault.reason,
            "why": (link.fault.why if link else "") or fault.why,
            "source_kind": link.resource.kind.kind.lower() if link else "",
            "source": link.resource.name if link else "",
            "source_namespace": link.resource.namespace if link else "",
        },
    )
