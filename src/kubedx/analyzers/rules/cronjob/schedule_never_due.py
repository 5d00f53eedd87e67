"""schedule-never-due"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import event, field, quoted
from kubedx.analyzers.rules.cronjob._schedule import is_understood, parse_schedule
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import CronJob, spec_changed_at

BAD = ("InvalidSchedule", "UnparseableSchedule", "UnParseableCronJobSchedule")


@rule(filter="CronJob", on=CronJob, severity=Severity.ERROR, added="0.1")
def schedule_never_due(cron_job: CronJob, inventory: Inventory) -> Iterator[Outcome]:
    """A CronJob has a schedule that is never due, or that cannot be read.

    ## What it means
    The API server accepts schedules such as 31 February, which come round on no day. The CronJob never starts a Job. One that cannot be
    read at all is refused by the API server, so it stands in manifests only, or was made before an upgrade.

    ## When it is not reported
    When the schedule is due within the next five years, and when the CronJob is suspended.

    ## How to fix it
    Correct `spec.schedule`: minute, hour, day of the month, month, day of the week.
    """
    text = cron_job.spec.schedule
    if cron_job.spec.suspend or cron_job.metadata.deletion_timestamp is not None:
        return
    schedule = parse_schedule(text)
    complaints = inventory.events(cron_job, reasons=BAD)
    if schedule is not None and schedule.due_after(inventory.now) is not None:
        return
    if schedule is None and not complaints and is_understood(text):
        return
    said = quoted(complaints[-1].message) if complaints else "it cannot be read as a cron schedule"
    why = "it is never due" if schedule is not None else said
    yield Hit(
        message=f'schedule "{text}" starts no job: {why}',
        evidence=(field(cron_job, "spec.schedule", text), *(event(one) for one in complaints[-1:])),
        since=spec_changed_at(cron_job),
        values={"schedule": text},
    )
