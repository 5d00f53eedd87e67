"""What a workload calls, and whether its pods show that a call fails."""

from collections.abc import Iterator

import msgspec

from kubedx.analyzers.addresses import Address, addresses, has_own_names
from kubedx.analyzers.callers import UNREACHABLE, UNRESOLVED, complaints_of
from kubedx.analyzers.rule import AskLog
from kubedx.analyzers.starting import is_ready, is_starting
from kubedx.findings import Evidence
from kubedx.inventory import Inventory
from kubedx.kube import CronJob, DaemonSet, Deployment, Job, KubeObject, Pod, ReplicaSet, StatefulSet, pod_template

Caller = Deployment | StatefulSet | DaemonSet | Job | CronJob
CALLERS = (Deployment, StatefulSet, DaemonSet, Job, CronJob)


class Sign(msgspec.Struct, frozen=True):
    """What the pods of a caller show: a line of a log about the host, or only that one of them is not well."""

    unwell: bool = False
    line: Evidence | None = None


def called(workload: Caller, inventory: Inventory) -> Iterator[Address]:
    """The addresses that a workload is told to talk to. Jobs of a CronJob are left to that."""
    template = pod_template(workload)
    if template is None or workload.metadata.controller is not None or workload.metadata.deletion_timestamp is not None:
        return
    if not has_own_names(template.spec):
        yield from addresses(template.spec, workload.namespace, inventory)


def sign_of(workload: Caller, host: str, inventory: Inventory) -> Iterator[Sign | AskLog]:
    """Whether the call is seen to fail; asks for the logs of pods that are not well."""
    unwell = [pod for pod in _pods(workload, inventory) if _is_unwell(pod, inventory)][-1:]
    line = None
    for pattern in (UNRESOLVED, UNREACHABLE):
        for said in complaints_of(workload.ref, unwell, inventory, pattern, (host,)):
            if isinstance(said, AskLog):
                yield said
            elif line is None:
                line = said.evidence
    yield Sign(bool(unwell), line)


def _is_unwell(pod: Pod, inventory: Inventory) -> bool:
    if pod.status.phase == "Succeeded" or pod.metadata.deletion_timestamp is not None:
        return False
    return not is_ready(pod) and not is_starting(pod, inventory.now)


def _pods(workload: KubeObject, inventory: Inventory) -> list[Pod]:
    """The pods of a workload, the oldest first."""
    owners: tuple[KubeObject, ...] = (workload,)
    if isinstance(workload, Deployment):
        owners = inventory.owned_by(workload, ReplicaSet).items
    elif isinstance(workload, CronJob):
        owners = inventory.owned_by(workload, Job).items
    pods = [pod for owner in owners for pod in inventory.owned_by(owner, Pod)]
    return sorted(pods, key=lambda pod: (pod.metadata.creation_timestamp.isoformat() if pod.metadata.creation_timestamp else "", pod.name))
