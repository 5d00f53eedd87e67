"""log-errors-repeat"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import label, part
from kubedx.analyzers.evidence import log_lines
from kubedx.analyzers.log_classes import EXCEPTION, OTHER
from kubedx.analyzers.log_errors import LogSummary
from kubedx.analyzers.log_reading import short
from kubedx.analyzers.rules.log._complaints import FILTER, complaint_of, complaints, ready_logs
from kubedx.findings import Confidence, Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import ContainerView, Pod

MANY_FAILED = 3
"""Requests answered with 5xx that may be chance, and the share of all from which on it is none."""
FAILED_SHARE = 5


@rule(
    filter=FILTER,
    on=Pod,
    severity=Severity.WARNING,
    confidence=Confidence.POSSIBLE,
    suffers=Effect.CANNOT_CONNECT,
    produces=(Effect.REQUESTS_FAIL, Effect.CANNOT_CONNECT),
    added="0.1",
)
def log_errors_repeat(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A container is ready, and its log repeats an error or answers to requests with 5xx, to the present.

    ## What it means
    An exception that nothing handles, or an error in words that say no more, comes again and again; or every fifth request and more is
    answered with an error of the server. The quoted line, with the place in the program, is where to begin.

    ## When it is not reported
    For errors that are over: seldom, long ago, or followed by many lines without them; where the same log says more exactly what is
    wrong; for answers to probes. A line without a trace is for information only, unless requests are answered with 5xx: it may be an
    answer to what a user asked for, such as an item that is not there. So are errors of telemetry.

    ## How to fix it
    Look at the place in the program that the trace names, and at what changed last.
    """
    found = {complaint.view.container.name: complaint for complaint in complaints(pod, inventory, (OTHER, EXCEPTION))}
    for view, told in ready_logs(pod, inventory):
        complaint = found.get(view.container.name)
        if _is_explained(pod, view, told, inventory):
            continue
        if complaint is not None:
            yield complaint.hit(f", at {complaint.error.frame}" if complaint.error.frame else "")
        elif told.failed_answers >= MANY_FAILED and told.failed_answers * FAILED_SHARE >= told.answers:
            yield _of_answers(pod, view, told)


def _is_explained(pod: Pod, view: ContainerView, told: LogSummary, inventory: Inventory) -> bool:
    """Whether another error of the same log says more exactly what is wrong."""
    telling = (error for error in told.errors if error.error_class not in {OTHER, EXCEPTION})
    judged = (complaint_of(pod, view, error, told, inventory.now) for error in telling)
    return any(one is not None and one.severity is not Severity.INFO for one in judged)


def _of_answers(pod: Pod, view: ContainerView, told: LogSummary) -> Hit:
    answer = short(told.failed_answer)
    return Hit(
        message=f"{label(view)} is ready, but answers {told.failed_answers} of {told.answers} requests in its log with 5xx: {answer}",
        evidence=(log_lines(pod.ref, view.container.name, told.failed_answer, count=told.failed_answers),),
        part=part(view),
        error_class="answers",
        values={"container": view.container.name, "log": answer, "count": str(told.failed_answers)},
    )
