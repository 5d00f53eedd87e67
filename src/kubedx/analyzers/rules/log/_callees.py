"""What a ready container calls, as its log names it."""

import re

from kubedx.analyzers.addresses import service_of
from kubedx.analyzers.callee import workload_behind
from kubedx.analyzers.log_words import Address
from kubedx.analyzers.rules.log._complaints import complaint_of, ready_logs
from kubedx.findings import Severity
from kubedx.inventory import EdgeKind, Found, Inventory
from kubedx.kube import Pod, Ref, Service, pattern_of

_NAME = pattern_of(r"[a-z][\w-]*(?:\.[\w-]+)+", re.IGNORECASE)


def is_outside(address: Address, pod: Pod, inventory: Inventory) -> bool:
    """Whether a host is a name that the cluster's DNS does not make."""
    return _NAME.fullmatch(address.host) is not None and service_of(address.host, pod.namespace, inventory) is None


def complaining_behind(service: Ref, inventory: Inventory, error_class: str = "") -> Ref | None:
    """The only workload behind a Service, where the log of a ready pod complains to the present too: of that class or of anything."""
    behind = workload_behind(service, inventory)
    targets = {edge.target for edge in inventory.edges_from(service, EdgeKind.SELECTS)} if behind is not None else set()
    found = (inventory.find(ref) for ref in sorted(targets) if ref.kind == Pod.KIND.kind)
    pods = (one.object for one in found if isinstance(one, Found) and isinstance(one.object, Pod))
    return behind if any(_complains(pod, error_class, inventory) for pod in pods) else None


def complaining_callee(pod: Pod, inventory: Inventory, error_class: str = "") -> Ref | None:
    """Of what a program calls the only workload whose log complains to the present too."""
    full = {behind for ref in _called(pod, inventory) if (behind := complaining_behind(ref, inventory, error_class)) is not None}
    return next(iter(full)) if len(full) == 1 else None


def _called(pod: Pod, inventory: Inventory) -> set[Ref]:
    """The Services that a pod's workload calls."""
    sources = (inventory.top_owner_of(pod.ref), pod.ref)
    return {edge.target for source in sources for edge in inventory.edges_from(source, EdgeKind.CALLS)}


def _complains(pod: Pod, error_class: str, inventory: Inventory) -> bool:
    judged = (
        complaint_of(pod, view, error, told, inventory.now)
        for view, told in ready_logs(pod, inventory)
        for error in told.errors
        if not error_class or error.error_class == error_class
    )
    return any(one is not None and one.goes_on and one.severity is not Severity.INFO for one in judged)


def service_called(pod: Pod, line: str, inventory: Inventory) -> Service | None:
    """The only Service that a workload calls and whose name an error line holds as a word, where the line holds no address."""
    named = [ref for ref in _called(pod, inventory) if re.search(rf"(?<![\w.-]){re.escape(ref.name)}(?![\w-])", line, re.IGNORECASE)]
    found = inventory.find(named[0]) if len(named) == 1 else None
    return found.object if isinstance(found, Found) and isinstance(found.object, Service) else None
