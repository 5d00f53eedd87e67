"""debug-container-left"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import is_live
from kubedx.analyzers.evidence import field
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import Pod, format_duration

PATIENCE = timedelta(hours=4)
"""A session of somebody who debugs."""


@rule(filter="Pod", on=Pod, severity=Severity.INFO, added="0.1")
def debug_container_left(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """An ephemeral container, as `kubectl debug` adds, still runs long after.

    ## What it means
    Somebody looked into the pod and left the shell open. An ephemeral container cannot be taken out of a pod; it uses memory beyond the
    pod's requests, may have more rights than the pod's own containers, and ends only by itself or with the pod.

    ## When it is not reported
    In the first four hours, and once it has ended.

    ## How to fix it
    End its process (leave the shell), or delete the pod so that its workload makes a new one.
    """
    if not is_live(pod):
        return
    for status in pod.status.ephemeral_container_statuses:
        started = status.state.running.started_at if status.state.running is not None else None
        if started is None or inventory.now - started < PATIENCE:
            continue
        yield Hit(
            message=f'ephemeral container "{status.name}" has run for {format_duration(inventory.now - started)}',
            evidence=(
                field(pod, f"status.ephemeralContainerStatuses[{status.name}].state.running.startedAt", f"{started:%Y-%m-%dT%H:%M:%SZ}"),
                field(pod, f"status.ephemeralContainerStatuses[{status.name}].image", status.image),
            ),
            part=f"container {status.name}",
            since=started,
            values={"image": status.image},
        )
