"""The pods of a StatefulSet by their ordinal."""

from kubedx.analyzers.starting import is_ready
from kubedx.inventory import Inventory
from kubedx.kube import Pod, StatefulSet, pattern_of

REVISION = "controller-revision-hash"
_ORDINAL = pattern_of(r"-(\d+)$")


def pods_by_ordinal(stateful_set: StatefulSet, inventory: Inventory) -> dict[int, Pod]:
    """The pods that the StatefulSet owns, lowest ordinal first."""
    pods = {}
    for pod in inventory.owned_by(stateful_set, Pod):
        match = _ORDINAL.search(pod.name)
        if match is not None and len(match[1]) < 10:
            pods[int(match[1])] = pod
    return dict(sorted(pods.items()))


def first_not_ready(pods: dict[int, Pod]) -> tuple[int, Pod] | None:
    """The pod of the lowest ordinal that is not ready."""
    return next(((ordinal, pod) for ordinal, pod in pods.items() if not is_ready(pod)), None)


def is_updating(stateful_set: StatefulSet) -> bool:
    """Whether pods of two revisions are there, or should be."""
    status = stateful_set.status
    return bool(status.update_revision) and status.current_revision != status.update_revision


def partition(stateful_set: StatefulSet) -> int:
    """The ordinal below which pods keep the old template."""
    rolling = stateful_set.spec.update_strategy.rolling_update
    return rolling.partition if rolling is not None else 0
