"""When a failing pod of a Job matters: not while the Job tries again, nor when it has succeeded since."""

from datetime import UTC, datetime

from kubedx.findings import Severity
from kubedx.inventory import Found, Inventory
from kubedx.kube import CronJob, Job, KubeObject, Pod

PATIENT_RESTARTS = 3
"""Restarts of a container within one pod that a Job may need before it is worth a warning."""
_NEVER = datetime.min.replace(tzinfo=UTC)


def job_severity(pod: Pod, restarts: int, inventory: Inventory) -> Severity | None:
    """How bad a failure in a Job's pod is; None where it does not matter, and for pods of no Job."""
    owner = pod.metadata.controller
    if owner is None or owner.kind != Job.KIND.kind:
        return None
    found = inventory.get(Job, pod.namespace, owner.name)
    if not isinstance(found, Found):
        return Severity.WARNING
    job = found.object
    if _has(job, "Complete", "SuccessCriteriaMet") or job.metadata.deletion_timestamp is not None:
        return None
    if _has(job, "Failed", "FailureTarget"):
        return Severity.ERROR if _is_newest_run(job, inventory) and _is_last_failure(pod, job, inventory) else None
    if pod.status.phase == "Failed":
        return None
    return Severity.WARNING if restarts >= PATIENT_RESTARTS else Severity.INFO


def _has(job: Job, *types: str) -> bool:
    return any(one.type in types and one.status == "True" for one in job.status.conditions)


def _is_newest_run(job: Job, inventory: Inventory) -> bool:
    """Whether no later run of the same CronJob has ended."""
    owner = job.metadata.controller
    if owner is None or owner.kind != CronJob.KIND.kind:
        return True
    found = inventory.get(CronJob, job.namespace, owner.name)
    siblings = inventory.owned_by(found.object, Job).items if isinstance(found, Found) else ()
    return not any(_made(one) > _made(job) and any(each.status == "True" for each in one.status.conditions) for one in siblings)


def _is_last_failure(pod: Pod, job: Job, inventory: Inventory) -> bool:
    failed = [one for one in inventory.owned_by(job, Pod) if one.status.phase == pod.status.phase]
    last = max(failed, key=lambda one: (_made(one), one.name), default=pod)
    return last.ref == pod.ref


def _made(obj: KubeObject) -> datetime:
    return obj.metadata.creation_timestamp or _NEVER
