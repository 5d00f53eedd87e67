"""next-start-fails"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.near_miss import describe_nearest, did_you_mean, nearest_few, nearest_objects
from kubedx.findings import Effect, Severity
from kubedx.inventory import Absent, Found, Inventory
from kubedx.kube import ConfigMap, DaemonSet, Deployment, Kind, Ref, Reference, ReferenceUse, Secret, StatefulSet, references

Workload = Deployment | StatefulSet | DaemonSet
_HELD: dict[Kind, tuple[type[ConfigMap] | type[Secret], str]] = {ConfigMap.KIND: (ConfigMap, "config map"), Secret.KIND: (Secret, "secret")}


@rule(
    on=(Deployment, StatefulSet, DaemonSet),
    consults=(ConfigMap, Secret),
    severity=Severity.WARNING,
    suffers=Effect.CANNOT_START,
    own_reason=True,
    added="0.1",
)
def next_start_fails(workload: Workload, inventory: Inventory) -> Iterator[Outcome]:
    """A workload runs, but what its template needs is gone: its pods will not start again.

    ## What it means
    All pods of the workload are ready. The ConfigMap or Secret that their template names, or the key of it, was there when they started
    and does not exist any more. Nothing is broken yet; the next restart, node drain, scale-up or rollout will find it missing.

    ## When it is not reported
    When the reference is `optional: true`, when ConfigMaps or Secrets could not be listed, and while a rollout is under way or pods are
    not ready, which other rules explain.

    ## How to fix it
    Bring the object or the key back, or take the reference out of the pod template, before a pod has to start.
    """
    if not _is_settled(workload):
        return
    seen: set[tuple[str, str, str]] = set()
    for reference in references(workload.spec.template.spec):
        held = _HELD.get(reference.kind)
        target = (reference.kind.kind, reference.name, reference.key)
        # Claims of a name that a StatefulSet makes up are another matter.
        if held is None or reference.optional or target in seen:
            continue
        seen.add(target)
        yield from _lacking(workload, reference, *held, inventory)


def _lacking(
    workload: Workload, reference: Reference, kind: type[ConfigMap] | type[Secret], words: str, inventory: Inventory
) -> Iterator[Outcome]:
    ref = reference.kind.ref(workload.namespace, reference.name)
    absent: Ref | None = None
    match inventory.get(kind, workload.namespace, reference.name):
        case Absent():
            what = f'{words} "{reference.name}", which does not exist any more'
            meant = describe_nearest(nearest_objects(inventory, kind, workload.namespace, reference.name), workload.namespace)
            absent = ref
        case Found(found) if reference.key and found.keys_known and reference.key not in found.keys:
            what = f'key "{reference.key}" of {words} "{reference.name}", which has no such key any more'
            meant = did_you_mean(nearest_few(reference.key, found.keys))
        case _:
            return
    place = "volume" if reference.use in {ReferenceUse.VOLUME, ReferenceUse.PROJECTED} else "container"
    value = f"{reference.name}/{reference.key}" if reference.key else reference.name
    yield Hit(
        message=f'the pods run, but will not start again: {place} "{reference.part}" needs {what}{meant}',
        evidence=(
            field(workload, f"spec.template.spec.{reference.path}", value),
            field(workload, "status.observedGeneration", workload.status.observed_generation),
        ),
        part=f"{place} {reference.part}",
        cause=ref,
        absent=absent,
        values={"object": f"{reference.kind.kind} {reference.name}", "key": reference.key},
    )


def _is_settled(workload: Workload) -> bool:
    """Whether all pods are of the newest template and ready."""
    if workload.status.observed_generation < workload.metadata.generation:
        return False
    match workload:
        case DaemonSet(status=status):
            wanted = status.desired_number_scheduled
            counts = {status.number_ready, status.updated_number_scheduled, status.current_number_scheduled}
        case Deployment(status=status) | StatefulSet(status=status):
            wanted = workload.spec.replicas
            counts = {status.replicas, status.ready_replicas, status.updated_replicas}
    return wanted > 0 and counts == {wanted}
