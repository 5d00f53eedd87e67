"""log-memory-exhausted"""

from collections.abc import Iterator

from kubedx.analyzers import Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.log_classes import MEMORY
from kubedx.analyzers.rules.log._complaints import FILTER, complaints
from kubedx.findings import Confidence, Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Pod


@rule(
    filter=FILTER,
    on=Pod,
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    suffers=Effect.REQUESTS_FAIL,
    produces=(Effect.REQUESTS_FAIL, Effect.CANNOT_CONNECT),
    own_reason=True,
    added="0.1",
)
def log_memory_exhausted(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A container is ready, and its log says again and again that it is out of memory.

    ## What it means
    The program reaches a limit of its own, such as the heap of Java or Node.js, before it reaches that of the container. Requests fail
    while the container runs on.

    ## When it is not reported
    As a fault only while it goes on: several times, up to the end of the log; else for information. Containers that are killed for their
    memory have a rule of their own.

    ## How to fix it
    Raise the heap together with the container's limit, or find what holds the memory.
    """
    for complaint in complaints(pod, inventory, (MEMORY,)):
        limit = complaint.view.container.resources.limits.get("memory")
        told = "" if limit is None else str(limit)
        name = complaint.view.container.name
        yield complaint.hit(
            f"; its memory limit is {told}" if told else "; it has no memory limit",
            evidence=(field(pod, f"spec.containers[{name}].resources.limits.memory", told),) if told else (),
            values={"limit": told},
        )
