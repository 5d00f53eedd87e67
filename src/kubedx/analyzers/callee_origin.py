"""Where the address of what is called was written, when the address itself is what is wrong."""

from collections.abc import Iterator

from kubedx.analyzers.callee import Callee
from kubedx.analyzers.configured_in import configured_in
from kubedx.analyzers.log_classes import DNS
from kubedx.analyzers.log_words import Address
from kubedx.analyzers.rule import AskValues
from kubedx.inventory import Inventory
from kubedx.kube import Container, Pod


def is_misaddressed(callee: Callee, error_class: str) -> bool:
    """Whether the address is wrong: no such Service, no such port, or a name outside of the cluster that does not resolve."""
    return "meant" in callee.values or "ports" in callee.values or (not callee.words and error_class == DNS)


def with_origin(  # what is called, and who calls it
    pod: Pod, container: Container, address: Address | None, callee: Callee, error_class: str, inventory: Inventory
) -> Iterator[Callee | AskValues]:
    """The callee, with the ConfigMap or Secret that names it as the cause where the address itself is wrong."""
    found = callee
    if address is not None and callee.cause is None and is_misaddressed(callee, error_class):
        for origin in configured_in(pod, container, address.host, inventory):
            if isinstance(origin, AskValues):
                yield origin
                continue
            found = Callee(
                f"{callee.words}{origin.words}",
                origin.ref,
                (*callee.evidence, origin.evidence),
                {**callee.values, **origin.values},
            )
    yield found
