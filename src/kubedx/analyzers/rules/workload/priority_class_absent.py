"""priority-class-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field
from kubedx.analyzers.near_miss import describe_nearest, nearest_objects, only
from kubedx.analyzers.rules.workload._rejection import CREATORS, NO_PRIORITY_CLASS, Creator, rejections, template_of
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import PriorityClass


@rule(
    on=CREATORS,
    consults=(PriorityClass,),
    severity=Severity.ERROR,
    events=("SuccessfulCreate",),
    suffers=Effect.CANNOT_BE_CREATED,
    produces=WITHOUT_PODS,
    own_reason=True,
    added="0.1",
)
def priority_class_absent(workload: Creator, inventory: Inventory) -> Iterator[Outcome]:
    """The PriorityClass that a workload's pods name does not exist, so they are rejected.

    ## What it means
    The pod template names a PriorityClass that the cluster does not have. Admission refuses every pod of it before it exists.

    ## When it is not reported
    When the workload has all its pods, or when a pod could be created since the rejection.

    ## How to fix it
    Correct `priorityClassName` in the pod template, or create the PriorityClass. Pods that exist keep their priority.
    """
    for rejection in rejections(workload, inventory):
        match = NO_PRIORITY_CLASS.search(rejection.message)
        if match is None:
            continue
        name = match["name"].strip('"')
        absent = PriorityClass.KIND.ref(workload.namespace, name)
        near = nearest_objects(inventory, PriorityClass, workload.namespace, name)
        meant = only(near)
        stated = template_of(workload).spec.priority_class_name
        extra = (field(workload, "spec.template.spec.priorityClassName", stated),) if stated else ()
        yield Hit(
            message=f'pods are rejected: priority class "{name}" does not exist{describe_nearest(near, absent.namespace)}',
            evidence=(*rejection.evidence, *extra),
            cause=absent,
            absent=absent,
            severity=rejection.severity,
            since=rejection.since,
            values={"absent": name, "meant": meant.name if meant else ""},
        )
