"""resource-claim-absent"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import is_well, newest
from kubedx.analyzers.evidence import event, field, quoted
from kubedx.analyzers.near_miss import describe_nearest, nearest_objects, only
from kubedx.analyzers.rules.pod._scheduling_effects import UNSCHEDULED
from kubedx.analyzers.scheduling.devices import WantedClaim, find_device_claim, wanted_claims
from kubedx.findings import Confidence, Effect, Severity
from kubedx.inventory import Absent, Inventory
from kubedx.kube import Pod, Ref, ResourceClaim, ResourceClaimTemplate

PATIENCE = timedelta(minutes=2)
"""Time for the controller to make a claim from its template, and for people to create what they name."""


@rule(
    filter="Pod",
    on=Pod,
    reads=(ResourceClaim,),
    consults=(ResourceClaimTemplate,),
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_SCHEDULE,
    produces=UNSCHEDULED,
    unless=is_well,
    added="0.1",
)
def resource_claim_absent(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A pod names a claim for devices, or a template for one, that does not exist.

    ## What it means
    The scheduler does not even look at such a pod: it stays Pending without a condition and without an event of the scheduler. With
    a template, a controller makes the claim; it says in an event why it could not.

    ## When it is not reported
    In the first two minutes, and for pods that have a node.

    ## How to fix it
    Create the claim or the template in the pod's namespace, or correct the name in `spec.resourceClaims`.
    """
    created = pod.metadata.creation_timestamp
    waits = not pod.spec.node_name and pod.status.phase in {"Pending", ""} and pod.metadata.deletion_timestamp is None
    if not pod.spec.resource_claims or not waits or (created is not None and inventory.now - created < PATIENCE):
        return
    for wanted in wanted_claims(pod):
        if isinstance(find_device_claim(pod, wanted, inventory), Absent):
            yield _hit(pod, wanted, inventory)


def _hit(pod: Pod, wanted: WantedClaim, inventory: Inventory) -> Hit:
    path = f"spec.resourceClaims[{wanted.entry}]"
    missing = _missing(pod, wanted, inventory)
    if missing is not None:
        by_template = missing.kind == ResourceClaimTemplate.KIND.kind
        kind = ResourceClaimTemplate if by_template else ResourceClaim
        near = nearest_objects(inventory, kind, pod.namespace, missing.name)
        meant = only(near)
        noun = "resource claim template" if by_template else "resource claim"
        return Hit(
            message=f'is not scheduled: {noun} "{missing.name}" does not exist{describe_nearest(near, pod.namespace)}',
            evidence=(field(pod, f"{path}.{'resourceClaimTemplateName' if by_template else 'resourceClaimName'}", missing.name),),
            part=f"claim {wanted.entry}",
            absent=missing,
            cause=missing,
            since=pod.metadata.creation_timestamp,
            values={"claim": missing.name, "meant": meant.name if meant else ""},
        )
    last = newest(inventory.events(pod, reasons=("FailedResourceClaimCreation",)))
    why = f": {quoted(last.message)}" if last else ""
    return Hit(
        message=f'is not scheduled: no claim was made from resource claim template "{wanted.template}"{why}',
        evidence=(field(pod, f"{path}.resourceClaimTemplateName", wanted.template), *((event(last),) if last else ())),
        part=f"claim {wanted.entry}",
        confidence=None if last else Confidence.LIKELY,
        since=pod.metadata.creation_timestamp,
        values={"claim": wanted.template, "why": quoted(last.message) if last else ""},
    )


def _missing(pod: Pod, wanted: WantedClaim, inventory: Inventory) -> Ref | None:
    """The object that does not exist: the claim that is named, or the template; None when only the making failed."""
    if wanted.name:
        return ResourceClaim.KIND.ref(pod.namespace, wanted.name)
    found = inventory.get(ResourceClaimTemplate, pod.namespace, wanted.template)
    return ResourceClaimTemplate.KIND.ref(pod.namespace, wanted.template) if isinstance(found, Absent) else None
