"""What a workload calls, and whether its pods show that a call fails."""

from collections.abc import Iterator, Sequence

import msgspec

from kubedx.analyzers.addresses import Address, addresses, has_own_names
from kubedx.analyzers.callers import UNREACHABLE, UNRESOLVED, complaints_of
from kubedx.analyzers.evidence import log_lines
from kubedx.analyzers.log_classes import UNREACHABLE as UNREACHABLE_CLASSES
from kubedx.analyzers.log_errors import summary
from kubedx.analyzers.log_words import names_host
from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.rule import AskLog, AskValues
from kubedx.analyzers.starting import is_ready, is_starting
from kubedx.findings import Evidence
from kubedx.inventory import Found, Inventory, Unknown
from kubedx.kube import (
    ConfigMap,
    CronJob,
    DaemonSet,
    Deployment,
    Job,
    KubeObject,
    LogKey,
    Pod,
    PodSpec,
    Ref,
    ReferenceUse,
    ReplicaSet,
    StatefulSet,
    pod_template,
    references,
)

Caller = Deployment | StatefulSet | DaemonSet | Job | CronJob
CALLERS = (Deployment, StatefulSet, DaemonSet, Job, CronJob)


class Sign(msgspec.Struct, frozen=True):
    """What the pods of a caller show: a line of a log about the host, or only that one of them is not well.

    `goes_on`: pods are ready, and one logs again and again that it does not reach the host.
    """

    unwell: bool = False
    line: Evidence | None = None
    goes_on: bool = False

    @property
    def words(self) -> str:
        """A clause for a message."""
        if self.goes_on:
            return "; its log complains of it again and again"
        return "; its log complains of it" if self.line is not None else ""


def called(workload: Caller, inventory: Inventory) -> Iterator[Address | AskValues]:
    """The addresses that a workload is told to talk to. Jobs of a CronJob are left to that.

    Asks for the values of ConfigMaps that its variables come from, when a pod of it is not well or its log says that it reaches something
    not.
    """
    template = pod_template(workload)
    if template is None or workload.metadata.controller is not None or workload.metadata.deletion_timestamp is not None:
        return
    if has_own_names(template.spec):
        return
    unread = [ref for ref in _config_maps(template.spec, workload.namespace) if _is_unread(ref, inventory)]
    if unread and _is_suspect(workload, inventory):
        yield from (AskValues(ref) for ref in unread)
    yield from _addresses(inventory, workload.ref)


@once_per_inventory
def _addresses(inventory: Inventory, workload: Ref) -> tuple[Address, ...]:
    """The addresses in the template of a workload: several rules ask."""
    found = inventory.find(workload)
    template = pod_template(found.object) if isinstance(found, Found) else None
    return tuple(addresses(template.spec, workload.namespace, inventory)) if template is not None else ()


def _config_maps(spec: PodSpec, namespace: str) -> tuple[Ref, ...]:
    uses = (ReferenceUse.ENV, ReferenceUse.ENV_FROM)
    found = (one for one in references(spec) if one.kind == ConfigMap.KIND and one.use in uses)
    return tuple(dict.fromkeys(ConfigMap.KIND.ref(namespace, one.name) for one in found))


def _is_unread(ref: Ref, inventory: Inventory) -> bool:
    found = inventory.find(ref)
    return isinstance(found, Found) and isinstance(found.object, ConfigMap) and found.object.data is None


def _is_suspect(workload: Caller, inventory: Inventory) -> bool:
    return any(_is_unwell(pod, inventory) or _complains(pod, inventory) for pod in _pods(inventory, workload.ref))


def _complains(pod: Pod, inventory: Inventory) -> bool:
    logs = (inventory.log(pod.ref, status.name) for status in pod.status.container_statuses)
    errors = (one for log in logs if isinstance(log, Found) for one in summary(log.object).errors)
    return any(one.error_class in UNREACHABLE_CLASSES for one in errors)


def sign_of(workload: Caller, hosts: tuple[str, ...], inventory: Inventory) -> Iterator[Sign | AskLog]:
    """How the call is seen to fail, nothing where it is not; asks for the log of a pod that is not well, or else of one that is."""
    unwell, ready = _telling(inventory, workload.ref)
    if not unwell:
        yield from _sign_of_ready(ready, hosts, inventory)
        return
    line = None
    for pattern in (UNRESOLVED, UNREACHABLE):
        for said in complaints_of(workload.ref, unwell, inventory, pattern, hosts):
            if isinstance(said, AskLog):
                yield said
            elif line is None:
                line = said.evidence
    yield Sign(unwell=True, line=line)


def _sign_of_ready(pods: Sequence[Pod], hosts: tuple[str, ...], inventory: Inventory) -> Iterator[Sign | AskLog]:
    """What the log of a ready pod says of a host, by any of its names: an error counts while it goes on."""
    for pod in pods:
        for status in pod.status.container_statuses:
            match inventory.log(pod.ref, status.name):
                case Unknown(reason=""):
                    yield AskLog(LogKey(pod.ref, status.name))
                case Found(object=log):
                    said = [one for one in summary(log).errors if one.error_class in UNREACHABLE_CLASSES]
                    late = next((one for one in said if one.goes_on(inventory.now) and names_host(one.text, hosts)), None)
                    if late is not None:
                        quote = log_lines(pod.ref, status.name, late.text, count=late.count)
                        yield Sign(line=quote, goes_on=True)
                        return


def _is_unwell(pod: Pod, inventory: Inventory) -> bool:
    if pod.status.phase == "Succeeded" or pod.metadata.deletion_timestamp is not None:
        return False
    return not is_ready(pod) and not is_starting(pod, inventory.now)


@once_per_inventory
def _telling(inventory: Inventory, workload: Ref) -> tuple[list[Pod], list[Pod]]:
    """The youngest pod of a workload that is not well, and the youngest that is ready; each alone in a list, or an empty one."""
    pods = _pods(inventory, workload)
    unwell = [pod for pod in pods if _is_unwell(pod, inventory)][-1:]
    return unwell, [pod for pod in pods if is_ready(pod) and pod.metadata.deletion_timestamp is None][-1:]


@once_per_inventory
def _pods(inventory: Inventory, of: Ref) -> list[Pod]:
    """The pods of a workload, the oldest first."""
    found = inventory.find(of)
    workload = found.object if isinstance(found, Found) else None
    owners: tuple[KubeObject, ...] = (workload,) if workload is not None else ()
    if isinstance(workload, Deployment):
        owners = inventory.owned_by(workload, ReplicaSet).items
    elif isinstance(workload, CronJob):
        owners = inventory.owned_by(workload, Job).items
    pods = [pod for owner in owners for pod in inventory.owned_by(owner, Pod)]
    return sorted(pods, key=lambda pod: (pod.metadata.creation_timestamp.isoformat() if pod.metadata.creation_timestamp else "", pod.name))
