"""What rules report of a custom resource that says of itself that it fails."""

from kubedx.analyzers.custom_chain import deepest_fault, failing_parent
from kubedx.analyzers.custom_manners import manners_of
from kubedx.analyzers.custom_status import BUSY_PATIENCE, Fault, fault_of
from kubedx.analyzers.rule import Hit
from kubedx.inventory import Inventory
from kubedx.kube import RawObject


def hit_of(resource: RawObject, inventory: Inventory) -> Hit | None:
    """The fault of a resource, with the last failing one that it depends on; None when it has none, or whoever made it says the same."""
    fault = fault_of(resource, inventory.now)
    if fault is None or failing_parent(resource, inventory) is not None:
        return None
    link = deepest_fault(resource, inventory)
    if link is None and _waits_its_turn(fault, inventory):
        return None
    source = f"; {link.resource.kind.kind} {link.resource.name} reports {link.fault.words}" if link else ""
    return Hit(
        message=f"{resource.kind.kind} reports {fault.words}{source}",
        evidence=(*fault.evidence, *(link.fault.evidence if link else ())),
        cause=link.resource.ref if link and link.referred else None,
        own_reason=True if link is None and _is_its_own(resource, fault) else None,
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


def _is_its_own(resource: RawObject, fault: Fault) -> bool:
    """Whether what deploys others fails for a reason that is not in these."""
    of_parts = manners_of(resource.kind.group_kind).of_parts
    return of_parts is not None and of_parts.search(f"{fault.reason} {fault.why}") is None


def _waits_its_turn(fault: Fault, inventory: Inventory) -> bool:
    """Whether a resource of Flux only waits for another that is there, not ready yet, and not at fault."""
    waits = fault.reason == "DependencyNotReady" and "is not ready" in fault.why
    return waits and fault.since is not None and inventory.now - fault.since < BUSY_PATIENCE
