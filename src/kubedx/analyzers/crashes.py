"""Containers that end when they should run: which they are, what their log tells, and which rule speaks.

The log of the run that ended is the current one while the container waits, and the previous one when it runs again.
"""

import enum
from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from kubedx.analyzers.container_state import container_events, ending_since, label, last_end, part, suspect_containers, waiting_for
from kubedx.analyzers.evidence import field, log_lines
from kubedx.analyzers.job_pods import job_severity
from kubedx.analyzers.log_classes import (
    ARCHITECTURE,
    COMMAND,
    DNS,
    ENV,
    FILE,
    MODULE,
    OWN_REASONS,
    PERMISSION,
    PORT,
    REFUSED,
    SYNTAX,
    TIMEOUT,
    is_own_mistake,
)
from kubedx.analyzers.log_reading import Telling, last_line, telling
from kubedx.analyzers.log_words import address_in, is_local
from kubedx.analyzers.probes import killer
from kubedx.analyzers.rule import AskLog, Hit
from kubedx.findings import Evidence, Severity
from kubedx.inventory import Found, Inventory, Unknown
from kubedx.kube import (
    ContainerLog,
    ContainerRole,
    ContainerStateTerminated,
    ContainerStatus,
    ContainerView,
    LogKey,
    Pod,
    Ref,
    container_statuses,
    exit_code_meaning,
)

LOOP = "CrashLoopBackOff"
OOM = "OOMKilled"
_NEVER_RAN = frozenset({"StartError", "ContainerCannotRun", "ContainerStatusUnknown"})
"""Ends of containers whose program was never started, or of which nothing is known."""
RECENT = timedelta(minutes=10)
LEFT_OVER = timedelta(hours=6)
"""After which a pod of `kubectl run` that failed is history."""
INTERRUPTED = 130
"""The exit code of a shell that was left with Ctrl-C (128 + SIGINT)."""
TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"  # noqa: S105  # a path

_OWN = frozenset({ENV, SYNTAX, FILE, MODULE, COMMAND, ARCHITECTURE, PERMISSION, PORT})
"""Errors that lie in how the container is set up, whatever else is wrong in the cluster."""
_ELSEWHERE = frozenset({REFUSED, DNS, TIMEOUT})


class Kind(enum.Enum):
    """Which rule speaks of a container that ends."""

    OOM = "oom"
    COMPLETES = "completes"
    TOKEN = "token"  # noqa: S105  # a word
    MISCONFIGURED = "misconfigured"
    UNREACHABLE = "unreachable"
    OTHER = "other"


class Crash(msgspec.Struct, frozen=True):
    """A container that ended, with how it ended and what its log tells. `log` is the line as evidence, `unread` why there is none.

    `end` is None where only the kubelet's holding back says that it ended; `since` when that began.
    """

    pod: Pod
    view: ContainerView
    path: str
    end: ContainerStateTerminated | None
    severity: Severity
    kind: Kind
    since: datetime | None = None
    told: Telling | None = None
    last: str = ""
    log: Evidence | None = None
    unread: str = ""

    @property
    def restarts(self) -> int:
        """How often it was restarted."""
        return self.view.status.restart_count if self.view.status else 0

    @property
    def words(self) -> str:
        """How it ended: `container "api" crashes: exit code 127 (the command was not found), 6 restarts`."""
        again = f", {self.restarts} restarts" if self.restarts > 1 else ", 1 restart" if self.restarts else ""
        verb = "fails" if self.pod.status.phase == "Failed" else "crashes"
        return f"{label(self.view)} {verb}: {self._exit}{again}"

    @property
    def _exit(self) -> str:
        if self.end is None:
            return f"with which exit code is not told ({LOOP})"
        # Code 1 is any error: its meaning says nothing that is not known.
        meant = f" ({self.meaning})" if self.meaning and self.end.exit_code != 1 else ""
        return f"exit code {self.end.exit_code}{meant}"

    @property
    def meaning(self) -> str:
        """What its exit code usually means; empty where that is not known."""
        return exit_code_meaning(self.end.exit_code) if self.end else ""

    @property
    def log_words(self) -> str:
        """What its log says, as a clause."""
        if self.told is not None:
            return f"; its log says: {self.told.words}"
        return f"; the last line of its log: {self.last}" if self.last else ""

    def evidence(self) -> tuple[Evidence, ...]:
        """How it ended and what its log says, quoted."""
        reason, _message = waiting_for(self.view)
        waiting = (field(self.pod, f"{self.view.path}.state.waiting.reason", reason),) if reason else ()
        code = (field(self.pod, f"{self.path}.exitCode", self.end.exit_code),) if self.end else ()
        how = (field(self.pod, f"{self.path}.reason", self.end.reason),) if self.end and self.end.reason else ()
        return (
            *code,
            *how,
            *waiting,
            field(self.pod, f"{self.view.path}.restartCount", self.restarts),
            *((self.log,) if self.log is not None else ()),
        )

    def hit(
        self,
        message: str,
        *,
        cause: Ref | None = None,
        evidence: tuple[Evidence, ...] = (),
        error_class: str = "",
        values: dict[str, str] | None = None,
    ) -> Hit:
        """The report on this crash."""
        told = self.told.words if self.told else self.last
        exit_code = str(self.end.exit_code) if self.end else ""
        return Hit(
            message=message,
            evidence=(*self.evidence(), *evidence),
            part=part(self.view),
            cause=cause,
            severity=self.severity,
            since=self.since,
            error_class=error_class or (self.told.error_class if self.told else f"exit-{exit_code or 'unknown'}"),
            values={
                "container": self.view.container.name,
                "exit_code": exit_code,
                "meaning": self.meaning,
                "log": told,
                "restarts": str(self.restarts),
                "previous": "true" if self.restarts else "false",
                **(values or {}),
            },
            own_reason=True if self.told and (self.told.error_class in OWN_REASONS or is_own_mistake(self.told.words)) else None,
        )


def crashes(pod: Pod, inventory: Inventory, *kinds: Kind) -> Iterator[Crash | AskLog]:
    """The containers of a pod that end in one of these ways, and the logs that are wanted to tell."""
    for crash in _ended(pod, inventory):
        if crash.kind in {Kind.OOM, Kind.COMPLETES}:
            found: Crash = crash
        else:
            answers = list(_with_log(crash, inventory))
            yield from (answer for answer in answers if isinstance(answer, AskLog))
            found = next((answer for answer in answers if isinstance(answer, Crash)), crash)
        if found.kind in kinds:
            yield found


def _ended(pod: Pod, inventory: Inventory) -> Iterator[Crash]:
    """The containers that ended and should not have, without those that a probe killed."""
    failed = pod.status.phase == "Failed" and pod.metadata.deletion_timestamp is None
    for view in container_statuses(pod) if failed else suspect_containers(pod):
        path, end = last_end(view) or ("", None)
        if view.role is ContainerRole.EPHEMERAL or (end.reason in _NEVER_RAN if end else waiting_for(view)[0] != LOOP):
            continue
        severity = _severity(pod, view, end, inventory)
        if severity is None or killer(pod, view, inventory) or _hook_failed(pod, view, inventory):
            continue
        yield Crash(pod, view, path, end, severity, _kind_of_end(end), ending_since(pod, view, end, inventory))


def _hook_failed(pod: Pod, view: ContainerView, inventory: Inventory) -> bool:
    """Whether the kubelet killed the container because its postStart hook failed: the program itself may be well."""
    if view.container.lifecycle is None or view.container.lifecycle.post_start is None:
        return False
    return waiting_for(view)[0] == "PostStartHookError" or bool(
        container_events(pod, view.container.name, inventory, ("FailedPostStartHook",))
    )


def _kind_of_end(end: ContainerStateTerminated | None) -> Kind:
    if end is not None and end.reason == OOM:
        return Kind.OOM
    return Kind.COMPLETES if end is not None and end.exit_code == 0 else Kind.OTHER


def _severity(pod: Pod, view: ContainerView, end: ContainerStateTerminated | None, inventory: Inventory) -> Severity | None:
    """How bad it is that a container ended; None where that is as it should be, or long past."""
    status = view.status
    if status is None:
        return None
    loops = waiting_for(view)[0] == LOOP
    if _is_of_job(pod):
        return job_severity(pod, status.restart_count, inventory) if loops or (end and end.exit_code) else None
    if loops and pod.status.phase != "Failed":
        return Severity.ERROR
    return _of_ended(pod, view, status, end, inventory) if end is not None else None


def _of_ended(
    pod: Pod, view: ContainerView, status: ContainerStatus, end: ContainerStateTerminated, inventory: Inventory
) -> Severity | None:
    if pod.status.phase == "Failed":
        bare = pod.metadata.controller is None and not pod.status.reason
        if not end.exit_code or not bare:
            return None
        return Severity.INFO if _is_left_over(pod, end, inventory) else Severity.ERROR
    if status.state.terminated is not None and end.exit_code:
        return Severity.ERROR
    if status.state.terminated is not None or end.exit_code == 0 or end.finished_at is None:
        return None
    return _of_running(view, status, inventory.now - end.finished_at)


def _is_left_over(pod: Pod, end: ContainerStateTerminated, inventory: Inventory) -> bool:
    """Whether a pod that nobody made again is what is left of something that a person ran: a shell, a debugger of a node, a test of old."""
    by_hand = end.exit_code == INTERRUPTED or pod.metadata.labels.get("app.kubernetes.io/managed-by") == "kubectl-debug"
    past = end.finished_at is not None and inventory.now - end.finished_at > LEFT_OVER
    return pod.spec.restart_policy == "Never" and (by_hand or pod.name.startswith("node-debugger-") or past)


def _of_running(view: ContainerView, status: ContainerStatus, ago: timedelta) -> Severity | None:
    """How bad it is that a container ended which runs again."""
    if ago > RECENT:
        return None
    if view.role is ContainerRole.INIT or not status.ready:
        return Severity.ERROR if status.restart_count > 1 else None
    return Severity.WARNING if status.restart_count > 2 else None


def _is_of_job(pod: Pod) -> bool:
    owner = pod.metadata.controller
    return owner is not None and owner.kind == "Job"


def _with_log(crash: Crash, inventory: Inventory) -> Iterator[Crash | AskLog]:
    """The crash with what the logs tell; asks for those that nobody has read."""
    running = crash.view.status is not None and crash.view.status.state.running is not None
    has_previous = crash.restarts > 0
    order = [previous for previous in ((True, False) if running else (False, True)) if has_previous or not previous]
    logs: list[ContainerLog] = []
    unread = ""
    for previous in order:
        match inventory.log(crash.pod.ref, crash.view.container.name, previous=previous):
            case Unknown(reason=""):
                yield AskLog(LogKey(crash.pod.ref, crash.view.container.name, previous))
            case Unknown(reason=reason):
                unread = unread or reason
            case Found(object=log) if isinstance(log, ContainerLog):
                logs.append(log)
    yield _told(crash, logs, unread)


def _told(crash: Crash, logs: list[ContainerLog], unread: str) -> Crash:
    for log in logs:
        found = telling(log.lines)
        if found is not None:
            return _of_class(msgspec.structs.replace(crash, told=found, log=_quote(crash, log, found.text, found.count)))
    found = telling(crash.end.message.splitlines()) if crash.end else None
    if found is not None and crash.end is not None:
        quoted = field(crash.pod, f"{crash.path}.message", crash.end.message)
        return _of_class(msgspec.structs.replace(crash, told=found, log=quoted))
    for log in logs:
        last = last_line(log.lines)
        if last:
            line = next(line for line in reversed(log.lines) if line.strip())
            return msgspec.structs.replace(crash, last=last, log=_quote(crash, log, line, 1))
    return msgspec.structs.replace(crash, unread=unread)


def _quote(crash: Crash, log: ContainerLog, text: str, count: int) -> Evidence:
    return log_lines(crash.pod.ref, crash.view.container.name, text, previous=log.key.previous, count=count)


def _of_class(crash: Crash) -> Crash:
    told = crash.told
    if told is None:
        return crash
    kind = Kind.OTHER
    if TOKEN_PATH in told.words and all(mount.mount_path != TOKEN_PATH for mount in crash.view.container.volume_mounts):
        kind = Kind.TOKEN
    elif told.error_class in _OWN:
        kind = Kind.MISCONFIGURED
    elif told.error_class in _ELSEWHERE:
        address = address_in(told.reason) or address_in(told.line) if told.reason else address_in(told.line)
        kind = Kind.OTHER if address is not None and is_local(address) else Kind.UNREACHABLE
    return msgspec.structs.replace(crash, kind=kind)
