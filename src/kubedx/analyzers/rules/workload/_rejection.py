"""Pods that the API server refuses to create: what is refused now, and the words in which admission says why."""

import re
from collections.abc import Iterator
from datetime import datetime

import msgspec

from kubedx.analyzers.evidence import event, field
from kubedx.findings import Evidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import (
    DaemonSet,
    Event,
    Job,
    KubeObject,
    PodTemplateSpec,
    ReplicaSet,
    ReplicationController,
    StatefulSet,
    last_seen,
    pattern_of,
    pod_template,
)

Creator = ReplicaSet | StatefulSet | DaemonSet | Job | ReplicationController
CREATORS = (ReplicaSet, StatefulSet, DaemonSet, Job, ReplicationController)
"""The kinds that create pods themselves."""

# The words are those of the admission plugins in kubernetes/kubernetes plugin/pkg/admission and apiserver/pkg/admission.
QUOTA_EXCEEDED = pattern_of(
    r"exceeded quota: (?P<quota>[^,\s]+), requested: (?P<requested>.+?), used: (?P<used>.+?), limited: (?P<limited>[^\s\"]+)"
)
QUOTA_DEMANDS = pattern_of(r"failed quota: (?P<quota>[^:\s]+): must specify (?P<demands>.+)$")
OUT_OF_RANGE = pattern_of(
    r"(?P<bound>maximum|minimum) (?P<resource>\S+) usage per (?P<type>\w+) is (?P<allowed>[^,\s]+)[,.] ?"
    r"(?:but (?P<what>limit|request) is (?P<given>[^,\s\]]+)|No (?P<missing>limit|request) is specified)"
)
LIMIT_BELOW_REQUEST = pattern_of(
    r"spec\.(?P<list>containers|initContainers)\[(?P<index>\d+)\]\.resources\.requests(?:\[(?P<key>[^\]]+)\])?: "
    r'Invalid value: "(?P<request>[^"]+)": must be less than or equal to (?P<resource>\S+) limit(?: of (?P<limit>[^\s,\]]+))?'
)
POD_SECURITY = pattern_of(r'violates PodSecurity "(?P<level>[^"]+)": (?P<violations>.+)$', re.DOTALL)
WEBHOOK_DENIES = pattern_of(r'admission webhook "(?P<webhook>[^"]+)" denied the request(?: without explanation|: (?P<why>.+))?', re.DOTALL)
WEBHOOK_FAILS = pattern_of(r'failed calling webhook "(?P<webhook>[^"]+)": (?P<why>.+)$', re.DOTALL)
POLICY_DENIES = pattern_of(
    r"ValidatingAdmissionPolicy '(?P<policy>[^']+)' with binding '(?P<binding>[^']+)' denied request: (?P<why>.+)$", re.DOTALL
)
NO_SERVICE_ACCOUNT = pattern_of(r'serviceaccount "(?P<name>[^"]+)" not found')
NO_PRIORITY_CLASS = pattern_of(r"no PriorityClass with name (?P<name>\S+) was found")
NO_RUNTIME_CLASS = pattern_of(r'RuntimeClass "(?P<name>[^"]+)" not found')
NAMESPACE_ENDS = pattern_of(r"unable to create new content in namespace (?P<namespace>\S+) because it is being terminated")
KNOWN = (
    QUOTA_EXCEEDED,
    QUOTA_DEMANDS,
    OUT_OF_RANGE,
    LIMIT_BELOW_REQUEST,
    POD_SECURITY,
    WEBHOOK_DENIES,
    WEBHOOK_FAILS,
    POLICY_DENIES,
    NO_SERVICE_ACCOUNT,
    NO_PRIORITY_CLASS,
    NO_RUNTIME_CLASS,
    NAMESPACE_ENDS,
)
"""Every reason that has a rule of its own."""

_PREFIXES = pattern_of(
    r"^(?:\(combined from similar events\): )?(?:Error creating: )?"
    r"(?:create (?:Pod|Claim) \S+ (?:for Pod \S+ )?in StatefulSet \S+ failed(?: error)?: )?"
)


class Rejection(msgspec.Struct, frozen=True):
    """Why the newest attempt of a workload to create a pod was refused, in the API server's words."""

    message: str
    evidence: tuple[Evidence, ...]
    severity: Severity
    since: datetime | None = None


def rejections(workload: KubeObject, inventory: Inventory) -> Iterator[Rejection]:
    """The rejection from which a workload suffers now: none, or one.

    A ReplicaSet says so in a condition, which goes when a creation succeeds; of the other kinds the newest event counts, while they
    lack pods.
    """
    found = _by_condition(workload) or _by_event(workload, inventory)
    if found is not None and not workload.metadata.deletion_timestamp:
        yield found


def template_of(workload: KubeObject) -> PodTemplateSpec:
    """The pod template of a workload that creates pods."""
    template = pod_template(workload)
    return template if template is not None else PodTemplateSpec()


def _by_condition(workload: KubeObject) -> Rejection | None:
    if not isinstance(workload, ReplicaSet | ReplicationController) or workload.spec.replicas == 0:
        return None
    for number, condition in enumerate(workload.status.conditions):
        if condition.type == "ReplicaFailure" and condition.status == "True" and condition.reason == "FailedCreate":
            path = f"status.conditions[{number}].message"
            evidence = (field(workload, path, condition.message), *_counts(workload))
            return Rejection(_plain(condition.message), evidence, _severity(workload), condition.last_transition_time)
    return None


def _by_event(workload: KubeObject, inventory: Inventory) -> Rejection | None:
    if isinstance(workload, ReplicaSet | ReplicationController) or not _lacks_pods(workload):
        return None
    failures = inventory.events(workload, reasons=("FailedCreate",), type="Warning")
    if not failures or _succeeded_since(failures[-1], inventory.events(workload, reasons=("SuccessfulCreate",))):
        return None
    newest = failures[-1]
    return Rejection(_plain(newest.message), (event(newest), *_counts(workload)), _severity(workload), event(failures[0]).first_seen)


def _succeeded_since(failure: Event, successes: tuple[Event, ...]) -> bool:
    failed = last_seen(failure)
    return any(success is not None and failed is not None and success > failed for success in map(last_seen, successes))


def _plain(message: str) -> str:
    return _PREFIXES.sub("", message, count=1).strip()


def _lacks_pods(workload: KubeObject) -> bool:
    match workload:
        case StatefulSet():
            return workload.status.replicas < workload.spec.replicas
        case DaemonSet():
            return workload.status.current_number_scheduled < workload.status.desired_number_scheduled
        case Job():
            finished = any(one.type in {"Complete", "Failed"} and one.status == "True" for one in workload.status.conditions)
            return not finished and not workload.spec.suspend and workload.status.active == 0
        case _:
            return False


def _severity(workload: KubeObject) -> Severity:
    """An error while there is not one pod; with some, redundancy is lost."""
    match workload:
        case ReplicaSet() | StatefulSet() | ReplicationController():
            return Severity.WARNING if workload.status.ready_replicas else Severity.ERROR
        case DaemonSet():
            return Severity.WARNING if workload.status.number_ready else Severity.ERROR
        case _:
            return Severity.ERROR


def _counts(workload: KubeObject) -> tuple[Evidence, ...]:
    match workload:
        case ReplicaSet() | StatefulSet() | ReplicationController():
            return (field(workload, "spec.replicas", workload.spec.replicas), field(workload, "status.replicas", workload.status.replicas))
        case DaemonSet():
            return (
                field(workload, "status.desiredNumberScheduled", workload.status.desired_number_scheduled),
                field(workload, "status.currentNumberScheduled", workload.status.current_number_scheduled),
            )
        case Job():
            return (field(workload, "status.active", workload.status.active),)
        case _:
            return ()
