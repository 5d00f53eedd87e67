"""cronjob-runs-fail"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import CronJob, Job

MAX_JOBS = 3


@rule(filter="CronJob", on=CronJob, reads=(Job,), severity=Severity.ERROR, suffers=Effect.FAILS, added="0.1")
def cronjob_runs_fail(cron_job: CronJob, inventory: Inventory) -> Iterator[Outcome]:
    """The last runs of a CronJob have failed.

    ## What it means
    No run has succeeded since the failed ones. Why they fail is told by a finding on their Jobs or pods, to which this one is attached.

    ## When it is not reported
    When the newest finished run succeeded, and while the newest run still goes on after only one failure.

    ## How to fix it
    Look at the newest failed Job. When it is repaired, run it at once with `kubectl create job --from=cronjob/NAME`.
    """
    jobs = sorted(inventory.owned_by(cron_job, Job), key=_created, reverse=True)
    failed: list[Job] = []
    for job in jobs:
        if _has(job, "Failed"):
            failed.append(job)
        elif _has(job, "Complete"):
            break
    if not failed or cron_job.metadata.deletion_timestamp is not None:
        return
    goes_on = not _has(jobs[0], "Failed") and not _has(jobs[0], "Complete")
    if goes_on and len(failed) == 1:
        return
    last = cron_job.status.last_successful_time
    never = f"; the last success was at {last:%Y-%m-%d %H:%M} UTC" if last else "; no run has ever succeeded"
    runs = "its last run failed" if len(failed) == 1 else f"its last {len(failed)} runs failed"
    yield Hit(
        message=f"{runs}{never}",
        evidence=tuple(
            field(job, f"status.conditions[{number}].reason", one.reason or "Failed")
            for job in failed[:MAX_JOBS]
            for number, one in enumerate(job.status.conditions)
            if one.type == "Failed" and one.status == "True"
        ),
        since=failed[-1].metadata.creation_timestamp,
        values={"job": failed[0].name, "failed": str(len(failed))},
    )


def _has(job: Job, condition_type: str) -> bool:
    return any(one.type == condition_type and one.status == "True" for one in job.status.conditions)


def _created(job: Job) -> tuple[str, str]:
    created = job.metadata.creation_timestamp
    return (created.isoformat() if created else "", job.name)
