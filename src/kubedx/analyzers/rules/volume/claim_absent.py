"""claim-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import has_started, is_live, is_well, live_containers, unready_since
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import event, field
from kubedx.analyzers.near_miss import describe_nearest, nearest_objects, only
from kubedx.findings import Effect, Evidence, Severity
from kubedx.inventory import Absent, Found, Inventory
from kubedx.kube import PersistentVolumeClaim, Pod, Ref, condition, references


@rule(
    filter="Pod",
    on=Pod,
    consults=(PersistentVolumeClaim,),
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_SCHEDULE,
    produces=(Effect.CANNOT_START, *WITHOUT_PODS),
    own_reason=True,
    unless=is_well,
    added="0.1",
)
def claim_absent(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A pod mounts a PersistentVolumeClaim that does not exist.

    ## What it means
    A volume of the pod names a claim that is not in its namespace. The scheduler places the pod on no node until there is one. Where
    the name is near that of a claim which exists, that one is named.

    ## When it is not reported
    When claims could not be listed and the scheduler does not say it either, for pods that run already, and for the claims that a
    StatefulSet or an ephemeral volume is about to make for a pod less than a minute old.

    ## How to fix it
    Create the claim in the pod's namespace, or correct `claimName` in the pod template.
    """
    if not is_live(pod) or is_well(pod) or any(has_started(view) for view in live_containers(pod)):
        return
    scheduled = condition(pod, "PodScheduled")
    said = scheduled.message if scheduled is not None and scheduled.status == "False" else ""
    for reference in references(pod.spec, pod.name):
        if reference.kind != PersistentVolumeClaim.KIND:
            continue
        ref = PersistentVolumeClaim.KIND.ref(pod.namespace, reference.name)
        if not _lacks(pod, ref, said, inventory):
            continue
        near = nearest_objects(inventory, PersistentVolumeClaim, pod.namespace, reference.name)
        near = tuple(ref for ref in near if ref.namespace == pod.namespace)
        meant = only(near)
        words = f'volume "{reference.part}" mounts claim "{reference.name}", which does not exist'
        yield Hit(
            message=words + describe_nearest(near, pod.namespace),
            evidence=(field(pod, f"spec.{reference.path}", reference.name), *_told(pod, said, inventory)),
            part=f"volume {reference.part}",
            cause=ref,
            absent=ref,
            since=unready_since(pod),
            values={"absent": reference.name, "meant": meant.name if meant else ""},
        )


def _lacks(pod: Pod, ref: Ref, said: str, inventory: Inventory) -> bool:
    """Whether the scheduler says that a claim does not exist, or a list does and the pod is not so young that it is about to be made."""
    told = f'persistentvolumeclaim "{ref.name}" not found' in said
    match inventory.find(ref):
        case Found():
            return False
        case Absent():
            return told or not _is_young(pod, inventory)
        case _:
            return told


def _is_young(pod: Pod, inventory: Inventory) -> bool:
    created = pod.metadata.creation_timestamp
    return created is None or (inventory.now - created).total_seconds() < 60


def _told(pod: Pod, said: str, inventory: Inventory) -> tuple[Evidence, ...]:
    if said:
        return (field(pod, "status.conditions[PodScheduled].message", said),)
    return tuple(event(one) for one in inventory.events(pod, reasons=("FailedScheduling", "FailedMount"))[-1:])
