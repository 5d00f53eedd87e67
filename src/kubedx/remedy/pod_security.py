"""What the Pod Security level of a namespace forbids, as far as the fields of pods say it.

The checks that are met most: https://kubernetes.io/docs/concepts/security/pod-security-standards/ . Words of
pod-security-admission/policy. Checks of SELinux, AppArmor, sysctls, proc mounts and volume types are left out: what only they
forbid is taken to be let in.
"""

from collections.abc import Callable, Iterator

from kubedx.inventory import Found, Inventory
from kubedx.kube import Capabilities, Container, Namespace, Pod, PodSecurityContext, PodSpec, SecurityContext, containers

_ENFORCE = "pod-security.kubernetes.io/enforce"
_BASELINE_CAPABILITIES = frozenset(
    [
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    ]
)
_PROFILES = frozenset({"RuntimeDefault", "Localhost"})


def pod_security_violation(pod: Pod, inventory: Inventory) -> str:
    """What admission would say of a pod that its namespace forbids; empty for one that it lets in, or where the namespace is not known."""
    found = inventory.get(Namespace, "", pod.namespace)
    level = found.object.metadata.labels.get(_ENFORCE, "") if isinstance(found, Found) else ""
    if level not in {"baseline", "restricted"} or (pod.spec.os and pod.spec.os.name == "windows"):
        return ""
    violations = [*_baseline(pod.spec), *(_restricted(pod.spec) if level == "restricted" else ())]
    return f'violates PodSecurity "{level}:latest": {", ".join(violations)}' if violations else ""


def _baseline(spec: PodSpec) -> Iterator[str]:
    shared = {"hostNetwork": spec.host_network, "hostPID": spec.host_pid, "hostIPC": spec.host_ipc}
    if any(shared.values()):
        yield f"host namespaces ({', '.join(f'{name}=true' for name, on in shared.items() if on)})"
    paths = [volume.name for volume in spec.volumes if volume.host_path is not None]
    if paths:
        yield f"hostPath volumes ({_named('volume', paths)})"
    ports = [one for one in _all(spec) if any(port.host_port for port in one.ports)]
    if ports:
        yield f"hostPort ({_listed(ports)} uses hostPorts)"
    privileged = [one for one in _all(spec) if _context(one).privileged]
    if privileged:
        yield f"privileged ({_listed(privileged)} must not set securityContext.privileged=true)"
    adding = [one for one in _all(spec) if set(_capabilities(one).add) - _BASELINE_CAPABILITIES]
    if adding:
        added = sorted({name for one in adding for name in _capabilities(one).add} - _BASELINE_CAPABILITIES)
        yield f"non-default capabilities ({_listed(adding)} must not include {_quoted(added)} in securityContext.capabilities.add)"


def _restricted(spec: PodSpec) -> Iterator[str]:
    pod = spec.security_context or PodSecurityContext()
    checks: tuple[tuple[Callable[[SecurityContext], bool], str, str], ...] = (
        (
            lambda own: own.allow_privilege_escalation is False,
            "allowPrivilegeEscalation != false",
            "must set securityContext.allowPrivilegeEscalation=false",
        ),
        (
            lambda own: own.capabilities is not None and "ALL" in own.capabilities.drop,
            "unrestricted capabilities",
            'must set securityContext.capabilities.drop=["ALL"]',
        ),
        (
            lambda own: (own.run_as_non_root if own.run_as_non_root is not None else pod.run_as_non_root) is True,
            "runAsNonRoot != true",
            "must set securityContext.runAsNonRoot=true",
        ),
        (
            lambda own: (own.run_as_user if own.run_as_user is not None else pod.run_as_user) != 0,
            "runAsUser=0",
            "must not set runAsUser=0",
        ),
        (
            lambda own: (profile := own.seccomp_profile or pod.seccomp_profile) is not None and profile.type in _PROFILES,
            "seccompProfile",
            'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"',
        ),
    )
    for holds, name, demand in checks:
        breaking = [one for one in _all(spec) if not holds(_context(one))]
        if breaking:
            yield f"{name} ({_listed(breaking)} {demand})"


def _all(spec: PodSpec) -> tuple[Container, ...]:
    return tuple(one.container for one in containers(spec))


def _context(container: Container) -> SecurityContext:
    return container.security_context or SecurityContext()


def _capabilities(container: Container) -> Capabilities:
    return _context(container).capabilities or Capabilities()


def _listed(found: list[Container]) -> str:
    return _named("container", [one.name for one in found])


def _named(word: str, names: list[str]) -> str:
    return f"{word}{'s' if len(names) > 1 else ''} {_quoted(names)}"


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
