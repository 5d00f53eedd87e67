"""container-completes"""

from collections.abc import Iterator

from kubedx.analyzers import AskLog, Outcome, rule
from kubedx.analyzers.container_state import is_well, label
from kubedx.analyzers.crashes import Kind, crashes
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import CronJob, Job, Pod


@rule(
    filter="Pod",
    on=Pod,
    consults=(Job, CronJob),
    severity=Severity.ERROR,
    suffers=Effect.CRASHES,
    produces=WITHOUT_PODS,
    unless=is_well,
    added="0.1",
)
def container_completes(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A container ends by itself without an error, and is restarted again and again.

    ## What it means
    The command does its work and ends with exit code 0, but the pod's restart policy is Always: the kubelet takes every end for a failure
    (CrashLoopBackOff). Either it is a task that belongs into a Job, or a server that goes into the background.

    ## When it is not reported
    For pods of Jobs, and for containers that a liveness or startup probe ended.

    ## How to fix it
    Run a task as a Job or CronJob. Start a server in the foreground, and do not override the image's command with one that ends.
    """
    for crash in crashes(pod, inventory, Kind.COMPLETES):
        if isinstance(crash, AskLog):
            yield crash
            continue
        command = " ".join((*crash.view.container.command, *crash.view.container.args))
        told = f'its command "{command[:120]}"' if command else "its image's command"
        restarts = f"{crash.restarts} times so far" if crash.restarts != 1 else "once so far"
        yield crash.hit(
            f"{label(crash.view)} ends by itself with exit code 0 and is restarted ({restarts}): {told} does not keep running",
            error_class="completes",
            values={"command": command[:120]},
        )
