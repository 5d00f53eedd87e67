"""The controllers that keep pods running."""

from typing import ClassVar

from kubedx.kube.claim import PersistentVolumeClaimSpec
from kubedx.kube.object import Condition, KubeObject, ObjectMeta, Struct, Timestamp
from kubedx.kube.pod import PodTemplateSpec
from kubedx.kube.ref import Kind
from kubedx.kube.selector import LabelSelector


class DeploymentCondition(Condition, frozen=True):
    """A condition of a Deployment; `last_update_time` is when the rollout last made progress."""

    last_update_time: Timestamp | None = None


class RollingUpdateDeployment(Struct, frozen=True):
    """How many pods a rollout may add or miss, as numbers or percentages."""

    max_surge: int | str = "25%"
    max_unavailable: int | str = "25%"


class DeploymentStrategy(Struct, frozen=True):
    """How new pods replace old ones."""

    rolling_update: RollingUpdateDeployment | None = None
    type: str = "RollingUpdate"


class DeploymentSpec(Struct, frozen=True):
    """What a Deployment is to be."""

    min_ready_seconds: int = 0
    paused: bool = False
    progress_deadline_seconds: int = 600
    replicas: int = 1
    revision_history_limit: int = 10
    selector: LabelSelector | None = None
    strategy: DeploymentStrategy = DeploymentStrategy()
    template: PodTemplateSpec = PodTemplateSpec()


class DeploymentStatus(Struct, frozen=True):
    """How far a Deployment is."""

    available_replicas: int = 0
    conditions: tuple[DeploymentCondition, ...] = ()
    observed_generation: int = 0
    ready_replicas: int = 0
    replicas: int = 0
    terminating_replicas: int | None = None
    unavailable_replicas: int = 0
    updated_replicas: int = 0


class Deployment(KubeObject, frozen=True):
    """A Deployment. https://kubernetes.io/docs/concepts/workloads/controllers/deployment/"""

    KIND: ClassVar[Kind] = Kind("apps/v1", "Deployment", "deployments")

    spec: DeploymentSpec = DeploymentSpec()
    status: DeploymentStatus = DeploymentStatus()


class ReplicaSetSpec(Struct, frozen=True):
    """What a ReplicaSet is to be."""

    min_ready_seconds: int = 0
    replicas: int = 1
    selector: LabelSelector | None = None
    template: PodTemplateSpec = PodTemplateSpec()


class ReplicaSetStatus(Struct, frozen=True):
    """How far a ReplicaSet is."""

    available_replicas: int = 0
    conditions: tuple[Condition, ...] = ()
    fully_labeled_replicas: int = 0
    observed_generation: int = 0
    ready_replicas: int = 0
    replicas: int = 0
    terminating_replicas: int | None = None


class ReplicaSet(KubeObject, frozen=True):
    """A ReplicaSet."""

    KIND: ClassVar[Kind] = Kind("apps/v1", "ReplicaSet", "replicasets")

    spec: ReplicaSetSpec = ReplicaSetSpec()
    status: ReplicaSetStatus = ReplicaSetStatus()


class RollingUpdateStatefulSetStrategy(Struct, frozen=True):
    """Ordinals below `partition` keep the old template."""

    max_unavailable: int | str | None = None
    partition: int = 0


class StatefulSetUpdateStrategy(Struct, frozen=True):
    """How new pods replace old ones."""

    rolling_update: RollingUpdateStatefulSetStrategy | None = None
    type: str = "RollingUpdate"


class StatefulSetOrdinals(Struct, frozen=True):
    """The ordinal of the first pod."""

    start: int = 0


class StatefulSetPersistentVolumeClaimRetentionPolicy(Struct, frozen=True):
    """What happens to the claims of pods that go."""

    when_deleted: str = "Retain"
    when_scaled: str = "Retain"


class ClaimTemplate(Struct, frozen=True):
    """What a StatefulSet makes the claims of its pods from."""

    metadata: ObjectMeta = ObjectMeta()
    spec: PersistentVolumeClaimSpec = PersistentVolumeClaimSpec()


class StatefulSetSpec(Struct, frozen=True):
    """What a StatefulSet is to be."""

    min_ready_seconds: int = 0
    ordinals: StatefulSetOrdinals | None = None
    persistent_volume_claim_retention_policy: StatefulSetPersistentVolumeClaimRetentionPolicy | None = None
    pod_management_policy: str = "OrderedReady"
    replicas: int = 1
    revision_history_limit: int = 10
    selector: LabelSelector | None = None
    service_name: str = ""
    template: PodTemplateSpec = PodTemplateSpec()
    update_strategy: StatefulSetUpdateStrategy = StatefulSetUpdateStrategy()
    volume_claim_templates: tuple[ClaimTemplate, ...] = ()


class StatefulSetStatus(Struct, frozen=True):
    """How far a StatefulSet is."""

    available_replicas: int = 0
    conditions: tuple[Condition, ...] = ()
    current_replicas: int = 0
    current_revision: str = ""
    observed_generation: int = 0
    ready_replicas: int = 0
    replicas: int = 0
    update_revision: str = ""
    updated_replicas: int = 0


class StatefulSet(KubeObject, frozen=True):
    """A StatefulSet. https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/"""

    KIND: ClassVar[Kind] = Kind("apps/v1", "StatefulSet", "statefulsets")

    spec: StatefulSetSpec = StatefulSetSpec()
    status: StatefulSetStatus = StatefulSetStatus()


class RollingUpdateDaemonSet(Struct, frozen=True):
    """How many nodes a rollout may add or miss, as numbers or percentages."""

    max_surge: int | str = 0
    max_unavailable: int | str = 1


class DaemonSetUpdateStrategy(Struct, frozen=True):
    """How new pods replace old ones."""

    rolling_update: RollingUpdateDaemonSet | None = None
    type: str = "RollingUpdate"


class DaemonSetSpec(Struct, frozen=True):
    """What a DaemonSet is to be."""

    min_ready_seconds: int = 0
    revision_history_limit: int = 10
    selector: LabelSelector | None = None
    template: PodTemplateSpec = PodTemplateSpec()
    update_strategy: DaemonSetUpdateStrategy = DaemonSetUpdateStrategy()


class DaemonSetStatus(Struct, frozen=True):
    """How many nodes run the pod, by the controller's own count."""

    conditions: tuple[Condition, ...] = ()
    current_number_scheduled: int = 0
    desired_number_scheduled: int = 0
    number_available: int = 0
    number_misscheduled: int = 0
    number_ready: int = 0
    number_unavailable: int = 0
    observed_generation: int = 0
    updated_number_scheduled: int = 0


class DaemonSet(KubeObject, frozen=True):
    """A DaemonSet. https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/"""

    KIND: ClassVar[Kind] = Kind("apps/v1", "DaemonSet", "daemonsets")

    spec: DaemonSetSpec = DaemonSetSpec()
    status: DaemonSetStatus = DaemonSetStatus()


class ReplicationControllerSpec(Struct, frozen=True):
    """What a ReplicationController is to be."""

    min_ready_seconds: int = 0
    replicas: int = 1
    selector: dict[str, str] = {}
    template: PodTemplateSpec = PodTemplateSpec()


class ReplicationControllerStatus(Struct, frozen=True):
    """How far a ReplicationController is."""

    available_replicas: int = 0
    conditions: tuple[Condition, ...] = ()
    fully_labeled_replicas: int = 0
    observed_generation: int = 0
    ready_replicas: int = 0
    replicas: int = 0


class ReplicationController(KubeObject, frozen=True):
    """A ReplicationController, the forerunner of the ReplicaSet."""

    KIND: ClassVar[Kind] = Kind("v1", "ReplicationController", "replicationcontrollers")

    spec: ReplicationControllerSpec = ReplicationControllerSpec()
    status: ReplicationControllerStatus = ReplicationControllerStatus()


class RevisionSpec(Struct, frozen=True):
    """The part of a workload that a revision keeps: its template alone."""

    template: PodTemplateSpec | None = None


class RevisionPatch(Struct, frozen=True):
    """What a revision keeps: a patch of the workload.

    Source: pkg/controller/statefulset/stateful_set_utils.go and pkg/controller/daemon/update.go, getPatch in kubernetes/kubernetes.
    """

    spec: RevisionSpec = RevisionSpec()


class ControllerRevision(KubeObject, frozen=True):
    """A template that a StatefulSet or DaemonSet has, or had."""

    KIND: ClassVar[Kind] = Kind("apps/v1", "ControllerRevision", "controllerrevisions")

    data: RevisionPatch = RevisionPatch()
    revision: int = 0
