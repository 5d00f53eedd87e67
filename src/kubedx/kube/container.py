"""The containers of a pod: what they run, their ports, probes, resources and rights."""

import msgspec

from kubedx.kube.environment import EnvFromSource, EnvVar
from kubedx.kube.object import Struct
from kubedx.kube.quantity import Quantity


class ContainerPort(Struct, frozen=True):
    """A port that the container declares; information only, undeclared ports are open too."""

    container_port: int = 0
    host_ip: str = msgspec.field(name="hostIP", default="")
    host_port: int = 0
    name: str = ""
    protocol: str = "TCP"


class ContainerResourceClaim(Struct, frozen=True):
    """A claim of the pod that a container uses."""

    name: str = ""
    request: str = ""


class ResourceRequirements(Struct, frozen=True):
    """Requests and limits, as written."""

    claims: tuple[ContainerResourceClaim, ...] = ()
    limits: dict[str, Quantity] = {}
    requests: dict[str, Quantity] = {}


class ExecAction(Struct, frozen=True):
    """A command run inside the container."""

    command: tuple[str, ...] = ()


class HTTPHeader(Struct, frozen=True):
    """A header of a probe."""

    name: str = ""
    value: str = ""


class HTTPGetAction(Struct, frozen=True):
    """A GET; `port` is a number or the name of a container port; an empty `host` is the pod."""

    host: str = ""
    http_headers: tuple[HTTPHeader, ...] = ()
    path: str = "/"
    port: int | str | None = None
    scheme: str = "HTTP"


class TCPSocketAction(Struct, frozen=True):
    """A TCP connection; `port` is a number or the name of a container port."""

    host: str = ""
    port: int | str | None = None


class GRPCAction(Struct, frozen=True):
    """A call of the gRPC health service."""

    port: int = 0
    service: str = ""


class SleepAction(Struct, frozen=True):
    """A pause."""

    seconds: int = 0


class LifecycleHandler(Struct, frozen=True):
    """What a hook does: one is set."""

    exec: ExecAction | None = None
    http_get: HTTPGetAction | None = None
    sleep: SleepAction | None = None
    tcp_socket: TCPSocketAction | None = None


class Lifecycle(Struct, frozen=True):
    """The hooks of a container."""

    post_start: LifecycleHandler | None = None
    pre_stop: LifecycleHandler | None = None
    stop_signal: str = ""


class Probe(Struct, frozen=True):
    """A probe; one handler is set. Times in seconds, thresholds in attempts."""

    exec: ExecAction | None = None
    failure_threshold: int = 3
    grpc: GRPCAction | None = None
    http_get: HTTPGetAction | None = None
    initial_delay_seconds: int = 0
    period_seconds: int = 10
    success_threshold: int = 1
    tcp_socket: TCPSocketAction | None = None
    termination_grace_period_seconds: int | None = None
    timeout_seconds: int = 1


class Capabilities(Struct, frozen=True):
    """Linux capabilities added and dropped."""

    add: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


class SELinuxOptions(Struct, frozen=True):
    """The SELinux context."""

    level: str = ""
    role: str = ""
    type: str = ""
    user: str = ""


class SeccompProfile(Struct, frozen=True):
    """The seccomp profile."""

    localhost_profile: str = ""
    type: str = ""


class AppArmorProfile(Struct, frozen=True):
    """The AppArmor profile."""

    localhost_profile: str = ""
    type: str = ""


class SecurityContext(Struct, frozen=True):
    """The rights of one container; what is None is taken from the pod."""

    allow_privilege_escalation: bool | None = None
    app_armor_profile: AppArmorProfile | None = None
    capabilities: Capabilities | None = None
    privileged: bool | None = None
    proc_mount: str = ""
    read_only_root_filesystem: bool | None = None
    run_as_group: int | None = None
    run_as_non_root: bool | None = None
    run_as_user: int | None = None
    se_linux_options: SELinuxOptions | None = None
    seccomp_profile: SeccompProfile | None = None


class VolumeMount(Struct, frozen=True):
    """Where a volume of the pod appears in the container."""

    mount_path: str = ""
    mount_propagation: str = ""
    name: str = ""
    read_only: bool = False
    recursive_read_only: str = ""
    sub_path: str = ""
    sub_path_expr: str = ""


class VolumeDevice(Struct, frozen=True):
    """Where a block volume of the pod appears in the container."""

    device_path: str = ""
    name: str = ""


class ContainerRestartRuleOnExitCodes(Struct, frozen=True):
    """The exit codes that a restart rule covers."""

    operator: str = ""
    values: tuple[int, ...] = ()


class ContainerRestartRule(Struct, frozen=True):
    """What to do when the container exits with certain codes."""

    action: str = ""
    exit_codes: ContainerRestartRuleOnExitCodes | None = None


class Container(Struct, frozen=True):
    """A container, init container or (by `restart_policy` Always among the init containers) sidecar."""

    args: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    env: tuple[EnvVar, ...] = ()
    env_from: tuple[EnvFromSource, ...] = ()
    image: str = ""
    image_pull_policy: str = ""
    lifecycle: Lifecycle | None = None
    liveness_probe: Probe | None = None
    name: str = ""
    ports: tuple[ContainerPort, ...] = ()
    readiness_probe: Probe | None = None
    resources: ResourceRequirements = ResourceRequirements()
    restart_policy: str = ""
    restart_policy_rules: tuple[ContainerRestartRule, ...] = ()
    security_context: SecurityContext | None = None
    startup_probe: Probe | None = None
    stdin: bool = False
    stdin_once: bool = False
    termination_message_policy: str = ""
    tty: bool = False
    volume_devices: tuple[VolumeDevice, ...] = ()
    volume_mounts: tuple[VolumeMount, ...] = ()
    working_dir: str = ""


class EphemeralContainer(Container, frozen=True):
    """A container added to a running pod for debugging; it sees the processes of the target container, if it names one."""

    target_container_name: str = ""
