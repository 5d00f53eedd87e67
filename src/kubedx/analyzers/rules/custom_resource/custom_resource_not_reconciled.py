"""custom-resource-not-reconciled"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.custom_controller import CONSULTED, controller_of, is_up, replicas, state_of
from kubedx.analyzers.custom_status import PATIENCE, is_at_work, is_custom, is_suspended, observed_generation, states_generation
from kubedx.analyzers.evidence import field
from kubedx.findings import Confidence, Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import RawObject


@rule(
    filter="CustomResource",
    on=RawObject,
    consults=CONSULTED,
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    suffers=Effect.FAILS,
    produces=(Effect.FAILS,),
    added="0.1",
)
def custom_resource_not_reconciled(resource: RawObject, inventory: Inventory) -> Iterator[Outcome]:
    """Nobody acts on the newest change of a custom resource.

    ## What it means
    The resource was changed (`metadata.generation`), and its controller has not seen it (`status.observedGeneration` is behind). The
    workload that has the rights to write resources of this kind is named when it has no pods: then that is the cause.

    ## When it is not reported
    In the first two minutes of a change, as far as its time is known, while the controller says that it is at work on the resource
    (half an hour at most), when the resource is suspended, and for kinds that do not say what they observed. It is information where
    only conditions bear a generation, which many controllers do not renew, and nothing tells when the change was made.

    ## How to fix it
    Bring the controller back: scale it up, or repair its pods.
    """
    seen, generation = observed_generation(resource), resource.metadata.generation
    if not is_custom(resource) or seen is None or seen >= generation or is_suspended(resource) or resource.metadata.deletion_timestamp:
        return
    changed = max((one.time for one in resource.metadata.managed_fields if one.time is not None), default=None)
    if (changed is not None and inventory.now - changed < PATIENCE) or is_at_work(resource, inventory.now):
        return
    controller = controller_of(resource, inventory)
    down = controller is not None and not is_up(controller)
    off = (
        f"; its controller, {controller.kind.kind} {controller.namespace}/{controller.name}, {state_of(controller)}"
        if controller and down
        else ""
    )
    yield Hit(
        message=(
            f"change of {resource.kind.kind} {resource.name} is not reconciled: generation {generation}, observedGeneration {seen}{off}"
        ),
        evidence=(
            field(resource, "metadata.generation", generation),
            field(resource, "status.observedGeneration", seen),
            *((field(controller, "spec.replicas", replicas(controller)),) if controller and down else ()),
        ),
        cause=controller.ref if controller is not None and down else None,
        severity=Severity.ERROR if down else Severity.WARNING if changed is not None or states_generation(resource) else Severity.INFO,
        confidence=Confidence.LIKELY if down or changed is not None else Confidence.POSSIBLE,
        since=changed,
        values={
            "controller": controller.name if controller else "",
            "controller_namespace": controller.namespace if controller else "",
            "controller_kind": controller.kind.kind.lower() if controller else "",
            "generation": str(generation),
            "observed": str(seen),
        },
    )
