"""Horizontal pod autoscalers."""

from typing import ClassVar

from kubedx.kube.object import Condition, KubeObject, Struct, Timestamp
from kubedx.kube.quantity import Quantity
from kubedx.kube.ref import Kind
from kubedx.kube.selector import LabelSelector


class CrossVersionObjectReference(Struct, frozen=True):
    """An object of the same namespace."""

    api_version: str = ""
    kind: str = ""
    name: str = ""


class MetricTarget(Struct, frozen=True):
    """The value that the autoscaler aims at."""

    average_utilization: int | None = None
    average_value: Quantity | None = None
    type: str = ""
    value: Quantity | None = None


class MetricValueStatus(Struct, frozen=True):
    """The value that it read."""

    average_utilization: int | None = None
    average_value: Quantity | None = None
    value: Quantity | None = None


class MetricIdentifier(Struct, frozen=True):
    """A metric, by name and labels."""

    name: str = ""
    selector: LabelSelector | None = None


class ResourceMetricSource(Struct, frozen=True):
    """CPU or memory of the pods."""

    name: str = ""
    target: MetricTarget = MetricTarget()


class ContainerResourceMetricSource(Struct, frozen=True):
    """CPU or memory of one container of the pods."""

    container: str = ""
    name: str = ""
    target: MetricTarget = MetricTarget()


class PodsMetricSource(Struct, frozen=True):
    """A custom metric of the pods."""

    metric: MetricIdentifier = MetricIdentifier()
    target: MetricTarget = MetricTarget()


class ObjectMetricSource(Struct, frozen=True):
    """A metric of another object."""

    described_object: CrossVersionObjectReference = CrossVersionObjectReference()
    metric: MetricIdentifier = MetricIdentifier()
    target: MetricTarget = MetricTarget()


class ExternalMetricSource(Struct, frozen=True):
    """A metric from outside the cluster."""

    metric: MetricIdentifier = MetricIdentifier()
    target: MetricTarget = MetricTarget()


class MetricSpec(Struct, frozen=True):
    """A metric to scale by; the one that `type` names is set."""

    container_resource: ContainerResourceMetricSource | None = None
    external: ExternalMetricSource | None = None
    object: ObjectMetricSource | None = None
    pods: PodsMetricSource | None = None
    resource: ResourceMetricSource | None = None
    type: str = ""


class ResourceMetricStatus(Struct, frozen=True):
    """What was read of a resource."""

    current: MetricValueStatus = MetricValueStatus()
    name: str = ""


class ContainerResourceMetricStatus(Struct, frozen=True):
    """What was read of one container's resource."""

    container: str = ""
    current: MetricValueStatus = MetricValueStatus()
    name: str = ""


class PodsMetricStatus(Struct, frozen=True):
    """What was read of a pods metric."""

    current: MetricValueStatus = MetricValueStatus()
    metric: MetricIdentifier = MetricIdentifier()


class ObjectMetricStatus(Struct, frozen=True):
    """What was read of an object metric."""

    current: MetricValueStatus = MetricValueStatus()
    described_object: CrossVersionObjectReference = CrossVersionObjectReference()
    metric: MetricIdentifier = MetricIdentifier()


class ExternalMetricStatus(Struct, frozen=True):
    """What was read of an external metric."""

    current: MetricValueStatus = MetricValueStatus()
    metric: MetricIdentifier = MetricIdentifier()


class MetricStatus(Struct, frozen=True):
    """What was read of a metric."""

    container_resource: ContainerResourceMetricStatus | None = None
    external: ExternalMetricStatus | None = None
    object: ObjectMetricStatus | None = None
    pods: PodsMetricStatus | None = None
    resource: ResourceMetricStatus | None = None
    type: str = ""


class HPAScalingPolicy(Struct, frozen=True):
    """A limit on the speed of scaling."""

    period_seconds: int = 0
    type: str = ""
    value: int = 0


class HPAScalingRules(Struct, frozen=True):
    """How fast to scale in one direction."""

    policies: tuple[HPAScalingPolicy, ...] = ()
    select_policy: str = ""
    stabilization_window_seconds: int | None = None
    tolerance: Quantity | None = None


class HorizontalPodAutoscalerBehavior(Struct, frozen=True):
    """How fast to scale up and down."""

    scale_down: HPAScalingRules | None = None
    scale_up: HPAScalingRules | None = None


class HorizontalPodAutoscalerSpec(Struct, frozen=True):
    """What to scale, by what, and between which bounds."""

    behavior: HorizontalPodAutoscalerBehavior | None = None
    max_replicas: int = 0
    metrics: tuple[MetricSpec, ...] = ()
    min_replicas: int = 1
    scale_target_ref: CrossVersionObjectReference = CrossVersionObjectReference()


class HorizontalPodAutoscalerStatus(Struct, frozen=True):
    """What the autoscaler sees and wants."""

    conditions: tuple[Condition, ...] = ()
    current_metrics: tuple[MetricStatus, ...] = ()
    current_replicas: int = 0
    desired_replicas: int = 0
    last_scale_time: Timestamp | None = None
    observed_generation: int = 0


class HorizontalPodAutoscaler(KubeObject, frozen=True):
    """A HorizontalPodAutoscaler. https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/"""

    KIND: ClassVar[Kind] = Kind("autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers")

    spec: HorizontalPodAutoscalerSpec = HorizontalPodAutoscalerSpec()
    status: HorizontalPodAutoscalerStatus = HorizontalPodAutoscalerStatus()
