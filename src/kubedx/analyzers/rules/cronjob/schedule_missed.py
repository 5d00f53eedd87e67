"""schedule-missed"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import event, field
from kubedx.analyzers.rules.cronjob._schedule import parse_schedule
from kubedx.findings import Confidence, Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import CronJob

PATIENCE = timedelta(minutes=5)
MISSED = 3


@rule(
    filter="CronJob",
    on=CronJob,
    events=("MissSchedule",),
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    suffers=Effect.FAILS,
    added="0.1",
)
def schedule_missed(cron_job: CronJob, inventory: Inventory) -> Iterator[Outcome]:
    """A CronJob has not been started although it was due several times.

    ## What it means
    Its last start lies three or more due times back. Either the controller does not run, or each start was missed by more than
    `startingDeadlineSeconds`, or more than 100 starts were missed, after which the controller gives up.

    ## When it is not reported
    When the CronJob is suspended, when a run that still goes on forbids others, when a time zone other than UTC is set, and for
    schedules that were changed since.

    ## How to fix it
    Check that kube-controller-manager runs, and raise `startingDeadlineSeconds` if it is below a minute.
    """
    spec, status = cron_job.spec, cron_job.status
    schedule = parse_schedule(spec.schedule)
    began = status.last_schedule_time or cron_job.metadata.creation_timestamp
    if spec.suspend or schedule is None or began is None or cron_job.metadata.deletion_timestamp is not None:
        return
    if spec.time_zone not in {"", "UTC", "Etc/UTC"} or (spec.concurrency_policy == "Forbid" and status.active):
        return
    # Without a start so far the first due time after the creation counts; a changed schedule makes a new generation.
    if cron_job.metadata.generation > 1:
        return
    due = began
    for _missed in range(MISSED):
        following = schedule.due_after(due)
        if following is None or following > inventory.now - PATIENCE:
            return
        due = following
    complaints = inventory.events(cron_job, reasons=("MissSchedule", "TooManyMissedTimes", "FailedNeedsStart"))
    yield Hit(
        message=f'schedule "{spec.schedule}" was due {MISSED} times or more since {began:%Y-%m-%d %H:%M} UTC, and no job was started',
        evidence=(
            field(cron_job, "spec.schedule", spec.schedule),
            field(cron_job, "status.lastScheduleTime", status.last_schedule_time.isoformat() if status.last_schedule_time else ""),
            *(event(one) for one in complaints[-1:]),
        ),
        since=schedule.due_after(began),
        values={"schedule": spec.schedule},
    )
