"""custom-resource-stuck-terminating"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.custom_controller import CONSULTED, controller_of, is_up, replicas, state_of
from kubedx.analyzers.custom_manners import manners_of
from kubedx.analyzers.custom_status import is_custom, is_wrong
from kubedx.analyzers.evidence import field, quoted
from kubedx.findings import Confidence, Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import RawObject, conditions

PATIENCE = timedelta(minutes=10)
"""A controller may have to take down a machine or a database before it lets go."""


@rule(
    filter="CustomResource",
    on=RawObject,
    consults=CONSULTED,
    severity=Severity.WARNING,
    suffers=Effect.CANNOT_BE_DELETED,
    produces=(Effect.CANNOT_BE_DELETED,),
    added="0.1",
)
def custom_resource_stuck_terminating(resource: RawObject, inventory: Inventory) -> Iterator[Outcome]:
    """A custom resource was deleted long ago and is still there.

    ## What it means
    A finalizer holds it: its controller is to clean up first, and does not get it done, or is gone. The controller is named where it has
    no ready pod, and what the resource says of itself is quoted.
    https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/

    ## When it is not reported
    In the first ten minutes of the deletion.

    ## How to fix it
    Bring the controller back, or repair what it reports; it removes the finalizer itself. Removing it by hand leaves behind what should
    have been cleaned up outside of the cluster.
    """
    deleted, finalizers = resource.metadata.deletion_timestamp, ", ".join(resource.metadata.finalizers)
    if not is_custom(resource) or deleted is None or not finalizers or inventory.now - deleted < PATIENCE:
        return
    controller = controller_of(resource, inventory)
    down = controller if controller is not None and not is_up(controller) else None
    off = f"; its controller, {down.kind.kind} {down.namespace}/{down.name}, {state_of(down)}" if down else ""
    manners = manners_of(resource.kind.group_kind)
    told = [one for one in conditions(resource) if one.message and is_wrong(one, inventory.now, manners)]
    why = f": {quoted(told[0].message)}" if told else ""
    yield Hit(
        message=f"{resource.kind.kind} is in deletion since {deleted:%Y-%m-%d %H:%M} UTC: finalizer {finalizers} is not removed{off}{why}",
        evidence=(
            field(resource, "metadata.deletionTimestamp", deleted),
            field(resource, "metadata.finalizers", finalizers),
            *(field(resource, f"status.conditions[{one.type}].message", one.message) for one in told[:1]),
            *((field(down, "spec.replicas", replicas(down)),) if down else ()),
        ),
        cause=down.ref if down else None,
        confidence=Confidence.LIKELY if down else None,
        since=deleted,
        values={
            "finalizers": finalizers,
            "controller": down.name if down else "",
            "controller_namespace": down.namespace if down else "",
            "controller_kind": down.kind.kind.lower() if down else "",
        },
    )
