"""container-crashes"""

from collections.abc import Iterator

from kubedx.analyzers import AskLog, Outcome, rule
from kubedx.analyzers.container_state import is_well
from kubedx.analyzers.crashes import Kind, crashes
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.log_classes import MEANINGS
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import CronJob, Job, Pod


@rule(
    filter="Pod",
    on=Pod,
    consults=(Job, CronJob),
    severity=Severity.ERROR,
    suffers=Effect.CRASHES,
    produces=WITHOUT_PODS,
    unless=is_well,
    added="0.1",
)
def container_crashes(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A container ends with an error, again and again.

    ## What it means
    The program starts and ends with a non-zero exit code. The kubelet restarts it, waiting longer each time (CrashLoopBackOff). The code's
    usual meaning and the error in its log are quoted; the log of the run before counts too.

    ## When it is not reported
    When a probe, a lack of memory, a wrong setting or an unreachable dependency explains it (other rules say so); when it restarted
    long ago and is ready; for Jobs that try again or have succeeded.

    ## How to fix it
    Read the quoted lines and the whole log (`kubectl logs --previous`), and mend what they name.
    """
    for crash in crashes(pod, inventory, Kind.OTHER):
        if isinstance(crash, AskLog):
            yield crash
            continue
        kind = crash.told.error_class if crash.told else ""
        meaning = MEANINGS.get(kind, "")
        unread = f"; its log could not be read: {crash.unread}" if crash.unread and not crash.log_words else ""
        yield crash.hit(f"{crash.words}{crash.log_words}{unread}", values={"class_meaning": meaning})
