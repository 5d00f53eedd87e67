"""Which logs are read without any rule asking for them: those of pods that look well.

Faults that only logs show are found so, at a bounded price. What each policy means is in docs/decisions/012-logs-of-healthy-pods.md.
"""

import enum
from collections.abc import Collection, Iterable, Iterator

import msgspec

from kubedx.analyzers.container_state import is_live
from kubedx.analyzers.runner import Judgement
from kubedx.analyzers.starting import is_ready
from kubedx.findings import Severity
from kubedx.inventory import Inventory, Unknown
from kubedx.kube import LogKey, Origin, Pod, Ref, container_statuses

LOG = "Log"
"""The filter of the rules that judge what these logs say."""


class LogPolicy(enum.StrEnum):
    """Whose logs are read."""

    NONE = "none"
    """Nobody's."""
    SUSPECTS = "suspects"
    """Those that rules ask for; of a dump all that it holds; where nothing else is found, or namespaces are named, a few more."""
    SAMPLE = "sample"
    """One pod of each workload as well."""
    ALL = "all"
    """Every running container as well."""


class Sample(msgspec.Struct, frozen=True):
    """The logs to read, the most wanted first, and of each at most so many lines and bytes (0: as of any log).

    `promised`: the user asked for them, so what a bound cuts off has to be said.
    """

    keys: tuple[LogKey, ...] = ()
    left_out: int = 0
    promised: bool = False
    lines: int = 0
    size: int = 0


FEW = 40
"""Logs of pods that nothing is wrong with, which a usual scan of a live cluster reads at most."""
MOST = {LogPolicy.SAMPLE: 1000, LogPolicy.ALL: 10_000}
MOST_OF_DUMP = 20_000
FEW_LINES, FEW_BYTES = 300, 64 * 1024
"""How much of each of them is read from a live cluster."""


def logs_to_sample(inventory: Inventory, judgement: Judgement, policy: LogPolicy, namespaces: Collection[str]) -> Sample:
    """The logs of ready pods to read, of these namespaces or of all."""
    live = inventory.cluster.source is Origin.LIVE
    few = live and policy is LogPolicy.SUSPECTS
    if policy is LogPolicy.NONE or (few and not namespaces and _is_anything_wrong(judgement)):
        return Sample()
    pods = [pod for pod in inventory.list(Pod) if (not namespaces or pod.namespace in namespaces) and is_live(pod) and is_ready(pod)]
    each = few or policy is LogPolicy.SAMPLE
    keys = list(_keys(_one_of_each(pods, inventory) if each else pods, inventory))
    most = FEW if few else MOST.get(policy, MOST_OF_DUMP) if live else MOST_OF_DUMP
    lines, size = (FEW_LINES, FEW_BYTES) if live else (0, 0)
    return Sample(tuple(keys[:most]), max(0, len(keys) - most), promised=policy in MOST, lines=lines, size=size)


def pods_with_logs(keys: Iterable[LogKey]) -> tuple[Ref, ...]:
    """The pods of these logs, each once."""
    return tuple(dict.fromkeys(key.pod for key in keys))


def _is_anything_wrong(judgement: Judgement) -> bool:
    return any(finding.severity.at_least(Severity.WARNING) for finding in judgement.findings)


def _one_of_each(pods: Iterable[Pod], inventory: Inventory) -> list[Pod]:
    """The newest pod of every workload; workloads whose pods are young first, for what changed last breaks most."""
    newest: dict[Ref, Pod] = {}
    for pod in pods:
        owner = inventory.top_owner_of(pod.ref)
        if owner not in newest or _age(pod) > _age(newest[owner]):
            newest[owner] = pod
    return sorted(newest.values(), key=_age, reverse=True)


def _age(pod: Pod) -> tuple[str, str]:
    created = pod.metadata.creation_timestamp
    return created.isoformat() if created is not None else "", pod.name


def _keys(pods: Iterable[Pod], inventory: Inventory) -> Iterator[LogKey]:
    """Their running containers whose log nobody has asked for."""
    for pod in pods:
        for view in container_statuses(pod):
            running = view.status is not None and view.status.state.running is not None
            if running and inventory.log(pod.ref, view.container.name) == Unknown(""):
                yield LogKey(pod.ref, view.container.name)
