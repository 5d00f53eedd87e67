"""container-oom-killed"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import ending_since, is_well, label, last_end, part, suspect_containers, waiting_for
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field
from kubedx.analyzers.job_pods import job_severity
from kubedx.analyzers.starting import is_ready
from kubedx.findings import Effect, Evidence, Severity
from kubedx.inventory import Found, Inventory
from kubedx.kube import ContainerStateTerminated, ContainerView, CronJob, Job, Node, Pod, container_statuses, format_duration

OOM = "OOMKilled"
FRESH = timedelta(hours=24)
"""How long a container that was killed once and runs again is worth a warning."""


@rule(
    filter="Pod",
    on=Pod,
    consults=(Node, Job, CronJob),
    severity=Severity.ERROR,
    suffers=Effect.CRASHES,
    produces=WITHOUT_PODS,
    own_reason=True,
    unless=is_well,
    added="0.1",
)
def container_oom_killed(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A container was killed because it used more memory than its limit.

    ## What it means
    The kernel killed the program (OOMKilled, exit code 137): it reached the container's memory limit, or, where it has none, the node ran
    out of memory. It is an error while the container does not run, a warning for a day once it runs again.

    ## When it is not reported
    For exit code 137 without the reason OOMKilled, which is a kill by a probe or a drain, and for Jobs that have succeeded.

    ## How to fix it
    Raise `resources.limits.memory` to what the program needs, or make it use less: many runtimes must be told the limit.
    """
    failed = pod.status.phase == "Failed" and pod.metadata.deletion_timestamp is None
    for view in container_statuses(pod) if failed else suspect_containers(pod):
        end = last_end(view)
        severity = _severity(pod, view, end[1], inventory) if end is not None and end[1].reason == OOM else None
        if end is None or severity is None or view.status is None:
            continue
        limit = str(view.container.resources.limits.get("memory", ""))
        restarts = view.status.restart_count
        why = f"{_why(limit, pod, inventory)}{_when(pod, end[1], inventory)}"
        yield Hit(
            message=f"{label(view)} was killed for lack of memory (OOMKilled){_times(restarts)}: {why}",
            evidence=(
                field(pod, f"{end[0]}.reason", end[1].reason),
                field(pod, f"{end[0]}.exitCode", end[1].exit_code),
                field(pod, f"{view.path}.restartCount", restarts),
                *_limit_evidence(pod, view, limit),
            ),
            part=part(view),
            severity=severity,
            since=ending_since(pod, view, end[1], inventory),
            error_class="oom",
            values={"container": view.container.name, "limit": limit, "restarts": str(restarts)},
        )


def _severity(pod: Pod, view: ContainerView, end: ContainerStateTerminated, inventory: Inventory) -> Severity | None:
    owner = pod.metadata.controller
    if owner is not None and owner.kind == Job.KIND.kind:
        return job_severity(pod, view.status.restart_count if view.status else 0, inventory)
    if pod.status.phase == "Failed":
        return Severity.ERROR if owner is None else None
    if waiting_for(view)[0] or (view.status is not None and view.status.state.terminated is not None) or not is_ready(pod):
        return Severity.ERROR
    return Severity.WARNING if end.finished_at is None or inventory.now - end.finished_at < FRESH else Severity.INFO


def _times(restarts: int) -> str:
    return f", {restarts} restarts" if restarts > 1 else ", 1 restart" if restarts else ""


def _why(limit: str, pod: Pod, inventory: Inventory) -> str:
    if limit:
        return f"its memory limit is {limit}"
    match inventory.get(Node, "", pod.spec.node_name):
        case Found(object=node) if "memory" in node.status.allocatable:
            return f'it has no memory limit, and node "{node.name}" has {node.status.allocatable["memory"]}'
        case _:
            return "it has no memory limit of its own"


def _when(pod: Pod, end: ContainerStateTerminated, inventory: Inventory) -> str:
    if not is_ready(pod) or end.finished_at is None:
        return ""
    return f"; it runs again since, the last time was {format_duration(inventory.now - end.finished_at)} ago"


def _limit_evidence(pod: Pod, view: ContainerView, limit: str) -> tuple[Evidence, ...]:
    group = "initContainers" if "init" in view.path else "containers"
    return (field(pod, f"spec.{group}[{view.container.name}].resources.limits.memory", limit),) if limit else ()
