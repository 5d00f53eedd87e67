"""cronjob-run-blocks"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import event, field
from kubedx.analyzers.rules.cronjob._schedule import parse_schedule
from kubedx.findings import Effect, Severity
from kubedx.inventory import Found, Inventory
from kubedx.kube import CronJob, Job, format_duration

MISSED = 2
"""A run that is a little longer than the interval now and then is usual; two missed starts are not."""


@rule(
    filter="CronJob",
    on=CronJob,
    reads=(Job,),
    events=("JobAlreadyActive",),
    severity=Severity.WARNING,
    suffers=Effect.FAILS,
    added="0.1",
)
def cronjob_run_blocks(cron_job: CronJob, inventory: Inventory) -> Iterator[Outcome]:
    """A run of a CronJob that does not end keeps the next ones from starting.

    ## What it means
    With the concurrency policy `Forbid` a run is left out while the one before goes on. One has gone on for so long that at least two
    were left out.

    ## When it is not reported
    When only one start was missed, and with the policies `Allow` and `Replace`.

    ## How to fix it
    Find out what the running Job waits for, or delete it. Set `activeDeadlineSeconds` in the Job template, so that a run cannot block
    for ever.
    """
    if cron_job.spec.concurrency_policy != "Forbid" or cron_job.spec.suspend or not cron_job.status.active:
        return
    found = inventory.get(Job, cron_job.namespace, cron_job.status.active[0].name)
    schedule = parse_schedule(cron_job.spec.schedule)
    if not isinstance(found, Found) or schedule is None:
        return
    job = found.object
    started = job.status.start_time or job.metadata.creation_timestamp
    if started is None:
        return
    due = started
    for _missed in range(MISSED):
        following = schedule.due_after(due)
        if following is None or following > inventory.now - timedelta(seconds=30):
            return
        due = following
    skipped = inventory.events(cron_job, reasons=("JobAlreadyActive",))
    yield Hit(
        message=f'run "{job.name}" has been active for {format_duration(inventory.now - started)} and keeps later runs from starting',
        evidence=(
            field(cron_job, "spec.concurrencyPolicy", cron_job.spec.concurrency_policy),
            field(cron_job, "spec.schedule", cron_job.spec.schedule),
            field(job, "status.startTime", started),
            *(event(one) for one in skipped[-1:]),
        ),
        cause=job.ref,
        since=started,
        values={"job": job.name},
    )
