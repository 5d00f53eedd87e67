"""job-backoff-limit-exceeded"""

from collections.abc import Iterator

from kubedx.analyzers import Outcome, rule
from kubedx.analyzers.rules.job._failure import FOLLOWS, failure
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import CronJob, Job, Pod


@rule(filter="Job", on=Job, consults=(Pod, CronJob), severity=Severity.ERROR, suffers=Effect.FAILS, produces=FOLLOWS, added="0.1")
def job_backoff_limit_exceeded(job: Job, inventory: Inventory) -> Iterator[Outcome]:
    """A Job failed because its pods failed more often than it allows.

    ## What it means
    Every pod that fails counts against `spec.backoffLimit`. The limit is reached, so the Job is given up. The exit code and log of the
    last pod tell why they fail.

    ## When it is not reported
    While the Job still retries, when it has completed, and when a newer run of the same CronJob has ended.

    ## How to fix it
    Repair what makes the pod fail, then create the Job anew: a failed Job does not start again.
    """
    limit = job.spec.backoff_limit
    yield from failure(
        job,
        inventory,
        ("BackoffLimitExceeded",),
        f"job failed: its pods failed more often than the backoff limit of {limit}",
        {"limit": str(limit)},
    )
