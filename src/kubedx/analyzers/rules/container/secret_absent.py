"""secret-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Outcome, rule
from kubedx.analyzers.container_state import is_well
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.rules.container._absence import absences
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Pod, ReplicaSet, Secret


@rule(
    filter="Pod",
    on=Pod,
    consults=(Secret, ReplicaSet),
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_START,
    produces=WITHOUT_PODS,
    own_reason=True,
    unless=is_well,
    added="0.1",
)
def secret_absent(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A pod needs a Secret that does not exist.

    ## What it means
    A container takes variables from the Secret, or a volume takes files from it, and there is no Secret of that name in the pod's
    namespace. The kubelet does not start the container until there is one. Where the name is near that of a Secret which exists,
    that one is named.

    ## When it is not reported
    When the reference is `optional: true`, when Secrets could not be listed and the kubelet does not say it either, and within the
    first minute of a pod whose volumes are being mounted.

    ## How to fix it
    Create the Secret in the pod's namespace, or correct the name in the pod template: a Secret of another namespace cannot be used.
    """
    yield from absences(pod, Secret, inventory)
