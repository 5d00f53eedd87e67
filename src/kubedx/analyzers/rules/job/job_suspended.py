"""job-suspended"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import Job


@rule(filter="Job", on=Job, severity=Severity.INFO, added="0.1")
def job_suspended(job: Job, inventory: Inventory) -> Iterator[Outcome]:  # noqa: ARG001  # a rule's form
    """A Job is suspended, so it has no pods.

    ## What it means
    `spec.suspend` is set, by a person or by a queue such as Kueue, which starts the Job when it is its turn. For information.

    ## When it is not reported
    When the Job has ended.

    ## How to fix it
    If no queue manages it and its work is missed, resume it.
    """
    ended = any(one.type in {"Complete", "Failed"} and one.status == "True" for one in job.status.conditions)
    if job.spec.suspend and not ended and job.metadata.deletion_timestamp is None:
        yield Hit(message="job is suspended", evidence=(field(job, "spec.suspend", job.spec.suspend),))
