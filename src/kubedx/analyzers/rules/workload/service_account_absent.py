"""service-account-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field
from kubedx.analyzers.near_miss import describe_nearest, nearest_objects, only
from kubedx.analyzers.rules.workload._rejection import CREATORS, NO_SERVICE_ACCOUNT, Creator, rejections, template_of
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import ServiceAccount


@rule(
    on=CREATORS,
    consults=(ServiceAccount,),
    severity=Severity.ERROR,
    events=("SuccessfulCreate",),
    suffers=Effect.CANNOT_BE_CREATED,
    produces=WITHOUT_PODS,
    own_reason=True,
    added="0.1",
)
def service_account_absent(workload: Creator, inventory: Inventory) -> Iterator[Outcome]:
    """The ServiceAccount that a workload's pods run as does not exist, so they are rejected.

    ## What it means
    The pod template names a ServiceAccount that is not in the namespace. Admission refuses every pod of it before it exists.

    ## When it is not reported
    When the workload has all its pods, or when a pod could be created since the rejection.

    ## How to fix it
    Correct `serviceAccountName` in the pod template, or create the ServiceAccount (and bind the rights that the workload needs to it).
    """
    for rejection in rejections(workload, inventory):
        match = NO_SERVICE_ACCOUNT.search(rejection.message)
        if match is None:
            continue
        name = match["name"].strip('"')
        absent = ServiceAccount.KIND.ref(workload.namespace, name)
        near = nearest_objects(inventory, ServiceAccount, workload.namespace, name)
        meant = only(near)
        stated = template_of(workload).spec.service_account_name
        extra = (field(workload, "spec.template.spec.serviceAccountName", stated),) if stated else ()
        yield Hit(
            message=f'pods are rejected: service account "{name}" does not exist{describe_nearest(near, absent.namespace)}',
            evidence=(*rejection.evidence, *extra),
            cause=absent,
            absent=absent,
            severity=rejection.severity,
            since=rejection.since,
            values={"absent": name, "meant": meant.name if meant else ""},
        )
