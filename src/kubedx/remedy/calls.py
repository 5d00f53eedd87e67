"""Calls that lead nowhere, as far as specs tell: a Service that does not exist, or a port that it does not have.

The rules tell of a call once it is seen to fail. Before anything runs, in a forecast, nothing is seen; here it is worked out.
"""

from collections.abc import Iterable, Iterator

import msgspec

from kubedx.analyzers import Address, addresses, describe_nearest, has_own_names, nearest_objects, service_of
from kubedx.inventory import Absent, Found, Inventory
from kubedx.kube import KubeObject, Ref, Service, pod_spec

HEADLESS = "None"


class DeadCall(msgspec.Struct, frozen=True):
    """An address in a workload that leads nowhere, and why, in a clause."""

    address: Address
    why: str


def dead_calls(workload: KubeObject, inventory: Inventory) -> Iterator[DeadCall]:
    """The calls of a workload that lead nowhere; none where its pods resolve names in a way that is not known here."""
    spec = pod_spec(workload)
    if spec is None or has_own_names(spec):
        return
    for address in addresses(spec, workload.namespace, inventory):
        wanted = service_of(address.host, workload.namespace, inventory)
        why = _why(wanted, address, inventory) if wanted is not None else ""
        if why:
            yield DeadCall(address, why)


def _why(wanted: Ref, address: Address, inventory: Inventory) -> str:
    match inventory.find(wanted):
        case Absent():
            near = describe_nearest(nearest_objects(inventory, Service, wanted.namespace, wanted.name), wanted.namespace)
            return f'service "{wanted.name}" does not exist in namespace "{wanted.namespace}"{near}'
        case Found(Service() as service) if address.port is not None and not _serves(service, address.port):
            return f'service "{service.name}" has no port {address.port}: it has {", ".join(str(one.port) for one in service.spec.ports)}'
        case _:
            return ""


def _serves(service: Service, port: int) -> bool:
    spec = service.spec
    return spec.type == "ExternalName" or spec.cluster_ip == HEADLESS or not spec.ports or any(one.port == port for one in spec.ports)


def call_doubts(applied: Iterable[KubeObject], present: Inventory, foreseen: Inventory) -> tuple[str, ...]:
    """A sentence for each call of what is applied that would lead nowhere, and does not do so already."""
    told = []
    for one in applied:
        before = present.find(one.ref)
        known = {_place(call) for call in dead_calls(before.object, present)} if isinstance(before, Found) else set()
        told += [
            f'{one.ref}: container "{call.address.container}" calls {call.address.text} ({call.address.source}), but {call.why}'
            for call in dead_calls(one, foreseen)
            if _place(call) not in known
        ]
    return tuple(told)


def _place(call: DeadCall) -> tuple[str, str]:
    return call.address.container, call.address.text
