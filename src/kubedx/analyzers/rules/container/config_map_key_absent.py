"""config-map-key-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Outcome, rule
from kubedx.analyzers.container_state import is_well
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.rules.container._absence import key_absences
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import ConfigMap, Pod


@rule(
    filter="Pod",
    on=Pod,
    consults=(ConfigMap,),
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_START,
    produces=WITHOUT_PODS,
    own_reason=True,
    unless=is_well,
    added="0.1",
)
def config_map_key_absent(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A pod needs a key that a ConfigMap does not have.

    ## What it means
    A container takes a variable from that key, or a volume makes a file of it. The ConfigMap exists, the key does not, so the kubelet
    does not start the container. Where a key of the ConfigMap is near the one that is asked for, it is named.

    ## When it is not reported
    When the reference is `optional: true`, when the whole ConfigMap is absent (another rule says that), and when its keys could not be
    read and the kubelet does not say it either.

    ## How to fix it
    Correct the key in the pod template, or add it to the ConfigMap.
    """
    yield from key_absences(pod, ConfigMap, inventory)
