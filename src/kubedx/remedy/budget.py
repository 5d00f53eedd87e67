"""What the disruption controller would make of a PodDisruptionBudget.

Source: pkg/controller/disruption/disruption.go in kubernetes/kubernetes (getExpectedPodCount, updatePdbStatus).
"""

from collections.abc import Iterable, Iterator
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

import msgspec

from kubedx.analyzers import is_ready
from kubedx.inventory import EdgeKind, Found, Inventory
from kubedx.kube import HorizontalPodAutoscaler, Pod, PodDisruptionBudget, PodDisruptionBudgetStatus, Ref


class _Crowd(NamedTuple):
    """The pods that a budget selects: how many there are to be, and how many of them are healthy."""

    expected: int
    healthy: int


def budgets_of(pods: Iterable[Ref], inventory: Inventory) -> Iterator[PodDisruptionBudget]:
    """The budgets that select one of these pods."""
    refs = dict.fromkeys(edge.source for pod in pods for edge in inventory.edges_to(pod, EdgeKind.SELECTS))
    for ref in refs:
        found = inventory.find(ref)
        if isinstance(found, Found) and isinstance(found.object, PodDisruptionBudget):
            yield found.object


def worked_out(budget: PodDisruptionBudget, inventory: Inventory) -> PodDisruptionBudget:
    """The budget with the status that follows from its spec and its pods; as it is where its numbers cannot be understood."""
    crowd = _crowd(budget, inventory)
    spec = budget.spec
    if spec.max_unavailable is not None:
        out = _scaled(spec.max_unavailable, crowd.expected)
        desired = None if out is None else max(crowd.expected - out, 0)
    else:
        # Without either field the API server defaults to minAvailable 1: pkg/apis/policy/v1/defaults.go
        desired = _scaled(1 if spec.min_available is None else spec.min_available, crowd.expected)
    if desired is None:
        return budget
    status = PodDisruptionBudgetStatus(
        observed_generation=max(budget.metadata.generation, 1),
        expected_pods=crowd.expected,
        desired_healthy=desired,
        current_healthy=crowd.healthy,
        disruptions_allowed=max(crowd.healthy - desired, 0) if crowd.expected else 0,
    )
    return msgspec.structs.replace(budget, status=status)


def _crowd(budget: PodDisruptionBudget, inventory: Inventory) -> _Crowd:
    """Counted by workload, since of a large one not every pod is foreseen, and an autoscaler may ask for more than its manifest."""
    by_owner: dict[Ref, list[Pod]] = {}
    for edge in inventory.edges_from(budget.ref, EdgeKind.SELECTS):
        found = inventory.find(edge.target)
        if isinstance(found, Found) and isinstance(found.object, Pod) and found.object.status.phase not in {"Succeeded", "Failed"}:
            by_owner.setdefault(inventory.top_owner_of(edge.target), []).append(found.object)
    expected = healthy = 0
    for owner, pods in by_owner.items():
        wanted = max(_replicas(owner, inventory), 0) or len(pods)
        ready = sum(is_ready(pod) for pod in pods)
        expected += wanted
        healthy += wanted if ready == len(pods) else min(ready, wanted)
    return _Crowd(expected, healthy)


def _replicas(owner: Ref, inventory: Inventory) -> int:
    found = inventory.find(owner)
    spec = getattr(found.object, "spec", None) if isinstance(found, Found) else None
    asked: int = getattr(spec, "replicas", 0) or 0
    for edge in inventory.edges_to(owner, EdgeKind.SCALES):
        scaler = inventory.find(edge.source)
        if isinstance(scaler, Found) and isinstance(scaler.object, HorizontalPodAutoscaler):
            asked = max(asked, scaler.object.spec.min_replicas or 1)
    return asked


def _scaled(written: int | str, total: int) -> int | None:
    """A number, or a share of the total, rounded up; None for what is neither."""
    if isinstance(written, int):
        return written
    number = written.strip().removesuffix("%")
    if number == written.strip() or not number.isascii() or not number.isdigit() or len(number) > len("100"):
        return None
    return int((Decimal(number) * total / 100).to_integral_value(ROUND_CEILING))
