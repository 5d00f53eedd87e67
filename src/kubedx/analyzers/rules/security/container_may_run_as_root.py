"""container-may-run-as-root"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.security._system import is_of_the_system
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import Container, Pod

FINISHED = frozenset({"Succeeded", "Failed"})


@rule(filter="Security", on=Pod, severity=Severity.INFO, added="0.1")
def container_may_run_as_root(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:  # noqa: ARG001  # a rule's form
    """Nothing keeps the containers of a pod from running as root.

    ## What it means
    Neither the pod nor these containers set `runAsNonRoot` or a user, so the image decides, and most images say root.
    https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted

    ## When it is not reported
    In the namespaces of the cluster itself, on Windows, where the pod lives in a user namespace of its own (`hostUsers: false`), for
    privileged containers, which have their own rule, and for pods that have finished.

    ## How to fix it
    Set `runAsNonRoot: true` in the pod's securityContext, and a user where the image names none.
    """
    spec = pod.spec
    if (
        is_of_the_system(pod)
        or pod.status.phase in FINISHED
        or spec.host_users is False
        or (spec.os is not None and spec.os.name == "windows")
    ):
        return
    context = spec.security_context
    if context is not None and (context.run_as_non_root or context.run_as_user):
        return
    loose = [container.name for container in spec.containers if _is_loose(container)]
    if loose:
        yield Hit(
            message=f"nothing keeps {'containers' if len(loose) > 1 else 'container'} {', '.join(loose)} from running as root",
            evidence=(field(pod, "spec.securityContext", "neither runAsNonRoot nor runAsUser"),),
            values={"containers": ", ".join(loose)},
        )


def _is_loose(container: Container) -> bool:
    context = container.security_context
    return context is None or not (context.run_as_non_root or context.run_as_user or context.privileged)
