"""How a Job failed, and what its last failed pod says."""

import re
from collections.abc import Iterator

import msgspec

from kubedx.analyzers.container_state import last_end
from kubedx.analyzers.evidence import field, log_lines, quoted
from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.rule import AskLog, Hit
from kubedx.findings import Effect, Evidence, Severity
from kubedx.inventory import Found, Inventory, Unknown
from kubedx.kube import ContainerLog, CronJob, Job, JobCondition, LogKey, Pod, container_statuses, exit_code_meaning, pattern_of

FOLLOWS = (Effect.FAILS, Effect.CANNOT_CONNECT)
"""What a failed Job leads to: the failure of its CronJob, and of what waits for its work."""

MAX_LINE = 240

_ERROR = pattern_of(
    r"error|fatal|panic|exception|fail|refused|denied|forbidden|not found|no such|cannot|can't|could not|unable|missing|invalid"
    r"|timed? ?out|unresolved|killed|required",
    re.IGNORECASE,
)


_CHANGING = pattern_of(r"(?:[-.](?:v?\d[\d.-]*|(?=[a-z]*\d)[a-z0-9]{5,10}))+$")
"""What tells the Jobs of one work apart: `migrate-42`, `migrate-v1.2.0`, `migrate-7f3a9`."""


class LastPod(msgspec.Struct, frozen=True):
    """The pod of a Job that failed last: in words, as evidence, and with the words for the playbook."""

    words: str = ""
    evidence: tuple[Evidence, ...] = ()
    values: dict[str, str] = {}


def failed_condition(job: Job) -> tuple[int, JobCondition] | None:
    """The condition by which a Job has failed for good, with its place in the list."""
    return next(((number, one) for number, one in enumerate(job.status.conditions) if one.type == "Failed" and one.status == "True"), None)


def is_newest_failure(job: Job, inventory: Inventory) -> bool:
    """Whether nobody has done the Job's work since: of the Jobs of a CronJob only the newest run counts, and of Jobs whose names differ
    in a number or hash at their end (a migration of every release) only what came after the last that succeeded.
    """
    owner = job.metadata.controller
    if owner is None or owner.kind != CronJob.KIND.kind:
        succeeded = _last_success(inventory).get((job.namespace, _stem(job.name)), "")
        return job.metadata.deletion_timestamp is None and succeeded <= _started(job)
    found = inventory.get(CronJob, job.namespace, owner.name)
    siblings = inventory.owned_by(found.object, Job).items if isinstance(found, Found) else (job,)
    later = [one for one in siblings if _started(one) > _started(job) and any(c.status == "True" for c in one.status.conditions)]
    return not later and job.metadata.deletion_timestamp is None


def failure(job: Job, inventory: Inventory, reasons: tuple[str, ...], said: str, values: dict[str, str]) -> Iterator[Hit | AskLog]:
    """The report on a Job that failed for one of these reasons (for any other, when there are none), and the log that it needs."""
    found = failed_condition(job)
    if found is None or not is_newest_failure(job, inventory):
        return
    number, condition = found
    if (condition.reason not in reasons) if reasons else (condition.reason in _OWN_RULES):
        return
    last = LastPod()
    for answer in _last_pod(job, inventory):
        if isinstance(answer, AskLog):
            yield answer
        else:
            last = answer
    message = said.format(reason=condition.reason or "no reason", message=quoted(condition.message) or "no message")
    yield Hit(
        message=f"{message}{last.words}",
        evidence=(
            field(job, f"status.conditions[{number}].reason", condition.reason or condition.type),
            *((field(job, f"status.conditions[{number}].message", condition.message),) if condition.message else ()),
            field(job, "status.failed", job.status.failed),
            *last.evidence,
        ),
        severity=Severity.ERROR,
        since=condition.last_transition_time,
        values={**values, **last.values, "job": job.name, "reason": condition.reason},
    )


_OWN_RULES = ("BackoffLimitExceeded", "DeadlineExceeded", "PodFailurePolicy")


def _started(job: Job) -> str:
    created = job.metadata.creation_timestamp or job.status.start_time
    return created.isoformat() if created else ""


@once_per_inventory
def _last_success(inventory: Inventory) -> dict[tuple[str, str], str]:
    """When the last Job that succeeded began, by namespace and what its name begins with."""
    found: dict[tuple[str, str], str] = {}
    for job in inventory.list(Job):
        if job.metadata.controller is None and any(one.type == "Complete" and one.status == "True" for one in job.status.conditions):
            key = job.namespace, _stem(job.name)
            found[key] = max(found.get(key, ""), _started(job))
    return found


def _stem(name: str) -> str:
    """The name of a Job without the numbers, versions and hashes at its end."""
    return _CHANGING.sub("", name)


def _last_pod(job: Job, inventory: Inventory) -> Iterator[LastPod | AskLog]:
    pods = sorted((pod for pod in inventory.owned_by(job, Pod) if pod.status.phase == "Failed"), key=_created)
    if not pods:
        return
    pod = pods[-1]
    for view in container_statuses(pod):
        end = last_end(view)
        if end is None or end[1].exit_code == 0:
            continue
        name, (path, ended) = view.container.name, end
        meaning = exit_code_meaning(ended.exit_code)
        words = f'; pod "{pod.name}" ended with exit code {ended.exit_code}' + (f" ({meaning})" if meaning else "")
        evidence = [field(pod, f"{path}.exitCode", ended.exit_code)]
        match inventory.log(pod.ref, name):
            case Unknown(reason=""):
                yield AskLog(LogKey(pod.ref, name))
            case Found(object=log):
                line = _telling_line(log)
                if line:
                    words += f", its log says: {line[:MAX_LINE]}"
                    evidence.append(log_lines(pod.ref, name, line))
        yield LastPod(words, tuple(evidence), {"pod": pod.name, "container": name, "exit_code": str(ended.exit_code)})
        return


def _telling_line(log: ContainerLog) -> str:
    """The last line that speaks of an error, or else the last one."""
    lines = [line.strip() for line in log.lines if line.strip()]
    telling = [line for line in lines if _ERROR.search(line)]
    return (telling or lines or [""])[-1]


def _created(pod: Pod) -> tuple[str, str]:
    created = pod.metadata.creation_timestamp
    return (created.isoformat() if created else "", pod.name)
