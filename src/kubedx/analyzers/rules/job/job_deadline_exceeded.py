"""job-deadline-exceeded"""

from collections.abc import Iterator

from kubedx.analyzers import Outcome, rule
from kubedx.analyzers.rules.job._failure import FOLLOWS, failure
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import CronJob, Job, Pod


@rule(filter="Job", on=Job, consults=(Pod, CronJob), severity=Severity.ERROR, suffers=Effect.FAILS, produces=FOLLOWS, added="0.1")
def job_deadline_exceeded(job: Job, inventory: Inventory) -> Iterator[Outcome]:
    """A Job was stopped because it ran longer than its deadline.

    ## What it means
    `spec.activeDeadlineSeconds` is over, so all pods of the Job were killed, whatever they had done. The work takes longer than was
    thought, or a pod never got to it.

    ## When it is not reported
    When the Job completed in time, and when a newer run of the same CronJob has ended.

    ## How to fix it
    Raise the deadline, make the work faster, or find out what the pods waited for. Create the Job anew: a failed Job does not start
    again.
    """
    deadline = job.spec.active_deadline_seconds
    of_deadline = f" of {deadline} s" if deadline is not None else ""
    yield from failure(
        job,
        inventory,
        ("DeadlineExceeded",),
        f"job failed: DeadlineExceeded, it was active longer than its deadline{of_deadline}",
        {"deadline": str(deadline or "")},
    )
