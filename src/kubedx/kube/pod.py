"""Pods and pod templates."""

from typing import ClassVar

import msgspec

from kubedx.kube.affinity import Affinity, TopologySpreadConstraint
from kubedx.kube.container import (
    AppArmorProfile,
    Container,
    EphemeralContainer,
    ResourceRequirements,
    SeccompProfile,
    SELinuxOptions,
)
from kubedx.kube.object import Condition, KubeObject, LocalObjectReference, ObjectMeta, Struct, Timestamp
from kubedx.kube.quantity import Quantity
from kubedx.kube.ref import Kind
from kubedx.kube.toleration import Toleration
from kubedx.kube.volume import Volume


class PodSecurityContext(Struct, frozen=True):
    """The rights that all containers of the pod start from."""

    app_armor_profile: AppArmorProfile | None = None
    fs_group: int | None = None
    fs_group_change_policy: str = ""
    run_as_group: int | None = None
    run_as_non_root: bool | None = None
    run_as_user: int | None = None
    se_linux_change_policy: str = ""
    se_linux_options: SELinuxOptions | None = None
    seccomp_profile: SeccompProfile | None = None
    supplemental_groups: tuple[int, ...] = ()
    supplemental_groups_policy: str = ""


class PodDNSConfigOption(Struct, frozen=True):
    """An option of the resolver."""

    name: str = ""
    value: str | None = None


class PodDNSConfig(Struct, frozen=True):
    """The pod's own settings of its resolver."""

    nameservers: tuple[str, ...] = ()
    options: tuple[PodDNSConfigOption, ...] = ()
    searches: tuple[str, ...] = ()


class HostAlias(Struct, frozen=True):
    """A line of the pod's /etc/hosts."""

    hostnames: tuple[str, ...] = ()
    ip: str = ""


class PodReadinessGate(Struct, frozen=True):
    """A condition that must be True before the pod is ready."""

    condition_type: str = ""


class PodSchedulingGate(Struct, frozen=True):
    """A gate that keeps the scheduler from the pod."""

    name: str = ""


class PodResourceClaim(Struct, frozen=True):
    """A ResourceClaim that the pod needs, by name or made from a template."""

    name: str = ""
    resource_claim_name: str = ""
    resource_claim_template_name: str = ""


class PodOS(Struct, frozen=True):
    """The operating system of the containers."""

    name: str = ""


class PodSpec(Struct, frozen=True):
    """What a pod is to be."""

    active_deadline_seconds: int | None = None
    affinity: Affinity | None = None
    automount_service_account_token: bool | None = None
    containers: tuple[Container, ...] = ()
    dns_config: PodDNSConfig | None = None
    dns_policy: str = "ClusterFirst"
    enable_service_links: bool = True
    ephemeral_containers: tuple[EphemeralContainer, ...] = ()
    host_aliases: tuple[HostAlias, ...] = ()
    host_ipc: bool = msgspec.field(name="hostIPC", default=False)
    host_network: bool = False
    host_pid: bool = msgspec.field(name="hostPID", default=False)
    host_users: bool | None = None
    hostname: str = ""
    image_pull_secrets: tuple[LocalObjectReference, ...] = ()
    init_containers: tuple[Container, ...] = ()
    node_name: str = ""
    node_selector: dict[str, str] = {}
    os: PodOS | None = None
    overhead: dict[str, Quantity] = {}
    preemption_policy: str = ""
    priority: int | None = None
    priority_class_name: str = ""
    readiness_gates: tuple[PodReadinessGate, ...] = ()
    resource_claims: tuple[PodResourceClaim, ...] = ()
    resources: ResourceRequirements | None = None
    restart_policy: str = "Always"
    runtime_class_name: str = ""
    scheduler_name: str = "default-scheduler"
    scheduling_gates: tuple[PodSchedulingGate, ...] = ()
    security_context: PodSecurityContext | None = None
    service_account_name: str = ""
    set_hostname_as_fqdn: bool = msgspec.field(name="setHostnameAsFQDN", default=False)
    share_process_namespace: bool = False
    subdomain: str = ""
    termination_grace_period_seconds: int = 30
    tolerations: tuple[Toleration, ...] = ()
    topology_spread_constraints: tuple[TopologySpreadConstraint, ...] = ()
    volumes: tuple[Volume, ...] = ()


class ContainerStateWaiting(Struct, frozen=True):
    """The container is not running yet, or not again."""

    message: str = ""
    reason: str = ""


class ContainerStateRunning(Struct, frozen=True):
    """The container is running."""

    started_at: Timestamp | None = None


class ContainerStateTerminated(Struct, frozen=True):
    """The container has ended. `signal` 0 means none."""

    container_id: str = msgspec.field(name="containerID", default="")
    exit_code: int = 0
    finished_at: Timestamp | None = None
    message: str = ""
    reason: str = ""
    signal: int = 0
    started_at: Timestamp | None = None


class ContainerState(Struct, frozen=True):
    """One of the three is set; none means waiting."""

    running: ContainerStateRunning | None = None
    terminated: ContainerStateTerminated | None = None
    waiting: ContainerStateWaiting | None = None


class ContainerStatus(Struct, frozen=True):
    """What a container does, and how its run before ended."""

    name: str = ""
    image: str = ""
    image_id: str = msgspec.field(name="imageID", default="")
    container_id: str = msgspec.field(name="containerID", default="")
    ready: bool = False
    started: bool | None = None
    restart_count: int = 0
    state: ContainerState = ContainerState()
    last_state: ContainerState = ContainerState()
    resources: ResourceRequirements | None = None
    allocated_resources: dict[str, Quantity] = {}


class PodIP(Struct, frozen=True):
    """An address of a pod."""

    ip: str = ""


class HostIP(Struct, frozen=True):
    """An address of the node."""

    ip: str = ""


class PodCondition(Condition, frozen=True):
    """A condition of a pod."""

    last_probe_time: Timestamp | None = None


class PodResourceClaimStatus(Struct, frozen=True):
    """The ResourceClaim that was made for the pod."""

    name: str = ""
    resource_claim_name: str = ""


class PodStatus(Struct, frozen=True):
    """What a pod is."""

    conditions: tuple[PodCondition, ...] = ()
    container_statuses: tuple[ContainerStatus, ...] = ()
    ephemeral_container_statuses: tuple[ContainerStatus, ...] = ()
    host_ip: str = msgspec.field(name="hostIP", default="")
    host_ips: tuple[HostIP, ...] = msgspec.field(name="hostIPs", default=())
    init_container_statuses: tuple[ContainerStatus, ...] = ()
    message: str = ""
    nominated_node_name: str = ""
    phase: str = ""
    pod_ip: str = msgspec.field(name="podIP", default="")
    pod_ips: tuple[PodIP, ...] = msgspec.field(name="podIPs", default=())
    qos_class: str = ""
    reason: str = ""
    resize: str = ""
    resource_claim_statuses: tuple[PodResourceClaimStatus, ...] = ()
    start_time: Timestamp | None = None


class PodTemplateSpec(Struct, frozen=True):
    """What a workload makes its pods from."""

    metadata: ObjectMeta = ObjectMeta()
    spec: PodSpec = PodSpec()


class Pod(KubeObject, frozen=True):
    """A pod. https://kubernetes.io/docs/concepts/workloads/pods/"""

    KIND: ClassVar[Kind] = Kind("v1", "Pod", "pods")

    spec: PodSpec = PodSpec()
    status: PodStatus = PodStatus()
