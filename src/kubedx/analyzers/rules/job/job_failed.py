"""job-failed"""

from collections.abc import Iterator

from kubedx.analyzers import Outcome, rule
from kubedx.analyzers.rules.job._failure import FOLLOWS, failure
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import CronJob, Job, Pod


@rule(filter="Job", on=Job, consults=(Pod, CronJob), severity=Severity.ERROR, suffers=Effect.FAILS, produces=FOLLOWS, added="0.1")
def job_failed(job: Job, inventory: Inventory) -> Iterator[Outcome]:
    """A Job failed for a reason that has no rule of its own.

    ## What it means
    The Job has the condition `Failed`; its reason and message are quoted (for an indexed Job, for example, too many failed indexes).

    ## When it is not reported
    While the Job still retries, when it has completed, when a more exact rule knows the reason, and when a newer run of the same
    CronJob has ended.

    ## How to fix it
    Act on the quoted message, then create the Job anew: a failed Job does not start again.
    """
    yield from failure(job, inventory, (), "job failed: {reason}: {message}", {})
