"""pod-volume-unbound"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import is_well
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.rules.pod._scheduling_effects import UNSCHEDULED
from kubedx.analyzers.rules.pod._unschedulable import HELP, Reason, candidates, refusal
from kubedx.analyzers.scheduling import KINDS
from kubedx.analyzers.scheduling.volume_limits import driver_of, limits_of, used_on
from kubedx.analyzers.scheduling.volume_zone import other_zones
from kubedx.findings import Effect, Evidence, Severity
from kubedx.inventory import Absent, Found, Inventory
from kubedx.kube import CSINode, PersistentVolume, PersistentVolumeClaim, Pod, Ref, matches_node, pattern_of, references

_NAMED = pattern_of(r'persistentvolumeclaim "([^"]+)"')


@rule(
    filter="Pod",
    on=Pod,
    consults=KINDS,
    severity=Severity.ERROR,
    events=HELP,
    suffers=Effect.CANNOT_SCHEDULE,
    produces=UNSCHEDULED,
    unless=is_well,
    added="0.1",
)
def pod_volume_unbound(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A pod waits for a volume: a claim of it is not bound, or its volume is not to be had on any node that could take the pod.

    ## What it means
    The scheduler places a pod only where its volumes are. A claim without a volume, a volume of another zone or node, or a volume that
    only one pod may use keeps the pod Pending. The claim is the cause; its own finding says what it lacks.

    ## When it is not reported
    When the claim does not exist (`claim-absent` says so), and while a claim waits only for its first consumer.

    ## How to fix it
    Mend the claim: `kubectl describe pvc` tells why it is not bound.
    """
    refused = refusal(pod, inventory, Reason.VOLUME)
    if refused is None:
        return
    message = refused.condition.message
    claims = list(dict.fromkeys(one.name for one in references(pod.spec, pod.name) if one.kind == PersistentVolumeClaim.KIND))
    if any(isinstance(inventory.get(PersistentVolumeClaim, pod.namespace, name), Absent) for name in claims):
        return
    cause, words, evidence = _claim(pod, message, claims, inventory)
    yield Hit(
        message=f"cannot be scheduled: {words}",
        evidence=(*evidence, *refused.evidence),
        cause=cause,
        since=refused.condition.last_transition_time,
        values={"claim": cause.name if cause else ""},
    )


def _claim(pod: Pod, message: str, names: list[str], inventory: Inventory) -> tuple[Ref | None, str, tuple[Evidence, ...]]:
    """The claim that is to blame, what is wrong with it in words, and the evidence."""
    found = [lookup.object for name in names if isinstance(lookup := inventory.get(PersistentVolumeClaim, pod.namespace, name), Found)]
    unbound = [claim for claim in found if claim.status.phase != "Bound"]
    if unbound and "ReadWriteOncePod" not in message:
        claim = unbound[0]
        return (
            claim.ref,
            f'claim "{claim.name}" is not bound to a volume ({claim.status.phase or "no phase"})',
            (field(claim, "status.phase", claim.status.phase),),
        )
    for claim in found:
        away = _elsewhere(claim, pod, inventory)
        if away is not None:
            volume, where = away
            words = f'volume "{volume.name}" of claim "{claim.name}" can be used only {where}, where the pod cannot run'
            return (
                claim.ref,
                words,
                (
                    field(volume, "spec.nodeAffinity" if volume.spec.node_affinity else "metadata.labels", where),
                    field(claim, "spec.volumeName", volume.name),
                ),
            )
    if "ReadWriteOncePod" in message:
        once = next((claim for claim in found if "ReadWriteOncePod" in claim.spec.access_modes), None)
        if once is not None:
            words = f'claim "{once.name}" has access mode ReadWriteOncePod and is in use by another pod'
            return once.ref, words, (field(once, "spec.accessModes", "ReadWriteOncePod"),)
    full = _full_node(found, pod, inventory) if "max volume count" in message else None
    if full is not None:
        return full
    named = _NAMED.search(message)
    guilty = named[1] if named else names[0] if len(names) == 1 else ""
    return (PersistentVolumeClaim.KIND.ref(pod.namespace, guilty) if guilty else None), f"its volumes: {quoted(message)}", ()


def _full_node(claims: list[PersistentVolumeClaim], pod: Pod, inventory: Inventory) -> tuple[Ref | None, str, tuple[Evidence, ...]] | None:
    """A node in question that can attach no further volume of the driver of a claim."""
    drivers = {driver for claim in claims if (driver := driver_of(claim, inventory))}
    for node in candidates(pod, inventory):
        match inventory.get(CSINode, "", node.name):
            case Found(object=csi_node):
                for driver, limit in limits_of(csi_node).items():
                    used = used_on(csi_node, driver, inventory)
                    if driver in drivers and used >= limit:
                        words = f'node "{node.name}" holds {used} volumes of driver "{driver}", as many as it can attach'
                        return None, words, (field(csi_node, f"spec.drivers[{driver}].allocatable.count", limit),)
            case _:
                pass
    return None


def _elsewhere(claim: PersistentVolumeClaim, pod: Pod, inventory: Inventory) -> tuple[PersistentVolume, str] | None:
    """The volume of a claim, with where it can be used, when that is none of the nodes in question."""
    match inventory.get(PersistentVolume, "", claim.spec.volume_name):
        case Found(object=volume) if (zones := other_zones(volume, candidates(pod, inventory))) is not None:
            return volume, f"where {zones}"
        case Found(object=volume) if volume.spec.node_affinity is not None and volume.spec.node_affinity.required is not None:
            required = volume.spec.node_affinity.required
            if any(matches_node(required, node.name, node.metadata.labels) for node in candidates(pod, inventory)):
                return None
            terms = [
                f"{one.key} {one.operator} {','.join(one.values)}"
                for term in required.node_selector_terms
                for one in term.match_expressions
            ]
            return volume, f"where {' or '.join(terms)}"
        case _:
            return None
