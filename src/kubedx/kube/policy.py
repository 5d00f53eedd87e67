"""Pod disruption budgets."""

from typing import ClassVar

from kubedx.kube.object import Condition, KubeObject, Struct
from kubedx.kube.ref import Kind
from kubedx.kube.selector import LabelSelector


class PodDisruptionBudgetSpec(Struct, frozen=True):
    """How many pods must stay; `selector` None selects nothing, empty everything of the namespace."""

    max_unavailable: int | str | None = None
    min_available: int | str | None = None
    selector: LabelSelector | None = None
    unhealthy_pod_eviction_policy: str = ""


class PodDisruptionBudgetStatus(Struct, frozen=True):
    """How many disruptions are allowed now."""

    conditions: tuple[Condition, ...] = ()
    current_healthy: int = 0
    desired_healthy: int = 0
    disruptions_allowed: int = 0
    expected_pods: int = 0
    observed_generation: int = 0


class PodDisruptionBudget(KubeObject, frozen=True):
    """A PodDisruptionBudget. https://kubernetes.io/docs/tasks/run-application/configure-pdb/"""

    KIND: ClassVar[Kind] = Kind("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets")

    spec: PodDisruptionBudgetSpec = PodDisruptionBudgetSpec()
    status: PodDisruptionBudgetStatus = PodDisruptionBudgetStatus()
