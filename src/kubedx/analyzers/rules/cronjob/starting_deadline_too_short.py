"""starting-deadline-too-short"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import CronJob

SAFE = 10
"""https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#starting-deadline"""


@rule(filter="CronJob", on=CronJob, severity=Severity.ERROR, added="0.1")
def starting_deadline_too_short(cron_job: CronJob, inventory: Inventory) -> Iterator[Outcome]:  # noqa: ARG001  # a rule's form
    """A CronJob gives up a start before the controller can make it.

    ## What it means
    A start that comes later than `spec.startingDeadlineSeconds` counts as missed. With zero or less every start is too late. Below ten
    seconds a busy controller misses some, which is only for information.

    ## When it is not reported
    When the field is not set, and when the CronJob is suspended.

    ## How to fix it
    Set `spec.startingDeadlineSeconds` to a minute or more, or take it away.
    """
    seconds = cron_job.spec.starting_deadline_seconds
    if seconds is None or seconds >= SAFE or cron_job.spec.suspend or cron_job.metadata.deletion_timestamp is not None:
        return
    never = seconds <= 0
    what = "every start is too late" if never else "a start that is a little late is missed"
    yield Hit(
        message=f"startingDeadlineSeconds is {seconds}: {what}",
        evidence=(field(cron_job, "spec.startingDeadlineSeconds", seconds),),
        severity=Severity.ERROR if never else Severity.INFO,
        values={"seconds": str(seconds)},
    )
