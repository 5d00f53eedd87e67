"""config-map-key-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import unready_since
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field
from kubedx.analyzers.near_miss import did_you_mean, nearest
from kubedx.analyzers.rules.container._absence import absent_keys, keys_of
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
    for lack in absent_keys(pod, ConfigMap, inventory):
        keys = keys_of(lack.ref, inventory)
        meant = nearest(lack.keys[0], keys)
        named = ", ".join(f'"{one}"' for one in lack.keys)
        words = f"key {named} of {lack.object_words}, which has no such key"
        if len(lack.keys) > 1:
            words = f"keys {named} of {lack.object_words}, which has none of them"
        yield Hit(
            message=f"{lack.user} {lack.verb} {words}" + did_you_mean(meant),
            evidence=(*lack.evidence, *((field(lack.ref, "data", ", ".join(keys)),) if keys else ())),
            part=lack.part,
            cause=lack.ref,
            since=unready_since(pod),
            values={"object": lack.ref.name, "key": lack.keys[0], "meant": meant or "", "keys": ", ".join(keys)},
        )
