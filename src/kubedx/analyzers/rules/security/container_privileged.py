"""container-privileged"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.security._system import is_of_the_system
from kubedx.findings import Evidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Container, Pod, containers

FINISHED = frozenset({"Succeeded", "Failed"})
HARMFUL = frozenset({"ALL", "SYS_ADMIN", "SYS_PTRACE", "SYS_MODULE", "NET_ADMIN", "DAC_READ_SEARCH", "BPF"})
"""Capabilities by which a container gets out, or at other pods."""


@rule(filter="Security", on=Pod, severity=Severity.INFO, added="0.1")
def container_privileged(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A pod has rights on its node that reach beyond its containers.

    ## What it means
    A container is privileged or has a capability that amounts to it, or the pod shares the processes, the network or the root of the
    file system of its node. Who takes over the pod has the node.
    https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline

    ## When it is not reported
    In the namespaces of the cluster itself, whose network and storage plugins need it; for agents that run on every node (the pods of
    DaemonSets), as long as no container is privileged; and for pods that have finished.

    ## How to fix it
    Take the right away, or replace it by the single capability that the program needs.
    """
    if is_of_the_system(pod) or pod.status.phase in FINISHED or pod.metadata.deletion_timestamp is not None:
        return
    agent = inventory.top_owner(pod).kind == "DaemonSet"
    for container, _role in containers(pod.spec):
        for what, evidence in _rights(pod, container, agent=agent):
            yield Hit(
                message=f'container "{container.name}" {what}',
                evidence=(evidence,),
                part=f"container {container.name}",
                values={"right": what},
            )
            break
    shared = [] if agent else list(_shared(pod))
    if shared:
        yield Hit(
            message=f"pod shares {', '.join(what for what, _ in shared)} of its node",
            evidence=tuple(evidence for _, evidence in shared),
            values={"right": f"shares {', '.join(what for what, _ in shared)}"},
        )


def _rights(pod: Pod, container: Container, *, agent: bool) -> Iterator[tuple[str, Evidence]]:
    context = container.security_context
    if context is None:
        return
    if context.privileged:
        yield "is privileged", field(pod, f"spec.containers[{container.name}].securityContext.privileged", value=True)
    added = sorted(HARMFUL.intersection(context.capabilities.add)) if context.capabilities and not agent else []
    if added:
        path = f"spec.containers[{container.name}].securityContext.capabilities.add"
        yield f"has capability {', '.join(added)}", field(pod, path, ", ".join(added))


def _shared(pod: Pod) -> Iterator[tuple[str, Evidence]]:
    if pod.spec.host_pid:
        yield "the processes", field(pod, "spec.hostPID", value=True)
    if pod.spec.host_network:
        yield "the network", field(pod, "spec.hostNetwork", value=True)
    for volume in pod.spec.volumes:
        if volume.host_path is not None and volume.host_path.path == "/":
            yield "the file system", field(pod, f"spec.volumes[{volume.name}].hostPath.path", "/")
