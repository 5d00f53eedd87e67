"""sidecar-keeps-job-running"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import is_live
from kubedx.analyzers.evidence import field
from kubedx.findings import Confidence, Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import ContainerRole, Pod, container_statuses, format_duration

PATIENCE = timedelta(minutes=2)


@rule(
    filter="Pod",
    on=Pod,
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    produces=(Effect.FAILS, Effect.UNAVAILABLE),
    added="0.1",
)
def sidecar_keeps_job_running(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """The work of a Job's pod is done, but another container of it keeps running, so that the Job never completes.

    ## What it means
    A pod of a Job ends when all of its containers have. One has ended without an error; another, a proxy or an agent, runs on.

    ## When it is not reported
    For real sidecars (init containers with `restartPolicy: Always`), which end with the pod, and in the first two minutes.

    ## How to fix it
    Make the helper a real sidecar, or let it end when the work is done.
    """
    owner = pod.metadata.controller
    if owner is None or owner.kind != "Job" or not is_live(pod):
        return
    views = [view for view in container_statuses(pod) if view.role is ContainerRole.APP and view.status is not None]
    done = [(view, end) for view in views if view.status and (end := view.status.state.terminated) is not None]
    running = [view for view in views if view.status and view.status.state.running is not None]
    if not done or not running or any(end.exit_code for _, end in done):
        return
    last = max((end.finished_at for _, end in done if end.finished_at is not None), default=None)
    if last is None or inventory.now - last < PATIENCE:
        return
    name, finished = running[0].container.name, done[0][0].container.name
    ago = format_duration(inventory.now - last)
    yield Hit(
        message=f'container "{name}" still runs, {ago} after container "{finished}" has done its work: the job does not end',
        evidence=(
            field(pod, f"{done[0][0].path}.state.terminated.reason", done[0][1].reason or "Completed"),
            field(pod, f"{running[0].path}.state.running", "running"),
        ),
        part=f"container {name}",
        since=last,
        values={"container": name, "finished": finished},
    )
