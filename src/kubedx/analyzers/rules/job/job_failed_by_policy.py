"""job-failed-by-policy"""

from collections.abc import Iterator

from kubedx.analyzers import Outcome, rule
from kubedx.analyzers.rules.job._failure import FOLLOWS, failure
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import CronJob, Job, Pod


@rule(filter="Job", on=Job, consults=(Pod, CronJob), severity=Severity.ERROR, suffers=Effect.FAILS, produces=FOLLOWS, added="0.1")
def job_failed_by_policy(job: Job, inventory: Inventory) -> Iterator[Outcome]:
    """A Job was failed at once by its pod failure policy.

    ## What it means
    A rule of `spec.podFailurePolicy` with the action `FailJob` matched the failure of a pod, so the Job was given up without further
    tries. The Job's own message says which rule and exit code.

    ## When it is not reported
    When the policy only ignores or counts failures, and when a newer run of the same CronJob has ended.

    ## How to fix it
    Repair what makes the pod fail, or change the policy if that exit code deserves another try. Then create the Job anew.
    """
    yield from failure(job, inventory, ("PodFailurePolicy",), "job failed at once by its PodFailurePolicy: {message}", {})
