"""What a ready container calls, as its log names it."""

import re
from collections.abc import Iterator

from kubedx.analyzers.addresses import service_of
from kubedx.analyzers.callee import Callee
from kubedx.analyzers.log_words import Address
from kubedx.analyzers.rule import AskLog
from kubedx.analyzers.starting import is_ready
from kubedx.inventory import EdgeKind, Found, Inventory, Unknown
from kubedx.kube import LogKey, Pod, Service, pattern_of

_NAME = pattern_of(r"[a-z][\w-]*(?:\.[\w-]+)+", re.IGNORECASE)


def is_outside(address: Address, pod: Pod, inventory: Inventory) -> bool:
    """Whether a host is a name that the cluster's DNS does not make."""
    return _NAME.fullmatch(address.host) is not None and service_of(address.host, pod.namespace, inventory) is None


def callee_log(callee: Callee, inventory: Inventory) -> Iterator[AskLog]:
    """Ask for the log of a pod behind a Service that is complained of: it may say why."""
    found = inventory.get(Service, callee.values.get("service_namespace", ""), callee.values["service"])
    if not isinstance(found, Found):
        return
    pods = inventory.select_labels(Pod, found.object.namespace, found.object.spec.selector) if found.object.spec.selector else ()
    for pod in sorted((pod for pod in pods if is_ready(pod)), key=lambda one: one.name)[:1]:
        for container in pod.spec.containers:
            if inventory.log(pod.ref, container.name) == Unknown(""):
                yield AskLog(LogKey(pod.ref, container.name))


def service_called(pod: Pod, line: str, inventory: Inventory) -> Service | None:
    """The only Service that a workload calls and whose name an error line holds as a word, where the line holds no address."""
    caller = inventory.top_owner_of(pod.ref)
    called = {edge.target for source in (caller, pod.ref) for edge in inventory.edges_from(source, EdgeKind.CALLS)}
    named = [ref for ref in called if re.search(rf"(?<![\w.-]){re.escape(ref.name)}(?![\w-])", line, re.IGNORECASE)]
    found = inventory.find(named[0]) if len(named) == 1 else None
    return found.object if isinstance(found, Found) and isinstance(found.object, Service) else None
