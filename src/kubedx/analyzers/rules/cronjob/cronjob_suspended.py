"""cronjob-suspended"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import CronJob


@rule(filter="CronJob", on=CronJob, severity=Severity.INFO, added="0.1")
def cronjob_suspended(cron_job: CronJob, inventory: Inventory) -> Iterator[Outcome]:  # noqa: ARG001  # a rule's form
    """A CronJob is suspended, so it starts no Jobs.

    ## What it means
    `spec.suspend` is set. That is nearly always on purpose, so it is only for information.

    ## When it is not reported
    When the CronJob is being deleted.

    ## How to fix it
    If the runs are missed, resume the CronJob.
    """
    if cron_job.spec.suspend and cron_job.metadata.deletion_timestamp is None:
        last = cron_job.status.last_schedule_time
        yield Hit(
            message="cronjob is suspended" + (f"; its last run was scheduled at {last:%Y-%m-%d %H:%M} UTC" if last else ""),
            evidence=(field(cron_job, "spec.suspend", cron_job.spec.suspend),),
        )
