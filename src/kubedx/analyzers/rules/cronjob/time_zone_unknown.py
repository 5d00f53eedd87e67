"""time-zone-unknown"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import event, field
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import CronJob


@rule(filter="CronJob", on=CronJob, severity=Severity.ERROR, added="0.1")
def time_zone_unknown(cron_job: CronJob, inventory: Inventory) -> Iterator[Outcome]:
    """A CronJob names a time zone that the controller does not know, so it starts no Jobs.

    ## What it means
    `spec.timeZone` must be a name of the IANA time zone database, such as `Europe/Berlin` or `Etc/UTC`. The controller knows none of
    that name (after an upgrade its database may have changed).

    ## When it is not reported
    When the controller has not complained within the last hour, which is how long events are kept.

    ## How to fix it
    Correct `spec.timeZone`.
    """
    complaints = inventory.events(cron_job, reasons=("UnknownTimeZone",))
    if complaints and cron_job.spec.time_zone and not cron_job.spec.suspend and cron_job.metadata.deletion_timestamp is None:
        yield Hit(
            message=f'time zone "{cron_job.spec.time_zone}" is not known, so no job is started',
            evidence=(field(cron_job, "spec.timeZone", cron_job.spec.time_zone), event(complaints[-1])),
            values={"time_zone": cron_job.spec.time_zone},
        )
