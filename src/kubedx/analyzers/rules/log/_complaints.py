"""What a ready container's log complains of, how bad that is, and how a finding says it."""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

import msgspec

from kubedx.analyzers.container_state import is_live, label, part
from kubedx.analyzers.evidence import log_lines
from kubedx.analyzers.log_classes import AUTH, EXCEPTION, MEANINGS, OTHER, SCHEMA, SPACE, SYNTAX, TIMEOUT, TLS, UNREACHABLE, UPSTREAM
from kubedx.analyzers.log_errors import LoggedError, LogSummary, summary
from kubedx.analyzers.log_levels import ERROR
from kubedx.analyzers.log_words import address_in
from kubedx.analyzers.rule import Hit
from kubedx.analyzers.starting import is_ready
from kubedx.findings import Confidence, Evidence, Severity
from kubedx.inventory import EdgeKind, Found, Inventory
from kubedx.kube import ContainerView, Pod, Ref, Service, container_statuses, pattern_of

FILTER = "Log"
FEW_FAILED_ANSWERS = 3
"""Requests answered with 5xx from which on an error that stands there only once counts as one of the present."""
MAX_TEXT = 6
"""Lines of a trace that evidence quotes."""

_SYSTEM = ("kube-", "openshift-")
_SYSTEM_NAMESPACES = ("calico-system", "tigera-operator", "gke-managed-system", "cattle-system", "local-path-storage")
# fmt: off
_SERVERS = frozenset((
    "postgres", "postgresql", "mysql", "mariadb", "mongo", "mongodb", "redis", "valkey", "rabbitmq", "kafka", "cassandra", "elasticsearch",
    "opensearch", "cockroach", "memcached", "nats", "percona-server", "clickhouse-server", "mssql-server", "keydb", "zookeeper", "minio",
))
# fmt: on
_OF_CLIENTS = frozenset({AUTH, SCHEMA, SYNTAX, TLS, TIMEOUT, OTHER, EXCEPTION, UPSTREAM})
"""What a database or queue logs of its clients: it tells of a fault of theirs."""
_MAY_PASS = frozenset({TIMEOUT, UPSTREAM, OTHER, EXCEPTION})
"""What happens now and then to every program under load."""
_TELEMETRY = pattern_of(
    r"otel|opentelemetry|telemetry|jaeger|zipkin|statsd|\bapm\b|profiler"
    r"|(?:traces?|spans?|metrics?) (?:export|push|upload)|export(?:ing)? (?:traces?|spans?|metrics?)",
    re.IGNORECASE,
)
"""What a program tells others of itself. It does its work without."""
_WARNED_OF = frozenset({*UNREACHABLE, SCHEMA, SPACE, TLS})
"""What programs say at the level of a warning while they try again."""


class Complaint(msgspec.Struct, frozen=True):
    """An error in the log of a ready container. `goes_on`: it is met again and again, to the present.

    `client` is the workload whose fault it is, where a database or queue logs what its clients do wrong.
    """

    pod: Pod
    view: ContainerView
    error: LoggedError
    severity: Severity
    goes_on: bool
    client: Ref | None = None

    @property
    def words(self) -> str:
        """`container "api" is ready, but logs again and again (14 times): password authentication failed for user "shop"`"""
        error = self.error
        often = (
            f"logs again and again ({error.count} times)" if self.goes_on else "logs" if error.count == 1 else f"logs {error.count} times"
        )
        return f"{label(self.view)} is ready, but {often}: {error.line}"

    @property
    def evidence(self) -> Evidence:
        """The line, with the place in the program for a trace."""
        error = self.error
        lines = error.text.splitlines()
        text = error.text if len(lines) <= MAX_TEXT else "\n".join(dict.fromkeys((lines[0], error.frame or lines[1], lines[-1])))
        quote = log_lines(self.pod.ref, self.view.container.name, text, count=error.count)
        return msgspec.structs.replace(quote, first_seen=error.first_seen, last_seen=error.last_seen)

    def hit(
        self,
        clause: str = "",
        *,
        cause: Ref | None = None,
        evidence: tuple[Evidence, ...] = (),
        values: Mapping[str, str] | None = None,
        severity: Severity | None = None,
        confidence: Confidence | None = None,
        own_reason: bool | None = None,
    ) -> Hit:
        """The report on it, with a clause on why; of a fault of a client, who that is."""
        if self.client is not None:
            clause, cause, confidence, own_reason = f"; its client is {self.client}", self.client, Confidence.POSSIBLE, False
        return Hit(
            message=f"{self.words}{clause}",
            evidence=(self.evidence, *evidence),
            part=part(self.view),
            cause=cause,
            severity=severity or self.severity,
            confidence=confidence,
            since=self.error.first_seen,
            own_reason=own_reason,
            error_class=self.error.error_class,
            values={
                "container": self.view.container.name,
                "log": self.error.line,
                "count": str(self.error.count),
                "class_meaning": MEANINGS.get(self.error.error_class, ""),
                "frame": self.error.frame,
                **(values or {}),
            },
        )


def complaints(pod: Pod, inventory: Inventory, classes: Collection[str]) -> Iterator[Complaint]:
    """Of each running container of a ready pod the worst error of these classes, of logs that are at hand."""
    for view, told in ready_logs(pod, inventory):
        found = (complaint_of(pod, view, error, told, inventory.now) for error in told.errors if error.error_class in classes)
        known = [one for one in found if one is not None and not (_is_of_clients(one) and one.severity is Severity.INFO)]
        if known:
            worst = min(known, key=lambda one: (one.severity.rank, not one.goes_on, -one.error.count))
            yield _of_client(worst, inventory) if _is_of_clients(worst) else worst


def ready_logs(pod: Pod, inventory: Inventory) -> Iterator[tuple[ContainerView, LogSummary]]:
    """The running containers of a ready pod whose log was read, with what is in it."""
    if not is_live(pod) or not is_ready(pod):
        return
    for view in container_statuses(pod):
        # An init container that has done its work is ready too, an ephemeral one never.
        if view.status is None or not view.status.ready or view.status.state.running is None:
            continue
        found = inventory.log(pod.ref, view.container.name)
        if isinstance(found, Found):
            yield view, summary(found.object)


def complaint_of(pod: Pod, view: ContainerView, error: LoggedError, told: LogSummary, now: datetime) -> Complaint | None:
    """How bad an error of a log is; None where it says nothing."""
    goes_on = error.goes_on(now)
    severity = _severity(error, told, now, goes_on=goes_on)
    if severity is None:
        return None
    return Complaint(pod, view, error, Severity.INFO if _is_of_system(pod) else severity, goes_on)


def _severity(error: LoggedError, told: LogSummary, now: datetime, *, goes_on: bool) -> Severity | None:
    if _may_be_meant(error, told):
        return Severity.INFO if goes_on else None
    if goes_on:
        return Severity.WARNING if error.rank < ERROR or error.error_class in _MAY_PASS else Severity.ERROR
    if told.failed_answers >= FEW_FAILED_ANSWERS and error.is_late(now):
        return Severity.WARNING
    return None if error.rank < ERROR or error.error_class in {OTHER, EXCEPTION} else Severity.INFO


def _may_be_meant(error: LoggedError, told: LogSummary) -> bool:
    """Whether an error may be no fault: of telemetry, or only a warning, or what a user asked for cannot be had (a card is declined)."""
    if _TELEMETRY.search(error.line):
        return True
    if error.rank < ERROR:
        tells_whom = error.error_class not in UNREACHABLE or address_in(error.line) is not None
        return error.error_class not in _WARNED_OF or not tells_whom
    return error.error_class == OTHER and not error.frame and told.failed_answers < FEW_FAILED_ANSWERS


def _is_of_system(pod: Pod) -> bool:
    return pod.namespace.startswith(_SYSTEM) or pod.namespace in _SYSTEM_NAMESPACES


def _is_of_clients(complaint: Complaint) -> bool:
    return is_server(complaint.view) and complaint.error.error_class in _OF_CLIENTS


def is_server(view: ContainerView) -> bool:
    """Whether a container is a database or queue, by its image: such a one logs what its clients do wrong."""
    return view.container.image.rpartition("/")[2].partition("@")[0].partition(":")[0] in _SERVERS


def _of_client(complaint: Complaint, inventory: Inventory) -> Complaint:
    """A complaint about a client with that client; where nobody can say which, it is for information."""
    client = _client(complaint, inventory)
    severity = Severity.INFO if client is None else max(complaint.severity, Severity.WARNING, key=lambda one: one.rank)
    return msgspec.structs.replace(complaint, client=client, severity=severity)


def _client(complaint: Complaint, inventory: Inventory) -> Ref | None:
    """The only workload that calls a database, or the only one of those that complains of the same."""
    services = [edge.source for edge in inventory.edges_to(complaint.pod.ref, EdgeKind.SELECTS) if edge.source.kind == Service.KIND.kind]
    callers = {inventory.top_owner_of(edge.source) for service in services for edge in inventory.edges_to(service, EdgeKind.CALLS)}
    if len(callers) == 1:
        return next(iter(callers))
    complaining = {caller for caller in callers if _complains(caller, complaint.error.error_class, inventory)}
    return next(iter(complaining)) if len(complaining) == 1 else None


def _complains(caller: Ref, error_class: str, inventory: Inventory) -> bool:
    pods = (pod for pod in inventory.list(Pod, caller.namespace) if inventory.top_owner_of(pod.ref) == caller)
    return any(error.error_class == error_class for pod in pods for _view, told in ready_logs(pod, inventory) for error in told.errors)
