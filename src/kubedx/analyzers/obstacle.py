"""What stands between a pod and an address that its log says it does not reach, where what is behind the address seems well."""

import msgspec

from kubedx.analyzers.callee import Callee
from kubedx.analyzers.log_classes import DNS
from kubedx.analyzers.log_words import Address
from kubedx.analyzers.reachability import Break, first_break, name_break, workload_at
from kubedx.inventory import Inventory
from kubedx.kube import KubeObject, Pod, Service

SAID = frozenset({"meant", "ports"})
"""Words of a callee by which a wrong name or port is told already."""


def with_obstacle(pod: Pod, address: Address, callee: Callee, error_class: str, inventory: Inventory) -> Callee:
    """The callee, with the first broken hop of the way to it; unchanged where the callee is itself at fault, or all hops hold.

    A rule that uses it declares `REACHABILITY`.
    """
    if callee.cause is not None or SAID & callee.values.keys():
        return callee
    found = _break(pod, address, callee, error_class, inventory)
    if found is None:
        return callee
    return msgspec.structs.replace(
        callee,
        words=f"{callee.words}; {found.words}",
        cause=found.at if found.sure else None,
        evidence=(*callee.evidence, *found.evidence),
        values={**callee.values, "hop": found.hop.value},
    )


def _break(pod: Pod, address: Address, callee: Callee, error_class: str, inventory: Inventory) -> Break | None:
    caller = _caller(pod, inventory)
    if error_class == DNS:
        return name_break(caller, inventory)
    name, namespace = callee.values.get("service"), callee.values.get("service_namespace")
    if not name or not namespace:
        return None
    # The name has been resolved, or the error would be another.
    ports = (address.port,) if address.port else ()
    return first_break(caller, Service.KIND.ref(namespace, name), inventory, ports=ports, by_name=False)


def _caller(pod: Pod, inventory: Inventory) -> KubeObject:
    return workload_at(inventory.top_owner(pod), inventory) or pod
